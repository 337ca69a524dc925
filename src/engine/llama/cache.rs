//! The prompts whose keys and values are kept.

use std::collections::VecDeque;

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::token::LlamaToken;

use super::plan::EnginePlan;
use super::sequences::{Kept, add, clear, truncate};
use super::trie::Trie;
use crate::engine::EngineError;
use crate::record::engine_settings::MIN_ROWS;

/// A prompt whose keys and values lie in the cache.
#[derive(Debug)]
pub struct CachedPrompt {
    /// The workload's number of it.
    pub prompt: usize,
    /// Its keys and values.
    pub kept: Kept,
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
    /// The sequence it is evaluated in, from its beginning on.
    sequence: Option<i32>,
    tokens: Vec<LlamaToken>,
    /// Tokens of it that lie in the sequence.
    done: usize,
}

/// The tokens that template and system prompt fix before any word of the user.
#[derive(Debug)]
struct Head {
    tokens: Vec<LlamaToken>,
    /// The sequence it is evaluated in, from its beginning on.
    sequence: Option<i32>,
    /// Tokens of it that are evaluated.
    done: usize,
    /// Its keys and values, once all are.
    kept: Option<Kept>,
}

/// Prompts, and their common head.
#[derive(Debug)]
pub struct PromptCache<'a> {
    plan: &'a EnginePlan,
    /// Sequences that nothing lies in.
    free: Vec<i32>,
    cached: Vec<CachedPrompt>,
    /// Oldest first.
    filling: VecDeque<Filling>,
    head: Option<Head>,
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

impl<'a> PromptCache<'a> {
    /// The sequences after the slots are the prompts'. `head` is empty where it is not worth a copy.
    pub fn new(plan: &'a EnginePlan, head: Vec<LlamaToken>) -> Self {
        let head = Head { tokens: head, sequence: None, done: 0, kept: None };
        Self {
            plan,
            free: (plan.slots..plan.streams()).rev().map(|sequence| sequence as i32).collect(),
            cached: Vec::new(),
            filling: VecDeque::new(),
            head: Some(head).filter(|head| !head.tokens.is_empty()),
        }
    }

    pub fn has_room(&self) -> bool {
        self.cached.len() + self.filling.len() < self.plan.prompts
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

    /// Gives a prompt up. Copies of it that are still to be made read it before it is
    /// written again: llama.cpp carries them out at the start of its next decode.
    pub fn release(&mut self, prompt: usize, context: &mut LlamaContext<'_>) -> Result<(), EngineError> {
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

    /// Takes a prompt on; [`PromptCache::advance`] evaluates it.
    ///
    /// # Errors
    /// If it is empty or leaves no room for an answer: then nothing is taken.
    pub fn begin(&mut self, prompt: usize, tokens: Vec<LlamaToken>) -> Result<(), EngineError> {
        if tokens.is_empty() {
            return Err(EngineError::EmptyPrompt);
        }
        // One cell for the first answer token, and room for the rows that fill up the last chunk.
        if tokens.len() >= self.plan.limit || tokens.len() + MIN_ROWS > self.plan.cells {
            return Err(EngineError::PromptTooLong { tokens: tokens.len(), context: self.plan.limit });
        }
        self.filling.push_back(Filling { prompt, sequence: None, tokens, done: 0 });
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
        let mut writer = Writer { context, batch, micro_batch: self.plan.micro_batch };
        // The last token is always evaluated, for its logits.
        let before_last = &filling.tokens[..filling.tokens.len() - 1];
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

/// The sequence that was taken, or a free one.
fn taken(sequence: &mut Option<i32>, free: &mut Vec<i32>) -> Result<i32, EngineError> {
    *sequence = sequence.or_else(|| free.pop());
    sequence.ok_or_else(|| EngineError::Other("no sequence is free for another prompt".to_owned()))
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
