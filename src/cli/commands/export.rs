//! `export`: runs as one table for other programs.

use serde_json::json;

use crate::cli::args::export::ExportArgs;
use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::export::values::counted;
use crate::jobs::JobError;
use crate::jobs::export::{export as export_job, export_to};

/// Writes the table to a file or to stdout.
pub fn export(args: &ExportArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    let (printer, context) = (&terminal.printer, terminal.context(true));
    let (request, file) = (args.request(), &args.output);
    if file.as_os_str() == "-" {
        printer.stream(|stdout| export_to(&request, stdout, &context))?;
        return Ok(Exit::Done);
    }
    let exported = export_job(&request, file, &context)?;
    let (path, rows) = (file.display().to_string(), exported.rows);
    printer.note(&format!(
        "written: {path}, {} of {}",
        counted(rows, "row"),
        counted(exported.runs as u64, "run")
    ));
    if printer.is_json() {
        printer.show(|_| Vec::new(), || json!({ "output": path, "rows": rows, "runs": exported.runs }))?;
    }
    Ok(Exit::Done)
}
