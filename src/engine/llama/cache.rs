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

/// The sequences that hold prompts, and the one that holds their common head.
#[derive(Debug)]
pub struct PromptCache {
    free: Vec<i32>,
    cached: Vec<CachedPrompt>,
    head: Option<Head>,
    micro_batch: usize,
    limit: usize,
    cells: usize,
}

/// The tokens that template and system prompt fix before any word of the user.
#[derive(Debug)]
struct Head {
    tokens: Vec<LlamaToken>,
    sequence: i32,
    is_evaluated: bool,
}

/// What the evaluation of a prompt took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evaluated {
    /// Prompt tokens evaluated: the whole prompt, or what follows the head; the first prompt of a
    /// run evaluates the head as well.
    pub tokens: u64,
    /// Rows that filled up a last chunk.
    pub padding: u64,
}

impl PromptCache {
    /// Prompts lie in the sequences after the slots, the head after them. `head` is empty where it is
    /// not worth a copy.
    pub fn new(plan: &EnginePlan, head: Vec<LlamaToken>) -> Self {
        let first = plan.slots;
        let end = first + plan.prompt_streams;
        let free = (first..end).rev().map(|sequence| sequence as i32).collect();
        let head =
            (!head.is_empty()).then_some(Head { tokens: head, sequence: end as i32, is_evaluated: false });
        let (micro_batch, limit, cells) = (plan.micro_batch, plan.limit, plan.cells);
        Self { free, cached: Vec::new(), head, micro_batch, limit, cells }
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

    /// Evaluates a prompt into a free sequence: a copy of the head, if the prompt begins with it, and
    /// the rest.
    pub fn evaluate(
        &mut self,
        prompt: usize,
        tokens: &[LlamaToken],
        context: &mut LlamaContext<'_>,
        batch: &mut LlamaBatch<'_>,
    ) -> Result<Evaluated, EngineError> {
        // One cell for the first answer token, and room for the rows that fill up the last chunk.
        if tokens.is_empty() {
            return Err(EngineError::EmptyPrompt);
        }
        if tokens.len() >= self.limit || tokens.len() + MIN_ROWS > self.cells {
            return Err(EngineError::PromptTooLong { tokens: tokens.len(), context: self.limit });
        }
        let Some(sequence) = self.free.pop() else {
            return Err(EngineError::Other("no sequence is free for another prompt".to_owned()));
        };
        let mut evaluated = Evaluated::default();
        let mut writer = Writer { context, batch, micro_batch: self.micro_batch };
        let mut start = 0;
        // The last token is always evaluated, for its logits.
        if let Some(head) =
            self.head.as_mut().filter(|head| tokens[..tokens.len() - 1].starts_with(&head.tokens))
        {
            if !head.is_evaluated {
                evaluated.padding += writer.write(&head.tokens, 0, head.sequence, false)?;
                evaluated.tokens += head.tokens.len() as u64;
                head.is_evaluated = true;
            }
            start = head.tokens.len();
            copy(writer.context, head.sequence, sequence)?;
        }
        evaluated.padding += writer.write(&tokens[start..], start, sequence, true)?;
        evaluated.tokens += (tokens.len() - start) as u64;
        let last_chunk = (tokens.len() - start - 1) % self.micro_batch;
        let logits = writer.context.get_logits_ith(last_chunk as i32).to_vec();
        self.cached.push(CachedPrompt { prompt, sequence, tokens: tokens.len(), logits });
        Ok(evaluated)
    }
}

/// Writes tokens into sequences.
struct Writer<'a, 'model, 'batch> {
    context: &'a mut LlamaContext<'model>,
    batch: &'a mut LlamaBatch<'batch>,
    micro_batch: usize,
}

impl Writer<'_, '_, '_> {
    /// Evaluates tokens from position `start` on, in chunks that depend on their number only. With
    /// `logits` the last token's are kept, at its row of the last chunk.
    ///
    /// The last chunk is filled up to [`MIN_ROWS`] rows with tokens behind the last one, which no
    /// earlier row sees and which are removed again; returns their number.
    fn write(
        &mut self,
        tokens: &[LlamaToken],
        start: usize,
        sequence: i32,
        logits: bool,
    ) -> Result<u64, EngineError> {
        let mut padding = 0;
        for (index, chunk) in tokens.chunks(self.micro_batch).enumerate() {
            let offset = index * self.micro_batch;
            let is_last = offset + chunk.len() == tokens.len();
            let fill = MIN_ROWS.saturating_sub(chunk.len());
            self.batch.clear();
            for (row, &token) in chunk.iter().chain(std::iter::repeat_n(&chunk[0], fill)).enumerate() {
                let wants_logits = logits && is_last && row + 1 == chunk.len();
                add(self.batch, token, start + offset + row, sequence, wants_logits)?;
            }
            self.context.decode(self.batch).map_err(|error| EngineError::Decode(error.to_string()))?;
            padding += fill;
        }
        if padding > 0 {
            let end = (start + tokens.len()) as u32;
            let removed = self.context.clear_kv_cache_seq(Some(sequence as u32), Some(end), None);
            if !removed.map_err(|error| EngineError::Decode(error.to_string()))? {
                return Err(EngineError::Decode(
                    "padding rows could not be removed from the cache".to_owned(),
                ));
            }
        }
        Ok(padding as u64)
    }
}

/// Copies a whole sequence; llama.cpp carries it out at the start of its next decode.
pub fn copy(context: &mut LlamaContext<'_>, from: i32, to: i32) -> Result<(), EngineError> {
    context.copy_kv_cache_seq(from, to, None, None).map_err(|error| EngineError::Decode(error.to_string()))
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
