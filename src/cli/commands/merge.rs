//! `merge`: joins the shards of a run.

use super::report;
use crate::cli::args::merge::MergeArgs;
use crate::cli::exit::Exit;
use crate::cli::output::summary;
use crate::cli::terminal::Terminal;
use crate::jobs::JobError;
use crate::jobs::merge::merge as merge_job;

/// Merges, and shows the end of the merged run.
pub fn merge(args: &MergeArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    let result = merge_job(&args.request(), &terminal.context(true))?;
    report::at_end(&args.output, !args.no_report, terminal);
    summary::show(&args.output, &result, &terminal.printer)?;
    Ok(result.status().into())
}
