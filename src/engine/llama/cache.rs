//! The KV cache: which of its sequences holds what.
//!
//! Every sequence is a stream of its own, so a sequence's cells are always in the order of its
//! tokens and its attention sums do not depend on its neighbours.

use std::collections::VecDeque;

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::token::LlamaToken;

use super::plan::{EnginePlan, MIN_ROWS};
use super::trie::Trie;
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
    /// What its traces have drawn.
    pub trie: Trie,
}

/// A prompt on its way into the cache.
#[derive(Debug)]
struct Filling {
    prompt: usize,
    sequence: i32,
    tokens: Vec<LlamaToken>,
    /// Tokens of it that lie in the sequence.
    done: usize,
}

/// The tokens that template and system prompt fix before any word of the user.
#[derive(Debug)]
struct Head {
    tokens: Vec<LlamaToken>,
    sequence: i32,
    /// Tokens of it that lie in the sequence.
    done: usize,
}

/// The sequences that hold prompts, and the one that holds their common head.
#[derive(Debug)]
pub struct PromptCache {
    free: Vec<i32>,
    cached: Vec<CachedPrompt>,
    /// Oldest first.
    filling: VecDeque<Filling>,
    head: Option<Head>,
    micro_batch: usize,
    limit: usize,
    cells: usize,
}

/// What the evaluation of a chunk took and brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chunk {
    /// Prompt tokens evaluated.
    pub tokens: u64,
    /// Rows that filled it up.
    pub padding: u64,
    /// The prompt that it completed.
    pub completed: Option<usize>,
}

impl PromptCache {
    /// Prompts lie in the sequences after the slots, the head after them. `head` is empty where it is
    /// not worth a copy.
    pub fn new(plan: &EnginePlan, head: Vec<LlamaToken>) -> Self {
        let first = plan.slots;
        let end = first + plan.prompt_streams;
        Self {
            free: (first..end).rev().map(|sequence| sequence as i32).collect(),
            cached: Vec::new(),
            filling: VecDeque::new(),
            head: (!head.is_empty()).then_some(Head { tokens: head, sequence: end as i32, done: 0 }),
            micro_batch: plan.micro_batch,
            limit: plan.limit,
            cells: plan.cells,
        }
    }

    pub fn has_room(&self) -> bool {
        !self.free.is_empty()
    }

    pub fn get(&self, prompt: usize) -> Option<&CachedPrompt> {
        self.cached.iter().find(|cached| cached.prompt == prompt)
    }

    /// What the traces of a cached prompt have drawn.
    pub fn trie(&mut self, prompt: usize) -> Option<&mut Trie> {
        self.cached.iter_mut().find(|cached| cached.prompt == prompt).map(|cached| &mut cached.trie)
    }

    /// Whether a prompt is on its way.
    pub fn is_filling(&self, prompt: usize) -> bool {
        self.filling.iter().any(|filling| filling.prompt == prompt)
    }

    /// Gives a prompt's sequence up. Copies of it that are still to be made read it before it is
    /// written again: llama.cpp carries them out at the start of its next decode.
    pub fn release(&mut self, prompt: usize, context: &mut LlamaContext<'_>) -> Result<(), EngineError> {
        let cached = self.cached.iter().position(|cached| cached.prompt == prompt);
        let filling = self.filling.iter().position(|filling| filling.prompt == prompt);
        let sequence = match (cached, filling) {
            (Some(index), _) => Some(self.cached.swap_remove(index).sequence),
            (None, Some(index)) => self.filling.remove(index).map(|filling| filling.sequence),
            (None, None) => None,
        };
        if let Some(sequence) = sequence {
            clear(context, sequence)?;
            self.free.push(sequence);
        }
        Ok(())
    }

    /// Takes a prompt on; [`PromptCache::advance`] evaluates it.
    ///
    /// # Errors
    /// If it is empty or leaves no room for an answer: then nothing is taken.
    pub fn begin(&mut self, prompt: usize, tokens: Vec<LlamaToken>) -> Result<(), EngineError> {
        if tokens.is_empty() {
            return Err(EngineError::EmptyPrompt);
        }
        // One cell for the first answer token, and room for the rows that fill up the last chunk.
        if tokens.len() >= self.limit || tokens.len() + MIN_ROWS > self.cells {
            return Err(EngineError::PromptTooLong { tokens: tokens.len(), context: self.limit });
        }
        let Some(sequence) = self.free.pop() else {
            return Err(EngineError::Other("no sequence is free for another prompt".to_owned()));
        };
        self.filling.push_back(Filling { prompt, sequence, tokens, done: 0 });
        Ok(())
    }

