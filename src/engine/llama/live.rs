//! A running trace and the slot it occupies.

use llama_cpp_2::token::LlamaToken;

use crate::engine::TraceKey;
use crate::sampling::row::BadLogits;
use crate::sampling::{Row, RowScratch, Sampler};

/// A trace whose next row is `pending`.
#[derive(Debug)]
pub struct Live {
    pub key: TraceKey,
    pub sampler: Sampler,
    /// The token sampled last, not in the cache yet.
    pub pending: LlamaToken,
    /// Its position: tokens of prompt and answer before it.
    pub position: usize,
    /// Tokens sampled so far.
    pub sampled: u32,
}

/// One sequence of the cache: a running trace, or rows that only fill up a batch.
#[derive(Debug, Default)]
pub struct Slot {
    pub live: Option<Live>,
    /// Padding rows in the sequence while no trace runs in it.
    pub padding: usize,
    pub scratch: RowScratch,
}

/// What was read off a row of logits for the trace that sampled from it.
#[derive(Clone, Copy, Debug)]
pub struct Sampled {
    pub token: u32,
    pub log_probability: f64,
    pub confidence: f64,
}

/// Samples one token from a row of raw logits.
pub fn sample(logits: &[f32], sampler: &mut Sampler, scratch: &mut RowScratch) -> Result<Sampled, BadLogits> {
    let mut row = Row::read(logits, scratch)?;
    let confidence = row.confidence();
    let token = sampler.sample(&mut row);
    Ok(Sampled { token, log_probability: row.log_probability(token), confidence })
}
