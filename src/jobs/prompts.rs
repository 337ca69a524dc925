//! The prompts of a run.

use super::context::Context;
use super::download;
use super::error::{InputError, JobError};
use crate::benchmark::{self, AUTO, Benchmark, Loaded, Request, fingerprint};
use crate::record::manifest::BenchmarkFacts;
use crate::record::shard::{Shard, ShardFacts};
use crate::settings::Settings;
use crate::system::stdin;

/// Loads the prompts from the named file, or else from the hub, and notes what was left out.
///
/// # Errors
/// Fails if the benchmark is unknown, or its data are not available or invalid.
pub fn load_prompts(settings: &Settings, context: &Context<'_>) -> Result<Loaded, JobError> {
    let asked = &settings.benchmark;
    let mut request = Request {
        data: asked.data.clone(),
        stdin: asked
            .data
            .as_deref()
            .filter(|data| stdin::is_meant(data))
            .map(|_| stdin::read())
            .transpose()?,
        num_instances: asked.num_instances,
        first: asked.first,
        shuffle_seed: asked.shuffle_seed,
        include_copyright: asked.include_copyright,
        human_annotated_only: asked.human_annotated_only,
        keep_unlabelled: asked.keep_unlabelled,
        prompt_style: asked.prompt_style.clone(),
        custom: asked.custom.clone(),
        ..Request::default()
    };
    let benchmark = if asked.name.eq_ignore_ascii_case(AUTO) {
        let found = benchmark::recognise(&request)?;
        found.put_into(&mut request);
        let command = benchmark::command(found.benchmark, &request, &settings.model);
        request.found.push(format!("the same in full: {command}"));
        found.benchmark
    } else {
        Benchmark::named(&asked.name)?
    };
    let wanted = benchmark.subsets(asked.subset.as_deref())?;
    let wanted = if asked.data.is_none() { wanted } else { Vec::new() };
    let fetched = wanted.into_iter().map(|subset| {
        let found = download::subset(benchmark, subset, context);
        found.map_err(|error| error.with_address(subset.address()))
    });
    request.fetched = fetched.collect::<Result<_, _>>()?;
    let mut loaded = benchmark::load(benchmark, &request)?;
    if let Some(shard) = asked.shard {
        loaded = part(loaded, shard)?;
    }
    context.note(&format!("benchmark: {}, {} instances", loaded.facts.name, loaded.instances.len()));
    for note in &loaded.facts.notes {
        context.note(&format!("  {note}"));
    }
    Ok(loaded)
}

/// Returns a shard of the prompts.
fn part(whole: Loaded, shard: Shard) -> Result<Loaded, InputError> {
    let Loaded { instances, facts } = whole;
    let of_instances = instances.len();
    let instances = shard.part(instances);
    if instances.is_empty() {
        return Err(InputError::plain(format!("shard {shard} of {of_instances} instances is empty")));
    }
    let facts = BenchmarkFacts {
        instances: instances.len(),
        shard: Some(ShardFacts { shard, of_instances, whole_prompts_sha256: facts.prompts_sha256.clone() }),
        prompts_sha256: fingerprint(&instances),
        ..facts
    };
    Ok(Loaded { instances, facts })
}
