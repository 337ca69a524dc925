//! Arguments of `sweep`.

use std::path::Path;

use clap::Args;

use super::names;
use super::run::RunArgs;
use crate::jobs::sweep::{self, Axes};

/// Everything that `run` takes, for all cells, and lists of what differs between them.
#[derive(Clone, Debug, Args)]
pub struct SweepArgs {
    /// More models beside --model, as a shell's braces leave them.
    #[arg(value_name = "MODEL")]
    pub more_models: Vec<String>,
    #[command(flatten)]
    pub run: RunArgs,
    /// Stop rules, one cell each: baseline (one trace), fixed:N, or a rule of --stop, with its traces if they are
    /// not --min-traces and --max-traces: consensus:3-10 [default: --stop].
    #[arg(long, value_name = "POLICY,…", value_delimiter = ',', help_heading = "Sweep")]
    pub policies: Vec<String>,
    /// Seeds, one cell each: 0,1,2 or 0-4 [default: --seed].
    #[arg(long, value_name = "SEED,…", value_delimiter = ',', help_heading = "Sweep")]
    pub seeds: Vec<String>,
    /// Show the cells, disk, memory, tokens and time they take, and what difference so many prompts could show;
    /// run nothing.
    #[arg(long, help_heading = "Sweep")]
    pub dry_run: bool,
    /// Do not measure how far models are from the first one on its answers (`drift`).
    #[arg(long, help_heading = "Sweep")]
    pub no_drift: bool,
    /// Traces of each instance that drift is measured on, the first ones.
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "Sweep", value_parser = clap::value_parser!(u32).range(1..))]
    pub drift_traces: u32,
}

/// What was typed as lists.
pub fn axes(args: &SweepArgs) -> Result<Axes, String> {
    let mut models: Vec<String> = Vec::new();
    let named = args.run.model_names().map_err(|error| error.message)?;
    let more = args.more_models.iter().map(|text| names::expanded(text));
    let more = more.collect::<Result<Vec<_>, _>>().map_err(|error| error.message)?;
    for model in named.into_iter().chain(more.into_iter().flatten()).map(|model| absolute(&model)) {
        // A shell's braces repeat what stands before them.
        if !models.contains(&model) {
            models.push(model);
        }
    }
    if models.is_empty() && args.run.scripted.is_some() {
        models.push("scripted".to_owned());
    }
    if models.is_empty() {
        return Err("sweep needs --model: a list such as demo,a.gguf or user/repo:{Q8_0,Q4_K_M}".to_owned());
    }
    let typed = &args.run.benchmark.benchmark;
    let whole = sweep::benchmark(typed);
    // A file whose name has a comma.
    let mut benchmarks = match &whole.1 {
        Some(file) if Path::new(file).exists() => vec![whole],
        _ => typed.split(',').map(str::trim).filter(|text| !text.is_empty()).map(sweep::benchmark).collect(),
    };
    if let Some(data) = &args.run.benchmark.data {
        if data.as_os_str() == "-" {
            return Err(
                "a sweep's cells read their prompts each, and standard input can be read once: pass a file"
                    .to_owned(),
            );
        }
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
        return Err("a benchmark appears twice in the sweep".to_owned());
    }
    for text in &args.policies {
        sweep::policy(text, &args.run.stopping.parameters())?;
    }
    let policies = match args.policies.as_slice() {
        [] => vec![args.run.stopping.name().to_string()],
        typed => typed.to_vec(),
    };
    let seeds = match args.seeds.as_slice() {
        [] => vec![args.run.sampling.seed],
        typed => sweep::seeds(typed)?,
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
