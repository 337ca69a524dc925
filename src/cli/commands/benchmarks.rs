//! `benchmarks`: lists the benchmarks, or checks a file of prompts.

use serde_json::json;

use crate::benchmark::{self, Benchmark};
use crate::cli::args::benchmark::{BenchmarksArgs, BenchmarksCommand, CheckArgs};
use crate::cli::exit::Exit;
use crate::cli::output::benchmarks::{answers, list, prompts};
use crate::cli::terminal::Terminal;
use crate::jobs::JobError;
use crate::jobs::benchmarks::{Checked, check as check_job};

/// Lists the benchmarks, or checks a file. Uses no network.
pub fn benchmarks(args: &BenchmarksArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    if let Some(BenchmarksCommand::Check(args)) = &args.command {
        return check(args, terminal);
    }
    let entries = Benchmark::ALL.map(benchmark::entry);
    terminal.printer.show(|width| list(&entries, width), || json!({ "benchmarks": entries }))?;
    Ok(Exit::Done)
}

/// Prints what a file holds. An error in it decides the exit status.
fn check(args: &CheckArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    match check_job(&args.file, args.benchmark.as_deref(), args.rows.request())? {
        Checked::Answers(survey) => terminal.printer.show(|width| answers(&survey, width), || &survey)?,
        Checked::Prompts(survey) => {
            terminal.printer.show(|width| prompts(&survey, width), || &survey)?;
            if let Some(fault) = survey.fault() {
                return Err(fault.into());
            }
        }
    }
    Ok(Exit::Done)
}
