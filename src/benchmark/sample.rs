//! Chooses the prompts of a request from those of its files.

use super::error::BenchmarkError;
use super::kept::Kept;
use super::order;
use super::request::Request;
use super::strata::Strata;
use crate::record::sample::{SampleFacts, SampleKey, SampleMethod};

/// Seed of a sample if none is given. It does not depend on the seed of the traces, so that runs with other
/// seeds have the same prompts.
const DEFAULT_SEED: u64 = 0;

/// Returns what to keep of the files, and how it is chosen if that may be a part of them. `survey` reads the
/// files for their labels and categories, before any row is kept.
///
/// # Errors
/// Returns the error of `survey`.
pub fn choose(
    request: &Request,
    survey: impl FnOnce(&mut Strata) -> Result<(), BenchmarkError>,
) -> Result<(Kept, Option<SampleFacts>), BenchmarkError> {
    let Some(wanted) = request.num_instances else { return Ok((Kept::first(usize::MAX), None)) };
    if request.first && request.shuffle_seed.is_none() {
        let facts = SampleFacts { method: SampleMethod::First, by: Vec::new(), seed: None, of: 0 };
        return Ok((Kept::first(wanted), Some(facts)));
    }
    let mut strata = Strata::default();
    survey(&mut strata)?;
    if wanted >= strata.rows {
        return Ok((Kept::first(usize::MAX), None));
    }
    let seed = request.shuffle_seed.unwrap_or(DEFAULT_SEED);
    let of = strata.rows;
    let by = if request.first { Vec::new() } else { strata.keys() };
    let method = if by.is_empty() { SampleMethod::Random } else { SampleMethod::Stratified };
    let kept = match method {
        SampleMethod::Stratified => Kept::ranked(strata.order(seed).take(wanted)),
        _ => Kept::ranked(order::first(of, seed, wanted).into_iter()),
    };
    Ok((kept, Some(SampleFacts { method, by, seed: Some(seed), of })))
}

/// Describes a sample for the notes. `is_told` says whether `--first` was given.
pub fn note(sample: &SampleFacts, taken: usize, is_told: bool) -> String {
    let SampleFacts { method, by, seed, of } = sample;
    let how = match method {
        SampleMethod::First => return format!("the first {taken} of {of} prompts (--first)"),
        SampleMethod::Random => "a random sample".to_owned(),
        SampleMethod::Stratified => {
            let names: Vec<&str> = by.iter().map(|key| name(*key)).collect();
            format!("a sample stratified by {}", names.join(" and "))
        }
    };
    let other = if is_told { "" } else { "; --first takes the first rows" };
    format!("{taken} of {of} prompts, {how} (seed {}{other})", seed.unwrap_or(DEFAULT_SEED))
}

fn name(key: SampleKey) -> &'static str {
    match key {
        SampleKey::Label => "label",
        SampleKey::HarmCategory => "category",
    }
}
