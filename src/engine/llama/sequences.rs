//! Operations on sequences of the KV cache: fill, copy, truncate.
//!
//! Every sequence is a stream of its own, unless all share a pool. Its cells are therefore always in the
//! order of its tokens, and its attention sums do not depend on other sequences.

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::session::{LlamaStateSeqFlags, SeqState};
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::token::LlamaToken;

use super::plan::EnginePlan;
use crate::engine::EngineError;

/// Evaluated tokens from which sequences are filled.
#[derive(Debug)]
pub enum Kept {
    /// Tokens in a sequence of their own.
    Sequence(i32),
    /// Tokens outside the cache, as bytes. A state has the size of its tokens, whereas a sequence has the
    /// size of all its cells; memory and copies shrink accordingly.
    State(SeqState),
}

impl Kept {
    /// Keeps the tokens of a sequence. With states, the sequence is free afterwards.
    pub fn of(sequence: i32, plan: &EnginePlan, context: &mut LlamaContext<'_>) -> Result<Self, EngineError> {
        if !plan.states {
            return Ok(Self::Sequence(sequence));
        }
        let state = state(sequence, context)?;
        clear(context, sequence)?;
        Ok(Self::State(state))
    }

    /// Fills a sequence and replaces its content.
    pub fn fill(&self, sequence: i32, context: &mut LlamaContext<'_>) -> Result<(), EngineError> {
        match self {
            Self::Sequence(from) => copy(context, *from, sequence),
            Self::State(state) => {
                context.state_seq_set(state, sequence).map_err(|error| EngineError::Decode(error.to_string()))
            }
        }
    }
}

fn state(sequence: i32, context: &LlamaContext<'_>) -> Result<SeqState, EngineError> {
    context
        .state_seq_get(sequence, LlamaStateSeqFlags::empty())
        .map_err(|error| EngineError::Decode(error.to_string()))
}

/// Returns what further sequences are filled from: with states, a copy of a sequence that is in use.
pub fn held(sequence: i32, plan: &EnginePlan, context: &LlamaContext<'_>) -> Result<Kept, EngineError> {
    Ok(if plan.states { Kept::State(state(sequence, context)?) } else { Kept::Sequence(sequence) })
}

/// Copies a sequence that is in use.
///
/// With states, it does not use llama.cpp's copy, which takes effect only at the next decode: a state read
/// before that would miss the copy, and a state written before that would be overwritten.
pub fn fork(
    from: i32,
    to: i32,
    plan: &EnginePlan,
    context: &mut LlamaContext<'_>,
) -> Result<(), EngineError> {
    held(from, plan, context)?.fill(to, context)
}

/// Copies a whole sequence; llama.cpp executes the copy at the start of its next decode.
fn copy(context: &mut LlamaContext<'_>, from: i32, to: i32) -> Result<(), EngineError> {
    context.copy_kv_cache_seq(from, to, None, None).map_err(|error| EngineError::Decode(error.to_string()))
}

/// Empties a sequence.
pub fn clear(context: &mut LlamaContext<'_>, sequence: i32) -> Result<(), EngineError> {
    truncate(context, sequence, 0)
}

/// Removes a sequence's cells from position `end` on.
pub fn truncate(context: &mut LlamaContext<'_>, sequence: i32, end: usize) -> Result<(), EngineError> {
    match context.clear_kv_cache_seq(Some(sequence as u32), Some(end as u32), None) {
        Ok(true) => Ok(()),
        Ok(false) => {
            Err(EngineError::Decode(format!("sequence {sequence} could not be cut to {end} tokens")))
        }
        Err(error) => Err(EngineError::Decode(error.to_string())),
    }
}

/// Adds one row to a batch. Every row belongs to exactly one sequence.
pub fn add(
    batch: &mut LlamaBatch<'_>,
    token: LlamaToken,
    position: usize,
    sequence: i32,
    logits: bool,
) -> Result<(), EngineError> {
    batch
        .add(token, position as i32, &[sequence], logits)
        .map_err(|error| EngineError::Decode(error.to_string()))
}
