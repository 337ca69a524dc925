//! Arguments of `sweep`.

use std::collections::HashSet;
use std::path::Path;

use clap::{ArgMatches, Args};

use super::run::{RunArgs, one_model};
use crate::jobs::sweep::{self, Axes, Common, SweepRequest};
use crate::jobs::{InputError, JobError, name_lists};
use crate::system::stdin;

#[derive(Clone, Debug, Args)]
pub struct SweepArgs {
    #[command(flatten)]
    pub run: RunArgs,
    /// Stop rules, one cell each: baseline (1 trace), fixed:N, or RULE[:MIN-MAX] with a rule of --stop
    /// [default: --stop].
    #[arg(long, value_name = "POLICY,…", value_delimiter = ',', help_heading = "Sweep")]
    pub policies: Vec<String>,
    /// Seeds, one cell each: 0,1,2 or 0-4 [default: --seed].
    #[arg(long, value_name = "SEED,…", value_delimiter = ',', help_heading = "Sweep")]
    pub seeds: Vec<String>,
    /// List the cells with their memory, tokens and time, and the smallest difference they can detect; run nothing.
    #[arg(long, help_heading = "Sweep")]
    pub dry_run: bool,
    /// Do not measure the drift of each model from the first one.
    #[arg(long, help_heading = "Sweep")]
    pub no_drift: bool,
    /// Traces per instance on which drift is measured.
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "Sweep", value_parser = clap::value_parser!(u32).range(1..))]
    pub drift_traces: u32,
}

impl SweepArgs {
    /// Returns the request.
    ///
    /// # Errors
    /// If options contradict each other, or a list cannot be read.
    pub fn request(&self, matches: &ArgMatches) -> Result<SweepRequest, JobError> {
        if self.run.engine_program.is_some() {
            return Err(InputError::plain(
                "sweep runs models through llama.cpp; --engine is for run and compare",
            )
            .into());
        }
        if self.run.chat.print_prompt {
            let message = "sweep has no --print-prompt; `run --print-prompt` prints the prompt of one model";
            return Err(InputError::plain(message).into());
        }
        if self.run.stopping.no_early_stopping && !self.policies.is_empty() {
            let message =
                "--no-early-stopping and --policies contradict each other; fixed:N samples N traces";
            return Err(InputError::plain(message).into());
        }
        let mut args = self.clone();
        one_model(&mut args.run, matches)?;
        let axes = axes(&args)?;
        let mut settings = args.run.settings()?;
        let adapters = &mut settings.adapters;
        for one in adapters.lora.iter_mut().chain(&mut adapters.control_vectors) {
            one.file = absolute(&one.file.display().to_string()).into();
        }
        let common =
            Common { settings, parameters: args.run.stopping.parameters(), vote: args.run.analysis.vote };
        Ok(SweepRequest {
            axes,
            common,
            script: args.run.scripted.clone(),
            drift_traces: (!args.no_drift).then_some(args.drift_traces),
            output: args.run.output.output.clone(),
            overwrite: args.run.output.overwrite,
        })
    }
}

/// Returns the axes of the sweep.
///
/// # Errors
/// If a list cannot be read, or no model is named.
fn axes(args: &SweepArgs) -> Result<Axes, JobError> {
    let models = args.run.model_names()?;
    let mut models: Vec<String> = models.iter().map(|model| absolute(model)).collect();
    // The shell's braces repeat what is in front of them.
    let mut seen = HashSet::new();
    models.retain(|model| seen.insert(model.clone()));
    if models.is_empty() {
        if args.run.scripted.is_none() {
            let hint = "name a list, such as -m demo,a.gguf or -m 'user/repo:{Q8_0,Q4_K_M}'";
            return Err(InputError::new("no model named", hint).into());
        }
        models.push("scripted".to_owned());
    }
    let mut benchmarks = args.run.benchmark.named()?;
    for benchmark in &mut benchmarks {
        if benchmark.file.as_deref().is_some_and(|file| stdin::is_meant(Path::new(file))) {
            let message = "a sweep reads its prompts once per cell, but standard input can be read once";
            return Err(
                InputError::new(message, "save the prompts to a file and name it with -b NAME=FILE").into()
            );
        }
        benchmark.file = benchmark.file.as_ref().map(|file| absolute(file));
    }
    name_lists::check_distinct(&benchmarks)?;
    for text in &args.policies {
        sweep::policy(text, &args.run.stopping.parameters()).map_err(InputError::plain)?;
    }
    let policies = match args.policies.as_slice() {
        [] => vec![args.run.stopping.name().to_string()],
        typed => typed.to_vec(),
    };
    let seeds = match args.seeds.as_slice() {
        [] => vec![args.run.sampling.seed],
        typed => sweep::seeds(typed).map_err(InputError::plain)?,
    };
    Ok(Axes { models, benchmarks, policies, seeds })
}

/// Returns the absolute path of a file or folder, so that a sweep can continue from any folder; any other text as it is.
fn absolute(text: &str) -> String {
    let path = Path::new(text);
    let whole = path.exists().then(|| std::path::absolute(path).ok()).flatten();
    // A missing file may exist when its cell starts.
    let is_path = whole.is_some() || text.ends_with(".gguf") && !text.contains(':');
    let whole = whole.or_else(|| is_path.then(|| std::path::absolute(path).ok()).flatten());
    whole.map_or_else(|| text.to_owned(), |whole| whole.display().to_string())
}
