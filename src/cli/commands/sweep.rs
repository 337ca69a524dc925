//! `sweep`: models x benchmarks x policies x seeds, a run each, and what they say together.

use std::ffi::OsString;

use clap::{ArgMatches, Command};

use crate::cli::args::sweep::{SweepArgs, axes};
use crate::cli::exit::Exit;
use crate::cli::output::{preview as shown, table};
use crate::cli::terminal::Terminal;
use crate::cli::{config, old_sweep, resume};
use crate::export::table as rendered;
use crate::jobs::sweep::{
    ChildProcess, Common, ResumeSweep, SweepOutcome, SweepRequest, preview, preview_resume,
    resume as resume_job, sweep as sweep_job,
};
use crate::jobs::{InputError, JobError, Status};

/// Options that may be typed with `--resume`: a sweep continues with its own.
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
                terminal.printer.data(&shown::text(&found, terminal.printer.is_json()))?;
                return Ok(Exit::Done);
            }
            let drift_traces = args.no_drift.then_some(None);
            resume_job(path, &ResumeSweep { drift_traces, old: &old_sweep::settings }, &worker, &context)?
        }
        None => {
            let request = request(args, matches)?;
            if args.dry_run {
                let found = preview(&request, &context)?;
                terminal.printer.data(&shown::text(&found, terminal.printer.is_json()))?;
                return Ok(Exit::Done);
            }
            sweep_job(&request, &worker, &context)?
        }
    };
    show(&outcome, terminal)
}

fn request(args: &SweepArgs, matches: &ArgMatches) -> Result<SweepRequest, JobError> {
    if args.run.chat.print_prompt {
        let message = "sweep has no --print-prompt: `run` prints the prompt of one model";
        return Err(InputError::plain(message).into());
    }
    if args.run.stopping.no_early_stopping && !args.policies.is_empty() {
        let message = "--no-early-stopping and --policies both say when to stop: fixed:N has N";
        return Err(InputError::plain(message).into());
    }
    let mut args = args.clone();
    crate::cli::args::run::one_model(&mut args.run, matches)?;
    let axes = axes(&args).map_err(InputError::plain)?;
    let common = Common {
        settings: args.run.settings()?,
        parameters: args.run.stopping.parameters(),
        vote: args.run.reading.vote,
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

/// This program, as `worker`.
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
    if printer.is_json() {
        let line = serde_json::json!({
            "output": path.to_string(),
            "cells": outcome.cells,
            "failed": failed.iter().map(|(cell, error)| serde_json::json!({ "cell": cell, "error": error })).collect::<Vec<_>>(),
            "rows": outcome.table.rows,
        });
        printer.data(&format!("{line}\n"))?;
    } else {
        let (header, rows) = rendered::readable(&outcome.table);
        printer.data(&table::render(&header, &rows))?;
        printer.data(&rendered::legend(&outcome.table))?;
        printer.data(&format!("\nresults: {path}\n"))?;
    }
    if !failed.is_empty() {
        printer.note(&format!("{} of {} cells failed:", failed.len(), outcome.cells));
        failed.iter().for_each(|(cell, error)| printer.note(&format!("  {cell}: {error}")));
    }
    if outcome.status == Status::Interrupted {
        printer.note(&format!("interrupted; continue with: safety-deepconf sweep --resume {path}"));
    }
    Ok(outcome.status.into())
}
