//! `report`: a page to look at, for a run or several.

use std::path::Path;

use serde_json::json;

use crate::cli::args::report::ReportArgs;
use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::export::terminal::Line;
use crate::jobs::JobError;
use crate::jobs::report::{ReportRequest, report as report_job};

/// Writes the page and prints its path.
pub fn report(args: &ReportArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    let path = report_job(&args.request(), &terminal.context(true))?;
    let path = path.display();
    terminal
        .printer
        .show(|_| vec![Line::plain(&path.to_string())], || json!({ "output": path.to_string() }))?;
    Ok(Exit::Done)
}

/// Writes the page of a folder at the end of a command, unless it is not wanted. A page that cannot be written is
/// only a warning: the results are there.
pub fn at_end(folder: &Path, is_wanted: bool, terminal: &Terminal) -> Option<String> {
    if !is_wanted {
        return None;
    }
    let written = report_job(&ReportRequest::new([folder]), &terminal.context(true));
    written
        .inspect_err(|error| terminal.printer.warning(&format!("no report.html: {error}")))
        .ok()
        .map(|path| path.display().to_string())
}
