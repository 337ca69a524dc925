//! `sweep`: models x benchmarks x policies x seeds, a run each, and what they say together.

mod cells;
mod child;
mod file;
mod matrix;
mod models;
mod outlook;
mod results;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Command};

use self::file::{SWEEP, SweepFile};
use self::matrix::Axes;
use crate::cli::config;
use crate::cli::exit::{Exit, InputError};
use crate::cli::printer::Printer;
use crate::cli::sweep_args::SweepArgs;
use crate::cli::{hub_args, resume};
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
    if args.run.print_config {
        printer.data(&config::print(command, matches))?;
        return Ok(Exit::Done);
    }
    let bad = |message: String| InputError { message, hint: None };
    if args.run.chat.print_prompt {
        return Err(
            bad("sweep has no --print-prompt: `run` prints the prompt of one model".to_owned()).into()
        );
    }
    if args.run.stopping.no_early_stopping && !args.policies.is_empty() {
        return Err(
            bad("--no-early-stopping and --policies both say when to stop: fixed:N has N".to_owned()).into(),
        );
    }
    let (path, file) = match &args.run.resume {
        Some(path) => {
            resume::check_for(command, matches, &WITH_RESUME)?;
            let file = SweepFile::read(path)?.ok_or_else(|| InputError {
                message: format!("{} holds no sweep ({SWEEP})", path.display()),
                hint: Some("name the folder that `sweep --output` wrote".to_owned()),
            })?;
            (Some(path.clone()), file)
        }
        None => {
            let mut args = args.clone();
            hub_args::one_model(&mut args.run, matches)?;
            let cells = axes(&args).and_then(|axes| axes.cells()).map_err(bad)?;
            let file = SweepFile {
                schema_version: SCHEMA_VERSION,
                options: config::arguments(command, matches, &OF_CELLS),
                drift_traces: (!args.no_drift).then_some(args.drift_traces),
                cells,
            };
            (args.run.output.output.clone(), file)
        }
    };
    // What a cell would refuse is told before the first begins.
    for cell in &file.cells {
        cells::check(&file, cell)?;
    }
    let mut names: Vec<&str> = Vec::new();
    for cell in &file.cells {
        if !names.contains(&cell.model.as_str()) {
            names.push(&cell.model);
        }
    }
    // A look downloads nothing.
    let offline = args.run.hub.offline || args.dry_run;
    let models = models::open(&names, offline, file.script().is_some(), printer);
    if args.dry_run {
        return outlook::show(&file, &models, args, printer);
    }
    let path = match path {
        Some(path) => path,
        None => folder::fresh(Path::new("results"), "sweep")?,
    };
    let file = match &args.run.resume {
        Some(_) => file,
        None => cells::begin(&path, file, args.run.output.overwrite)?,
    };
    cells::Sweep { path, file, models, common: common(args, matches, printer) }.carry_out(printer)
}

/// What every child is told beside its options.
fn common(args: &SweepArgs, matches: &ArgMatches, printer: &Printer) -> Vec<OsString> {
    let mut common: Vec<OsString> = Vec::new();
    if printer.is_quiet() {
        common.push("--quiet".into());
    }
    if args.run.hub.offline {
        common.push("--offline".into());
    }
    common.extend((0..matches.get_count("verbose")).map(|_| "--verbose".into()));
    common
}

/// What was typed as lists.
fn axes(args: &SweepArgs) -> Result<Axes, String> {
    let mut models = Vec::new();
    let named = args.run.model_name();
    for text in named.iter().chain(&args.run.models).chain(&args.more_models) {
        let found = if Path::new(text).is_file() { vec![text.clone()] } else { matrix::expand(text)? };
        for model in found.iter().map(|model| absolute(model)) {
            // A shell's braces repeat what stands before them.
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
    let typed = &args.run.benchmark.benchmark;
    let whole = matrix::benchmark(typed);
    // A file whose name has a comma.
    let mut benchmarks = match &whole.1 {
        Some(file) if Path::new(file).exists() => vec![whole],
        _ => typed.split(',').map(str::trim).filter(|text| !text.is_empty()).map(matrix::benchmark).collect(),
    };
    if let Some(data) = &args.run.benchmark.data {
        let [(_, file @ None)] = benchmarks.as_mut_slice() else {
            return Err("--data is the file of one benchmark: --benchmark NAME=FILE,NAME=FILE names several"
                .to_owned());
        };
        *file = Some(data.display().to_string());
    }
    for (_, data) in &mut benchmarks {
        *data = data.as_ref().map(|data| absolute(data));
    }
    if (1..benchmarks.len()).any(|at| benchmarks[..at].contains(&benchmarks[at])) {
        return Err("a benchmark stands in the sweep twice".to_owned());
    }
    for text in &args.policies {
        matrix::policy(text)?;
    }
    let policies = match args.policies.as_slice() {
        [] => vec![args.run.stopping.name().to_string()],
        typed => typed.to_vec(),
    };
    let seeds = match args.seeds.as_slice() {
        [] => vec![args.run.sampling.seed],
        typed => matrix::seeds(typed)?,
    };
    Ok(Axes { models, benchmarks, policies, seeds })
}

/// A file or folder by its whole path, so that a sweep goes on from anywhere; anything else as it is.
fn absolute(text: &str) -> String {
    let path = Path::new(text);
    let whole = path.exists().then(|| std::path::absolute(path).ok()).flatten();
    // What is missing may be there when it is needed.
    let is_path = whole.is_some() || text.ends_with(".gguf") && !text.contains(':');
    let whole = whole.or_else(|| is_path.then(|| std::path::absolute(path).ok()).flatten());
    whole.map_or_else(|| text.to_owned(), |whole| whole.display().to_string())
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
