//! The KV cache: which of its sequences holds what.
//!
//! Every sequence is a stream of its own, so a sequence's cells are always in the order of its
//! tokens and its attention sums do not depend on its neighbours.

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::token::LlamaToken;

use super::plan::{EnginePlan, MIN_ROWS};
use crate::engine::EngineError;

/// A prompt whose keys and values lie in the cache.
#[derive(Debug)]
pub struct CachedPrompt {
    /// The workload's number of it.
    pub prompt: usize,
    /// The sequence it lies in.
    pub sequence: i32,
    /// Its length, tokens.
    pub tokens: usize,
    /// Raw logits after its last token: every trace draws its first token from them.
    pub logits: Vec<f32>,
}

/// The sequences that hold prompts.
#[derive(Debug)]
pub struct PromptCache {
    free: Vec<i32>,
    cached: Vec<CachedPrompt>,
    micro_batch: usize,
    cells: usize,
}

impl PromptCache {
    /// Prompts lie in the sequences after the slots.
    pub fn new(plan: &EnginePlan) -> Self {
        let first = plan.slots;
        let free = (first..first + plan.prompt_streams).rev().map(|sequence| sequence as i32).collect();
        Self { free, cached: Vec::new(), micro_batch: plan.micro_batch, cells: plan.cells }
    }

    pub fn has_room(&self) -> bool {
        !self.free.is_empty()
    }

    pub fn get(&self, prompt: usize) -> Option<&CachedPrompt> {
        self.cached.iter().find(|cached| cached.prompt == prompt)
    }

    /// Gives a prompt's sequence up. Copies of it that are still to be made read it before it is
    /// written again: llama.cpp carries them out at the start of its next decode.
    pub fn release(&mut self, prompt: usize, context: &mut LlamaContext<'_>) -> Result<(), EngineError> {
        if let Some(index) = self.cached.iter().position(|cached| cached.prompt == prompt) {
            let cached = self.cached.swap_remove(index);
            clear(context, cached.sequence)?;
            self.free.push(cached.sequence);
        }
        Ok(())
    }

    /// Evaluates a prompt into a free sequence, in chunks that depend on its length only.
    ///
    /// The last chunk is filled up to [`MIN_ROWS`] rows with tokens behind the prompt, which no
    /// earlier row sees and which are removed again; returns their number.
    pub fn evaluate(
        &mut self,
        prompt: usize,
        tokens: &[LlamaToken],
        context: &mut LlamaContext<'_>,
        batch: &mut LlamaBatch<'_>,
    ) -> Result<u64, EngineError> {
        // One cell for the first answer token, and room for the rows that fill up the last chunk.
        if tokens.is_empty() || tokens.len() + MIN_ROWS > self.cells {
            return Err(EngineError::PromptTooLong { tokens: tokens.len(), context: self.cells });
        }
        let Some(sequence) = self.free.pop() else {
            return Err(EngineError::Other("no sequence is free for another prompt".to_owned()));
        };
        let mut padding = 0;
        let mut logits = Vec::new();
        for (index, chunk) in tokens.chunks(self.micro_batch).enumerate() {
            let start = index * self.micro_batch;
            let is_last = start + chunk.len() == tokens.len();
            let fill = MIN_ROWS.saturating_sub(chunk.len());
            batch.clear();
            for (offset, &token) in chunk.iter().chain(std::iter::repeat_n(&chunk[0], fill)).enumerate() {
                let wants_logits = is_last && offset + 1 == chunk.len();
                add(batch, token, start + offset, sequence, wants_logits)?;
            }
            context.decode(batch).map_err(|error| EngineError::Decode(error.to_string()))?;
            if is_last {
                logits = context.get_logits_ith(chunk.len() as i32 - 1).to_vec();
            }
            padding += fill as u64;
        }
        if padding > 0 {
            context
                .clear_kv_cache_seq(Some(sequence as u32), Some(tokens.len() as u32), None)
                .map_err(|error| EngineError::Decode(error.to_string()))?;
        }
        self.cached.push(CachedPrompt { prompt, sequence, tokens: tokens.len(), logits });
        Ok(padding)
    }
}

/// Empties a sequence.
pub fn clear(context: &mut LlamaContext<'_>, sequence: i32) -> Result<(), EngineError> {
    match context.clear_kv_cache_seq(Some(sequence as u32), None, None) {
        Ok(true) => Ok(()),
        Ok(false) => Err(EngineError::Decode(format!("sequence {sequence} could not be emptied"))),
        Err(error) => Err(EngineError::Decode(error.to_string())),
    }
}

/// Adds one row to a batch. Every row belongs to exactly one sequence, for which the batch has room.
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
