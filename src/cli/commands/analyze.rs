//! `analyze`: the files of runs from what was recorded, read as before or in another way.

use crate::cli::args::analyze::AnalyzeArgs;
use crate::cli::exit::Exit;
use crate::cli::output::summary;
use crate::cli::terminal::Terminal;
use crate::jobs::JobError;
use crate::jobs::analyze::analyze as analyze_job;

/// Analyses each run, or all of them as one.
pub fn analyze(args: &AnalyzeArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    let printer = &terminal.printer;
    for outcome in analyze_job(&args.request(), &terminal.context(true))? {
        printer.data(&match printer.is_json() {
            true => summary::json(&outcome.path, &outcome.result)?,
            false => summary::text(&outcome.path, &outcome.result),
        })?;
    }
    Ok(Exit::Done)
}
