//! `table`: runs as rows of one table.

use crate::cli::args::format::Format;
use crate::cli::args::table::TableArgs;
use crate::cli::exit::Exit;
use crate::cli::output::table as text_table;
use crate::cli::terminal::Terminal;
use crate::export;
use crate::jobs::table::table;
use crate::jobs::{JobError, output};

/// Prints the runs' table.
pub fn run(args: &TableArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    if let Some(path) = args.table.file() {
        output::check(path, [], "--output")?;
    }
    let table = table(&args.runs, &args.judge, &terminal.context(true))?;
    let format = if terminal.printer.is_json() { Format::Json } else { args.table.format() };
    let bytes = match format {
        Format::Csv => export::table::csv(&table)?,
        Format::Json => format!("{}\n", serde_json::to_string(&table)?).into_bytes(),
        Format::Md => export::table::markdown(&table).into_bytes(),
        Format::Text => {
            let (header, rows) = export::table::readable(&table);
            (text_table::render(&header, &rows) + &export::table::unsure_lines(&table)).into_bytes()
        }
    };
    match args.table.file() {
        Some(path) => output::write(path, &bytes)?,
        None => terminal.printer.data(&bytes)?,
    }
    Ok(Exit::Done)
}
