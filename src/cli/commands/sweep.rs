//! `sweep`: runs models x benchmarks x policies x seeds, and compares the runs.

use std::ffi::OsString;

use clap::{ArgMatches, Command};
use serde_json::json;

use crate::cli::args::sweep::{SweepArgs, axes};
use crate::cli::exit::Exit;
use crate::cli::output::{preview as preview_text, table};
use crate::cli::terminal::Terminal;
use crate::cli::{config, old_sweep, resume};
use crate::export::table as rendered;
use crate::jobs::sweep::{
    ChildProcess, Common, ResumeSweep, SweepOutcome, SweepRequest, preview, preview_resume,
    resume as resume_job, sweep as sweep_job,
};
use crate::jobs::{InputError, JobError, Status};

/// Options that may accompany `--resume`: a sweep continues with its own settings.
const WITH_RESUME: [&str; 7] = ["resume", "offline", "no_drift", "drift_traces", "quiet", "json", "verbose"];

/// Runs a sweep, or continues one.
pub fn sweep(
    args: &SweepArgs,
    command: &Command,
    matches: &ArgMatches,
    terminal: &Terminal,
) -> Result<Exit, JobError> {
    if args.run.print_config {
        terminal.printer.data(&config::print(command, matches))?;
        return Ok(Exit::Done);
    }
    let context = terminal.cancellable(args.run.hub.offline);
    let worker = worker(args, matches, terminal)?;
    let outcome = match &args.run.resume {
        Some(path) => {
            resume::check_for(command, matches, &WITH_RESUME)?;
            if args.dry_run {
                let found = preview_resume(path, &old_sweep::settings, &context)?;
                preview_text::show(&found, &terminal.printer)?;
                return Ok(Exit::Done);
            }
            let drift_traces = args.no_drift.then_some(None);
            resume_job(path, &ResumeSweep { drift_traces, old: &old_sweep::settings }, &worker, &context)?
        }
        None => {
            let request = request(args, matches)?;
            if args.dry_run {
                let found = preview(&request, &context)?;
                preview_text::show(&found, &terminal.printer)?;
                return Ok(Exit::Done);
            }
            sweep_job(&request, &worker, &context)?
        }
    };
    show(&outcome, terminal)
}

fn request(args: &SweepArgs, matches: &ArgMatches) -> Result<SweepRequest, JobError> {
    if args.run.chat.print_prompt {
        let message = "sweep has no --print-prompt; `run --print-prompt` prints the prompt of one model";
        return Err(InputError::plain(message).into());
    }
    if args.run.stopping.no_early_stopping && !args.policies.is_empty() {
        let message = "--no-early-stopping and --policies contradict each other; fixed:N samples N traces";
        return Err(InputError::plain(message).into());
    }
    let mut args = args.clone();
    crate::cli::args::run::one_model(&mut args.run, matches)?;
    let axes = axes(&args)?;
    let common = Common {
        settings: args.run.settings()?,
        parameters: args.run.stopping.parameters(),
        vote: args.run.analysis.vote,
    };
    Ok(SweepRequest {
        axes,
        common,
        script: args.run.scripted.clone(),
        drift_traces: (!args.no_drift).then_some(args.drift_traces),
        output: args.run.output.output.clone(),
        overwrite: args.run.output.overwrite,
    })
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

fn show(outcome: &SweepOutcome, terminal: &Terminal) -> Result<Exit, JobError> {
    let (printer, path) = (&terminal.printer, outcome.path.display());
    let failed: Vec<(&str, &str)> = outcome
        .ends
        .iter()
        .filter_map(|end| Some((end.cell.name.as_str(), end.trouble.as_deref()?)))
        .collect();
    let text = || {
        let (header, rows) = rendered::readable(&outcome.table);
        let (table, legend) = (table::render(&header, &rows), rendered::legend(&outcome.table));
        format!("{table}{legend}\nresults: {path}\n")
    };
    let errors = || failed.iter().map(|(cell, error)| json!({ "cell": cell, "error": error }));
    printer.show(text, || {
        json!({
            "output": path.to_string(),
            "cells": outcome.cells,
            "failed": errors().collect::<Vec<_>>(),
            "rows": outcome.table.rows,
        })
    })?;
    if !failed.is_empty() {
        printer.note(&format!("{} of {} cells failed:", failed.len(), outcome.cells));
        failed.iter().for_each(|(cell, error)| printer.note(&format!("  {cell}: {error}")));
    }
    if outcome.status == Status::Interrupted {
        printer.note(&format!("interrupted; continue with: safety-deepconf sweep --resume {path}"));
    }
    Ok(outcome.status.into())
}
