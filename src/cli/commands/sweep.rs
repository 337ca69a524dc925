//! `sweep`: runs models x benchmarks x policies x seeds, and compares the runs.

use std::ffi::OsString;

use clap::{ArgMatches, Command};

use super::report;
use crate::cli::args::sweep::SweepArgs;
use crate::cli::exit::Exit;
use crate::cli::output::{preview as preview_text, sweep as shown};
use crate::cli::terminal::Terminal;
use crate::cli::{config, old_sweep, resume};
use crate::jobs::JobError;
use crate::jobs::sweep::{
    ChildProcess, ResumeSweep, preview, preview_resume, resume as resume_job, sweep as sweep_job,
};

/// Options that may accompany `--resume`: a sweep continues with its own settings.
const WITH_RESUME: [&str; 9] =
    ["resume", "offline", "no_drift", "drift_traces", "no_report", "quiet", "json", "verbose", "color"];

/// Runs a sweep, or continues one.
pub fn sweep(
    args: &SweepArgs,
    command: &Command,
    matches: &ArgMatches,
    terminal: &Terminal,
) -> Result<Exit, JobError> {
    if args.run.print_config {
        terminal.printer.data(config::print(command, matches))?;
        return Ok(Exit::Done);
    }
    let context = terminal.cancellable(args.run.hub.offline);
    let worker = worker(args, matches, terminal)?;
    let resumed = args.run.resume.as_deref();
    if resumed.is_some() {
        resume::check_for(command, matches, &WITH_RESUME)?;
    }
    if args.dry_run {
        let found = match resumed {
            Some(path) => preview_resume(path, &old_sweep::settings, &context)?,
            None => preview(&args.request(matches)?, &context)?,
        };
        preview_text::show(&found, &terminal.printer)?;
        return Ok(Exit::Done);
    }
    let outcome = match resumed {
        Some(path) => {
            let drift_traces = args.no_drift.then_some(None);
            resume_job(path, &ResumeSweep { drift_traces, old: &old_sweep::settings }, &worker, &context)?
        }
        None => sweep_job(&args.request(matches)?, &worker, &context)?,
    };
    let page = report::at_end(&outcome.path, !args.run.output.no_report, terminal);
    shown::show(&outcome, page.as_deref(), &terminal.printer)?;
    Ok(outcome.status.into())
}

/// Returns this program as a worker.
fn worker(args: &SweepArgs, matches: &ArgMatches, terminal: &Terminal) -> Result<ChildProcess, JobError> {
    let mut arguments: Vec<OsString> = vec!["worker".into()];
    if terminal.printer.is_quiet() {
        arguments.push("--quiet".into());
    }
    if args.run.hub.offline {
        arguments.push("--offline".into());
    }
    arguments.extend((0..matches.get_count("verbose")).map(|_| "--verbose".into()));
    Ok(ChildProcess { program: std::env::current_exe()?, arguments })
}
