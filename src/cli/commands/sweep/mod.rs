//! `sweep`: models x benchmarks x policies x seeds, a run each, and what they say together.

mod cells;
mod child;
mod matrix;
mod models;
mod outlook;
mod results;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Command};

use self::cells::{Sweep, SweepFile};
use self::matrix::Axes;
use crate::cli::config;
use crate::cli::exit::{Exit, InputError};
use crate::cli::printer::Printer;
use crate::cli::resume;
use crate::cli::sweep_args::SweepArgs;
use crate::record::SCHEMA_VERSION;
use crate::store::folder;

/// Options that are the sweep's own, or differ from cell to cell.
const OF_CELLS: [&str; 16] = [
    "model",
    "hf-repo",
    "hf-file",
    "models",
    "benchmark",
    "data",
    "seed",
    "policies",
    "seeds",
    "dry-run",
    "no-drift",
    "drift-traces",
    "output",
    "overwrite",
    "resume",
    "compare",
];

/// Options that may be typed with `--resume`: a sweep goes on with its own.
const WITH_RESUME: [&str; 7] = ["resume", "offline", "no_drift", "drift_traces", "quiet", "json", "verbose"];

/// Runs a sweep, or goes on with one.
pub fn sweep(
    args: &SweepArgs,
    command: &Command,
    matches: &ArgMatches,
    printer: &Printer,
) -> anyhow::Result<Exit> {
    if let Some(path) = &args.run.resume {
        resume::check_for(command, matches, &WITH_RESUME)?;
        let file = SweepFile::read(path)?.ok_or_else(|| InputError {
            message: format!("{} holds no sweep ({})", path.display(), cells::SWEEP),
            hint: Some("name the folder that `sweep --output` wrote".to_owned()),
        })?;
        return Sweep { path: path.clone(), file }.carry_out(args, printer);
    }
    let bad = |message: String| InputError { message, hint: None };
    let axes = axes(args).map_err(bad)?;
    let options = config::arguments(command, matches, &OF_CELLS);
    let default_policy = args.run.stopping.name().to_string();
    let file = SweepFile {
        schema_version: SCHEMA_VERSION,
        options,
        cells: axes.cells(&default_policy).map_err(bad)?,
    };
    // What a cell would refuse is told before the first begins.
    for cell in &file.cells {
        cells::check(&file, cell)?;
    }
    // A look downloads nothing.
    let offline = args.run.hub.offline || args.dry_run;
    let opened = models::open(&axes.models, offline, args.run.scripted.is_some(), printer);
    if args.dry_run {
        return outlook::show(&file, &opened, args, printer);
    }
    let path = match &args.run.output.output {
        Some(path) => path.clone(),
        None => folder::fresh(Path::new("results"), "sweep")?,
    };
    let sweep = Sweep::begin(path, file, args.run.output.overwrite)?;
    sweep.carry_out(args, printer)
}

/// What was typed as lists.
fn axes(args: &SweepArgs) -> Result<Axes, String> {
    let mut models = Vec::new();
    let named = args.run.model_name();
    for text in named.iter().chain(&args.run.models).chain(&args.more_models) {
        // A shell's braces repeat what stands before them.
        for model in matrix::expand(text)? {
            if !models.contains(&model) {
                models.push(model);
            }
        }
    }
    if models.is_empty() && args.run.scripted.is_some() {
        models.push("scripted".to_owned());
    }
    if models.is_empty() {
        return Err("sweep needs --model: a list such as demo,a.gguf or user/repo:{Q8_0,Q4_K_M}".to_owned());
    }
    let mut benchmarks = Vec::new();
    for text in args.run.benchmark.benchmark.split(',').filter(|text| !text.is_empty()) {
        let (name, file) = matrix::benchmark(text);
        let data = args.run.benchmark.data.as_ref().map(|path| path.display().to_string());
        benchmarks.push((name, file.or(data)));
    }
    if args.run.benchmark.data.is_some() && benchmarks.len() > 1 {
        return Err(
            "--data is the file of one benchmark: --benchmark NAME=FILE,NAME=FILE names several".to_owned()
        );
    }
    for text in &args.policies {
        matrix::policy(text)?;
    }
    let policies = match args.policies.as_slice() {
        [] => vec![None],
        typed => typed.iter().cloned().map(Some).collect(),
    };
    let seeds = match args.seeds.as_slice() {
        [] => vec![args.run.sampling.seed],
        typed => matrix::seeds(typed)?,
    };
    Ok(Axes { models, benchmarks, policies, seeds })
}

/// An option of `run` with a value.
fn option(name: &str, value: impl Into<OsString>) -> OsString {
    let mut text = OsString::from(format!("--{name}="));
    text.push(value.into());
    text
}

/// Where a cell's folder is.
fn folder_of(path: &Path, name: &str) -> PathBuf {
    path.join(name)
}
