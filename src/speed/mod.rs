//! Speed of an engine: runs prompts and traces of given lengths and measures their cost.

mod prompts;
mod workload;

pub use prompts::prompts;

use crate::chat::Prompt;
use crate::engine::{Engine, EngineError, Session};
use crate::record::manifest::EngineFacts;
use crate::sampling::SamplingParams;
use workload::TraceWorkload;

/// Case to measure; every trace of every prompt has its full length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Case {
    /// Traces per prompt.
    pub traces: u32,
    /// Tokens per trace.
    pub tokens: u32,
    /// Sampling parameters.
    pub sampling: SamplingParams,
}

/// Measurement of one repetition.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    /// Counts and times that the engine reports.
    pub facts: EngineFacts,
    /// Prompt tokens summed over all traces, as if no prompt were shared.
    pub prompt_tokens_logical: u64,
}

impl Measurement {
    /// Returns decoded tokens per second of the engine's total time.
    #[must_use]
    pub fn total_rate(&self) -> Option<f64> {
        rate(self.facts.tokens_decoded as f64, self.facts.seconds)
    }

    /// Returns the microseconds of reading and drawing per row. This is wall-clock time, and rows are read in
    /// parallel.
    #[must_use]
    pub fn row_microseconds(&self) -> Option<f64> {
        rate(1e6 * self.facts.seconds_rows, self.facts.rows as f64)
    }

    /// Returns the share of the engine's time spent outside llama.cpp.
    #[must_use]
    pub fn share_outside(&self) -> Option<f64> {
        rate(self.facts.seconds - self.facts.seconds_prompts - self.facts.seconds_decode, self.facts.seconds)
    }
}

fn rate(amount: f64, per: f64) -> Option<f64> {
    (per > 0.0).then(|| amount / per)
}

/// Runs a case once.
///
/// # Errors
/// If the engine fails.
pub fn measure(engine: &mut dyn Engine, case: &Case, prompts: &[Prompt]) -> Result<Measurement, EngineError> {
    let lengths: Vec<usize> =
        prompts.iter().map(|prompt| engine.count_tokens(prompt)).collect::<Result<_, _>>()?;
    let session = Session {
        sampling: case.sampling,
        max_tokens: case.tokens,
        longest_prompt: lengths.iter().copied().max().unwrap_or(0),
        head: 0,
        head_prompt: 0,
        traces_at_once: case.traces,
        prompts: prompts.len(),
        ignore_eos: true,
    };
    let mut workload = TraceWorkload::new(prompts, case.traces);
    let facts = engine.run(&session, &mut workload)?;
    let prompt_tokens_logical = lengths.iter().sum::<usize>() as u64 * u64::from(case.traces);
    Ok(Measurement { facts, prompt_tokens_logical })
}
