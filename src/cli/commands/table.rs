//! `table`: runs as rows of one table.

use crate::cli::args::table::{TableArgs, TableFormat};
use crate::cli::exit::Exit;
use crate::cli::output::table as text_table;
use crate::cli::terminal::Terminal;
use crate::export;
use crate::jobs::table::table;
use crate::jobs::{JobError, output};

/// Prints the runs' table.
pub fn run(args: &TableArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    if let Some(path) = &args.file {
        output::check(path, [], "--file")?;
    }
    let table = table(&args.runs, &args.judge, &terminal.context(true))?;
    let format = if terminal.printer.is_json() { TableFormat::Json } else { args.format };
    let bytes = match format {
        TableFormat::Csv => export::table::csv(&table)?,
        TableFormat::Json => format!("{}\n", serde_json::to_string(&table)?).into_bytes(),
        TableFormat::Md => export::table::markdown(&table).into_bytes(),
        TableFormat::Text => {
            let (header, rows) = export::table::readable(&table);
            (text_table::render(&header, &rows) + &export::table::unsure_lines(&table)).into_bytes()
        }
    };
    match &args.file {
        Some(path) => output::write(path, &bytes)?,
        None => terminal.printer.bytes(&bytes)?,
    }
    Ok(Exit::Done)
}
