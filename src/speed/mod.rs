//! How fast an engine is: prompts and traces of given lengths, and what they took.

mod prompts;
mod workload;

pub use prompts::prompts;

use crate::chat::Prompt;
use crate::engine::{Engine, EngineError, Session};
use crate::record::manifest::EngineFacts;
use crate::sampling::SamplingParams;
use workload::TraceWorkload;

/// What to measure: every trace of every prompt is as long as it may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Case {
    /// Traces of each prompt.
    pub traces: u32,
    /// Tokens of a trace.
    pub tokens: u32,
    /// How they are drawn.
    pub sampling: SamplingParams,
}

/// What one repetition showed.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    /// The engine's own counts and clock readings.
    pub facts: EngineFacts,
    /// Tokens of all prompts, for each trace anew.
    pub prompt_tokens_logical: u64,
}

impl Measurement {
    /// Tokens a second of all the engine's time.
    #[must_use]
    pub fn total_rate(&self) -> Option<f64> {
        rate(self.facts.tokens_decoded as f64, self.facts.seconds)
    }

    /// Microseconds of reading and drawing for each row, by the clock: rows are read side by side.
    #[must_use]
    pub fn row_microseconds(&self) -> Option<f64> {
        rate(1e6 * self.facts.seconds_rows, self.facts.rows as f64)
    }

    /// Share of the engine's time that llama.cpp did not take.
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
/// What the engine says.
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
