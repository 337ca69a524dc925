//! A running trace and the slot it occupies.

use llama_cpp_2::token::LlamaToken;

use crate::deepconf::TOP_K;
use crate::engine::TraceKey;
use crate::sampling::row::BadLogits;
use crate::sampling::{Row, RowScratch, Sampler, TokenLogProbability};

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
    pub reading: RowReading,
}

/// Buffers for reading rows, and the top tokens of the row read last.
#[derive(Debug, Default)]
pub struct RowReading {
    scratch: RowScratch,
    pub top: Vec<TokenLogProbability>,
}

/// What was read off a row of logits for the trace that sampled from it.
#[derive(Clone, Copy, Debug)]
pub struct Sampled {
    pub token: u32,
    pub log_probability: f64,
    pub confidence: f64,
}

/// Samples one token from a row of raw logits; leaves the row's top tokens in `reading`.
pub fn sample(logits: &[f32], sampler: &mut Sampler, reading: &mut RowReading) -> Result<Sampled, BadLogits> {
    let mut row = Row::read(logits, &mut reading.scratch)?;
    let confidence = row.confidence();
    row.top_log_probabilities(TOP_K, &mut reading.top);
    let token = sampler.sample(&mut row);
    Ok(Sampled { token, log_probability: row.log_probability(token), confidence })
}
