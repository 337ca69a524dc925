//! Cache of prompts: keeps their keys and values.

use std::collections::VecDeque;

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::token::LlamaToken;

use super::forks::Forks;
use super::plan::EnginePlan;
use super::sequences::{Kept, add, clear, truncate};
use super::trie::Trie;
use crate::engine::EngineError;
use crate::record::engine_settings::MIN_ROWS;

/// Prompt whose keys and values are in the cache.
#[derive(Debug)]
pub struct CachedPrompt {
    /// Number that the workload gave the prompt.
    pub prompt: usize,
    /// Keys and values.
    pub kept: Kept,
    /// Number of tokens.
    pub tokens: usize,
    /// Raw logits after the last token; every trace draws its first token from them.
    pub logits: Vec<f32>,
    /// Tokens that its traces have drawn.
    pub trie: Trie,
}

/// Prompt that is being evaluated into the cache.
#[derive(Debug)]
struct Filling {
    prompt: usize,
    /// Sequence for its evaluation; `None` before the first chunk.
    sequence: Option<i32>,
    tokens: Vec<LlamaToken>,
    /// Number of its tokens in the sequence.
    done: usize,
}

/// Tokens that template and system prompt determine before the user's first word.
#[derive(Debug)]
struct Head {
    tokens: Vec<LlamaToken>,
    /// Sequence for its evaluation; `None` before the first chunk.
    sequence: Option<i32>,
    /// Number of evaluated tokens.
    done: usize,
    /// Keys and values; `None` until all tokens are evaluated.
    kept: Option<Kept>,
}

/// Cache of prompts and their common head.
#[derive(Debug)]
pub struct PromptCache<'a> {
    plan: &'a EnginePlan,
    /// Empty sequences.
    free: Vec<i32>,
    cached: Vec<CachedPrompt>,
    /// Oldest first.
    filling: VecDeque<Filling>,
    head: Option<Head>,
    /// States kept where traces of cached prompts parted.
    pub forks: Forks,
}

/// Cost and result of the evaluation of a chunk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chunk {
    /// Number of prompt tokens evaluated.
    pub tokens: u64,
    /// Number of padding rows.
    pub padding: u64,
    /// Prompt that the chunk completed.
    pub completed: Option<usize>,
}

impl<'a> PromptCache<'a> {
    /// Creates a cache in the sequences after the slots. `head` is empty if it is too short to copy.
    pub fn new(plan: &'a EnginePlan, head: Vec<LlamaToken>) -> Self {
        let head = Head { tokens: head, sequence: None, done: 0, kept: None };
        Self {
            plan,
            free: (plan.slots..plan.streams()).rev().map(|sequence| sequence as i32).collect(),
            cached: Vec::new(),
            filling: VecDeque::new(),
            head: Some(head).filter(|head| !head.tokens.is_empty()),
            forks: Forks::new(usize::try_from(plan.fork_bytes).unwrap_or(usize::MAX)),
        }
    }

    pub fn has_room(&self) -> bool {
        self.cached.len() + self.filling.len() < self.plan.prompts
    }

    pub fn get(&self, prompt: usize) -> Option<&CachedPrompt> {
        self.cached.iter().find(|cached| cached.prompt == prompt)
    }

    /// Returns the tree of tokens that the traces of a cached prompt have drawn.
    pub fn trie(&mut self, prompt: usize) -> Option<&mut Trie> {
        self.cached.iter_mut().find(|cached| cached.prompt == prompt).map(|cached| &mut cached.trie)
    }

    /// Returns whether a prompt is being evaluated or queued.
    pub fn is_filling(&self, prompt: usize) -> bool {
        self.filling.iter().any(|filling| filling.prompt == prompt)
    }

    /// Releases a prompt. Copies still pending read its sequence before it is overwritten, because llama.cpp
    /// executes them at the start of its next decode.
    pub fn release(&mut self, prompt: usize, context: &mut LlamaContext<'_>) -> Result<(), EngineError> {
        self.forks.release(prompt);
        let cached = self.cached.iter().position(|cached| cached.prompt == prompt);
        let filling = self.filling.iter().position(|filling| filling.prompt == prompt);
        let sequence = match (cached, filling) {
            (Some(index), _) => match self.cached.swap_remove(index).kept {
                Kept::Sequence(sequence) => Some(sequence),
                Kept::State(_) => None,
            },
            (None, Some(index)) => self.filling.remove(index).and_then(|filling| filling.sequence),
            (None, None) => None,
        };
        if let Some(sequence) = sequence {
            clear(context, sequence)?;
            self.free.push(sequence);
        }
        Ok(())
    }

