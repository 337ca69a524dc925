//! `table`: runs as rows of one table.

use crate::cli::args::format::Format;
use crate::cli::args::table::TableArgs;
use crate::cli::exit::Exit;
use crate::cli::output::printer::Rendered;
use crate::cli::terminal::Terminal;
use crate::export;
use crate::export::terminal::runs;
use crate::jobs::table::table;
use crate::jobs::{JobError, output};

/// Prints the runs' table.
pub fn run(args: &TableArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    if let Some(path) = args.table.file() {
        output::check(path, [], "--output")?;
    }
    let table = table(&args.runs, &args.judge, &terminal.context(true))?;
    let format = if terminal.printer.is_json() { Format::Json } else { args.table.format() };
    let (printer, file) = (&terminal.printer, args.table.file());
    let result = match format {
        Format::Csv => Rendered::Data(export::table::csv(&table)?),
        Format::Json => Rendered::Data(export::json::line(&table)?),
        Format::Md => Rendered::Data(export::table::markdown(&table).into_bytes()),
        Format::Text => Rendered::Text(runs::lines(&table, printer.width_in(file))),
    };
    printer.put(file, &result)?;
    Ok(Exit::Done)
}
