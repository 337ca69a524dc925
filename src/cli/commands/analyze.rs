//! `analyze`: rebuilds the files of runs from recorded traces.

use crate::cli::args::analyze::AnalyzeArgs;
use crate::cli::exit::Exit;
use crate::cli::output::summary;
use crate::cli::terminal::Terminal;
use crate::jobs::JobError;
use crate::jobs::analyze::analyze as analyze_job;

/// Analyses each run, or all runs as one data set.
pub fn analyze(args: &AnalyzeArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    for outcome in analyze_job(&args.request(), &terminal.context(true))? {
        summary::show(&outcome.path, &outcome.result, &terminal.printer)?;
    }
    Ok(Exit::Done)
}