    /// Evaluates the next chunk of the oldest prompt on its way; `None` if there is none.
    ///
    /// The head comes first, once; a prompt that begins with it is a copy of it and the rest. Chunks
    /// are cut from the beginning of what is evaluated, so they depend on the prompt alone.
    pub fn advance(
        &mut self,
        context: &mut LlamaContext<'_>,
        batch: &mut LlamaBatch<'_>,
    ) -> Result<Option<Chunk>, EngineError> {
        let Some(filling) = self.filling.front_mut() else { return Ok(None) };
        let mut chunk = Chunk::default();
        let mut writer = Writer { context, batch, micro_batch: self.micro_batch };
        // The last token is always evaluated, for its logits.
        let before_last = &filling.tokens[..filling.tokens.len() - 1];
        if let Some(head) = self.head.as_mut().filter(|head| before_last.starts_with(&head.tokens))
            && filling.done == 0
        {
            if head.done < head.tokens.len() {
                (chunk.tokens, chunk.padding) =
                    writer.write(&head.tokens, head.done, head.sequence, false)?;
                head.done += chunk.tokens as usize;
                return Ok(Some(chunk));
            }
            copy(writer.context, head.sequence, filling.sequence)?;
            filling.done = head.tokens.len();
        }
        (chunk.tokens, chunk.padding) =
            writer.write(&filling.tokens, filling.done, filling.sequence, true)?;
        filling.done += chunk.tokens as usize;
        if filling.done == filling.tokens.len() {
            let logits = context.get_logits_ith(chunk.tokens as i32 - 1).to_vec();
            let Filling { prompt, sequence, ref tokens, .. } = *filling;
            self.cached.push(CachedPrompt {
                prompt,
                sequence,
                tokens: tokens.len(),
                logits,
                trie: Trie::new(),
            });
            self.filling.pop_front();
            chunk.completed = Some(prompt);
        }
        Ok(Some(chunk))
    }
}

/// Writes tokens into sequences.
struct Writer<'a, 'model, 'batch> {
    context: &'a mut LlamaContext<'model>,
    batch: &'a mut LlamaBatch<'batch>,
    micro_batch: usize,
}

impl Writer<'_, '_, '_> {
    /// Evaluates the micro-batch of tokens that begins at `from`; with `logits` those of the last of
    /// all tokens are kept. Returns how many it evaluated, and with how many padding rows.
    ///
    /// A last chunk is filled up to [`MIN_ROWS`] rows with tokens behind the last one, which no
    /// earlier row sees and which are removed again.
    fn write(
        &mut self,
        tokens: &[LlamaToken],
        from: usize,
        sequence: i32,
        logits: bool,
    ) -> Result<(u64, u64), EngineError> {
        let end = tokens.len().min(from + self.micro_batch);
        let chunk = &tokens[from..end];
        let fill = MIN_ROWS.saturating_sub(chunk.len());
        self.batch.clear();
        for (row, &token) in chunk.iter().chain(std::iter::repeat_n(&chunk[0], fill)).enumerate() {
            let is_last = from + row + 1 == tokens.len();
            add(self.batch, token, from + row, sequence, logits && is_last)?;
        }
        self.context.decode(self.batch).map_err(|error| EngineError::Decode(error.to_string()))?;
        self.context.synchronize();
        if fill > 0 {
            truncate(self.context, sequence, end)?;
        }
        Ok((chunk.len() as u64, fill as u64))
    }
}

/// Copies a whole sequence; llama.cpp carries it out at the start of its next decode.
pub fn copy(context: &mut LlamaContext<'_>, from: i32, to: i32) -> Result<(), EngineError> {
    context.copy_kv_cache_seq(from, to, None, None).map_err(|error| EngineError::Decode(error.to_string()))
}

/// Empties a sequence.
pub fn clear(context: &mut LlamaContext<'_>, sequence: i32) -> Result<(), EngineError> {
    truncate(context, sequence, 0)
}

/// Removes a sequence's cells from a position on.
pub fn truncate(context: &mut LlamaContext<'_>, sequence: i32, end: usize) -> Result<(), EngineError> {
    match context.clear_kv_cache_seq(Some(sequence as u32), Some(end as u32), None) {
        Ok(true) => Ok(()),
        Ok(false) => {
            Err(EngineError::Decode(format!("sequence {sequence} could not be cut to {end} tokens")))
        }
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