    /// Queues a prompt for [`PromptCache::advance`].
    ///
    /// # Errors
    /// If the prompt is empty or leaves no room for an answer; it is not queued then.
    pub fn begin(&mut self, prompt: usize, tokens: Vec<LlamaToken>) -> Result<(), EngineError> {
        if tokens.is_empty() {
            return Err(EngineError::EmptyPrompt);
        }
        // One cell for the first answer token, and room for the padding rows of the last chunk.
        if tokens.len() >= self.plan.limit || tokens.len() + MIN_ROWS > self.plan.cells {
            return Err(EngineError::PromptTooLong { tokens: tokens.len(), context: self.plan.limit });
        }
        self.filling.push_back(Filling { prompt, sequence: None, tokens, done: 0 });
        Ok(())
    }

    /// Evaluates the next chunk of the oldest queued prompt; `None` if there is none.
    ///
    /// The head is evaluated once, before the first prompt that begins with it; such prompts start from a
    /// copy of the head. Chunks are counted from the beginning of the evaluated tokens, so they depend only
    /// on the prompt.
    pub fn advance(
        &mut self,
        context: &mut LlamaContext<'_>,
        batch: &mut LlamaBatch<'_>,
    ) -> Result<Option<Chunk>, EngineError> {
        let Some(filling) = self.filling.front_mut() else { return Ok(None) };
        let mut chunk = Chunk::default();
        let plan = self.plan;
        let mut writer = Writer { context, batch, plan };
        // The last token is always evaluated, because its logits are needed; and a whole chunk where no padding is
        // possible.
        let least = if plan.rewinds { 1 } else { MIN_ROWS };
        let before_last = &filling.tokens[..filling.tokens.len().saturating_sub(least)];
        let head = self.head.as_mut().filter(|head| before_last.starts_with(&head.tokens));
        if let Some(head) = head.filter(|_| filling.done == 0) {
            let Some(kept) = &head.kept else {
                let sequence = taken(&mut head.sequence, &mut self.free)?;
                (chunk.tokens, chunk.padding) = writer.write(&head.tokens, head.done, sequence, false)?;
                head.done += chunk.tokens as usize;
                if head.done == head.tokens.len() {
                    head.kept = Some(Kept::of(sequence, self.plan, context)?);
                    self.free.extend(self.plan.states.then_some(sequence));
                }
                return Ok(Some(chunk));
            };
            kept.fill(taken(&mut filling.sequence, &mut self.free)?, writer.context)?;
            filling.done = head.tokens.len();
        }
        let sequence = taken(&mut filling.sequence, &mut self.free)?;
        (chunk.tokens, chunk.padding) = writer.write(&filling.tokens, filling.done, sequence, true)?;
        filling.done += chunk.tokens as usize;
        if filling.done == filling.tokens.len() {
            let logits = context.get_logits_ith(chunk.tokens as i32 - 1).to_vec();
            let (prompt, tokens) = (filling.prompt, filling.tokens.len());
            let kept = Kept::of(sequence, self.plan, context)?;
            self.free.extend(self.plan.states.then_some(sequence));
            self.cached.push(CachedPrompt { prompt, kept, tokens, logits, trie: Trie::new() });
            self.filling.pop_front();
            chunk.completed = Some(prompt);
        }
        Ok(Some(chunk))
    }
}

/// Returns the end of the chunk that begins at `from`, of a text of `length` tokens.
fn chunk_end(length: usize, from: usize, plan: &EnginePlan) -> usize {
    match from + plan.micro_batch {
        end if end >= length => length,
        end if plan.rewinds => end,
        // What is left must not be shorter than a padded chunk.
        end => end.min(length - MIN_ROWS),
    }
}

/// Returns the sequence already taken, or takes a free one.
fn taken(sequence: &mut Option<i32>, free: &mut Vec<i32>) -> Result<i32, EngineError> {
    *sequence = sequence.or_else(|| free.pop());
    sequence.ok_or_else(|| EngineError::Other("no sequence is free for another prompt".to_owned()))
}

/// Writer of tokens into sequences.
struct Writer<'a, 'model, 'batch> {
    context: &'a mut LlamaContext<'model>,
    batch: &'a mut LlamaBatch<'batch>,
    plan: &'a EnginePlan,
}

impl Writer<'_, '_, '_> {
    /// Evaluates the micro-batch of tokens that begins at `from`; `logits` keeps the logits of the very last
    /// token. Returns the number of evaluated tokens and of padding rows.
    ///
    /// A chunk shorter than [`MIN_ROWS`] is padded with tokens after its last one. No earlier row sees them,
    /// and they are removed afterwards. Where nothing can be removed, the chunk before a short last one leaves it
    /// tokens, and a text of fewer than [`MIN_ROWS`] tokens is evaluated as it is: its rows depend on it alone.
    fn write(
        &mut self,
        tokens: &[LlamaToken],
        from: usize,
        sequence: i32,
        logits: bool,
    ) -> Result<(u64, u64), EngineError> {
        let rewinds = self.plan.rewinds;
        let end = chunk_end(tokens.len(), from, self.plan);
        let chunk = &tokens[from..end];
        let fill = if rewinds { MIN_ROWS.saturating_sub(chunk.len()) } else { 0 };
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
