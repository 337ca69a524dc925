//! Teacher forcing on llama.cpp: reads one sequence chunk by chunk and keeps the requested rows.

use std::num::NonZeroU32;

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::token::LlamaToken;

use super::ffi_enums;
use super::loaded::LlamaEngine;
use super::sequences::{add, clear};
use super::start::backend;

use crate::engine::{EngineError, Reader};

/// Reader with a context of one sequence.
#[derive(Debug)]
pub struct LlamaReader<'a> {
    context: LlamaContext<'a>,
    batch: LlamaBatch<'static>,
    read: usize,
    length: usize,
    chunk: usize,
}

impl LlamaEngine {
    /// Creates a reader for texts of up to `longest` tokens, with the engine's threads, attention and cache
    /// types.
    ///
    /// Cost: the KV cache of the longest text, and a row of logits for each token of a chunk.
    ///
    /// # Errors
    /// [`EngineError::Context`] if llama.cpp cannot create the context.
    pub fn reader(&self, longest: usize) -> Result<LlamaReader<'_>, EngineError> {
        let length = longest.next_multiple_of(256);
        let failed = |reason: String| EngineError::Context { cells: length as u64, reason };
        let cells = u32::try_from(length).map_err(|_| failed("the count exceeds 32 bits".to_owned()))?;
        let chunk = self.settings.micro_batch();
        let (threads, threads_batch) = self.settings.thread_counts();
        let count = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        let params = LlamaContextParams::default()
            .with_n_ctx(NonZeroU32::new(cells))
            .with_n_seq_max(1)
            .with_n_batch(chunk as u32)
            .with_n_ubatch(chunk as u32)
            .with_n_threads(count(threads))
            .with_n_threads_batch(count(threads_batch))
            .with_flash_attention_policy(ffi_enums::flash_attention(self.settings.flash_attention))
            .with_type_k(ffi_enums::cache_type(self.settings.cache_type_k))
            .with_type_v(ffi_enums::cache_type(self.settings.cache_type_v))
            .with_swa_full(true)
            .with_no_perf(true);
        let mut context =
            self.model.new_context(backend()?, params).map_err(|error| failed(error.to_string()))?;
        self.adapters.apply(&mut context)?;
        Ok(LlamaReader { context, batch: LlamaBatch::new(chunk, 1), read: 0, length, chunk })
    }

    /// Tokenises a plain text as llama.cpp's tools tokenise a file: one newline at its end is dropped, and
    /// control tokens spelt in it are plain text. Also returns the token that the tools put in front of every
    /// chunk, if the model needs one.
    #[must_use]
    pub fn tokens_of_text(&self, text: &str) -> (Vec<u32>, Option<u32>) {
        let vocab = self.model.vocab();
        let first = vocab.should_add_bos().then(|| vocab.bos().0.unsigned_abs());
        let text = text.strip_suffix('\n').unwrap_or(text);
        let tokens = vocab.tokenize(text.as_bytes(), first.is_some(), false);
        (tokens.into_iter().map(|token| token.0.unsigned_abs()).collect(), first)
    }
}

impl Reader for LlamaReader<'_> {
    fn clear(&mut self) -> Result<(), EngineError> {
        self.read = 0;
        clear(&mut self.context, 0)
    }

    fn read(&mut self, tokens: &[u32], first: usize) -> Result<(), EngineError> {
        self.batch.clear();
        for (index, &token) in tokens.iter().enumerate() {
            let token = LlamaToken(i32::try_from(token).unwrap_or(i32::MAX));
            add(&mut self.batch, token, self.read + index, 0, index >= first)?;
        }
        self.context.decode(&mut self.batch).map_err(|error| EngineError::Decode(error.to_string()))?;
        self.context.synchronize();
        self.read += tokens.len();
        Ok(())
    }

    fn row(&self, index: usize) -> &[f32] {
        self.context.get_logits_ith(index as i32)
    }

    fn chunk(&self) -> usize {
        self.chunk
    }

    fn context(&self) -> usize {
        self.length
    }
}
