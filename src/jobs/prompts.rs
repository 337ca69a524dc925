//! The prompts of a run.

use super::context::Context;
use super::download;
use super::error::JobError;
use crate::benchmark::{self, Benchmark, Loaded, Request};
use crate::settings::BenchmarkSettings;

/// Loads the prompts, from the hub unless a file is named, and says what was left out.
///
/// # Errors
/// If the benchmark is unknown, or its data cannot be had or are not sound.
pub fn load_prompts(settings: &BenchmarkSettings, context: &Context<'_>) -> Result<Loaded, JobError> {
    let benchmark = Benchmark::named(&settings.name)?;
    let wanted = benchmark.subsets(settings.subset.as_deref())?;
    let wanted = if settings.data.is_none() { wanted } else { Vec::new() };
    let fetched = wanted.into_iter().map(|subset| download::subset(benchmark, subset, context));
    let request = Request {
        data: settings.data.clone(),
        fetched: fetched.collect::<Result<_, _>>()?,
        num_instances: settings.num_instances,
        shuffle_seed: settings.shuffle_seed,
        include_copyright: settings.include_copyright,
        human_annotated_only: settings.human_annotated_only,
        keep_unlabelled: settings.keep_unlabelled,
        prompt_style: settings.prompt_style.clone(),
        custom: settings.custom.clone(),
    };
    let loaded = benchmark::load(benchmark, &request)?;
    context.note(&format!("benchmark: {}, {} instances", loaded.facts.name, loaded.instances.len()));
    for note in &loaded.facts.notes {
        context.note(&format!("  {note}"));
    }
    Ok(loaded)
}
