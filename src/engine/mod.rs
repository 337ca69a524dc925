//! Engines run traces of prompts.
//!
//! An [`Engine`] knows nothing of DeepConf, judges or stop rules. Whenever it has room, it asks a
//! [`Workload`] for the next trace to run. It reports every sampled token and ends a trace when the
//! workload returns `Break`. All decisions belong to the workload.
//!
//! To study a model that is not a GGUF file, implement [`Engine`] for it. Alternatively, wrap a function that
//! maps a prompt to tokens with their log-probabilities in a [`function::FunctionEngine`].

pub mod command;
pub mod function;
pub mod llama;
mod reader;
pub mod scripted;

use std::ops::ControlFlow;

pub use reader::Reader;

use crate::chat::Prompt;
use crate::record::BoxError;
use crate::record::FinishReason;
use crate::record::manifest::EngineFacts;
use crate::sampling::{SamplingParams, TokenLogProbability};

/// Key of a trace: its prompt and number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TraceKey {
    /// Number that the workload gave the prompt.
    pub prompt: usize,
    /// 0-based number of the trace within its prompt.
    pub trace: u32,
}

/// Trace to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceJob {
    /// Key of the trace.
    pub key: TraceKey,
    /// Seed of its random stream.
    pub seed: u64,
    /// Whether this is the last trace of its prompt, so that the prompt's cache may be freed.
    pub last: bool,
}

/// Room that an engine has for another trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Whether the trace may have a prompt that is not in the cache yet.
    pub new_prompt: bool,
    /// Whether the row would otherwise be padding, so that the trace may be one that no rule has requested
    /// yet.
    pub speculative: bool,
}

/// Sampled token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Token<'a> {
    /// Id in the vocabulary.
    pub id: u32,
    /// Bytes of the token's text, which may end inside a character; empty for the token that ends the text.
    pub bytes: &'a [u8],
    /// ln p under the raw distribution (temperature 1, before any truncation), in nats.
    pub log_probability: f64,
    /// Token confidence under the raw distribution, in nats.
    pub confidence: f64,
    /// Top tokens under the raw distribution in descending order, at most
    /// [`TOP_K`](crate::deepconf::TOP_K); may be empty if the engine does not know them.
    pub top: &'a [TokenLogProbability],
}

/// Whether a prompt still needs traces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromptState {
    /// More traces may be requested.
    Open,
    /// The prompt is decided: the engine cancels its running traces and frees its cache.
    Closed,
}

/// Source of the traces to run, and receiver of their tokens and ends.
pub trait Workload {
    /// Returns the next trace to run, or `None` if there is none now. An engine asks whenever it has room,
    /// and again after every finished trace.
    fn next(&mut self, room: Room) -> Option<TraceJob>;

    /// Returns a prompt. The engine calls this before the prompt's first trace, and for
    /// [`Session::head_prompt`] before anything runs.
    fn prompt(&self, prompt: usize) -> &Prompt;

    /// Receives the next token of a running trace. `Break` ends the trace as [`FinishReason::Cut`].
    fn token(&mut self, key: TraceKey, token: &Token<'_>) -> ControlFlow<()>;

    /// Receives the end of a trace.
    ///
    /// # Errors
    /// An error stops the engine, which returns it as [`EngineError::Workload`].
    fn finished(&mut self, key: TraceKey, reason: FinishReason) -> Result<PromptState, BoxError>;

    /// Receives the failure of a prompt. Its traces are lost; other prompts continue.
    ///
    /// # Errors
    /// An error stops the engine, which returns it as [`EngineError::Workload`].
    fn failed(&mut self, prompt: usize, error: EngineError) -> Result<(), BoxError>;

    /// Returns whether to end the run before the next step and drop the running traces. The engine calls this
    /// at least once per step.
    fn interrupted(&self) -> bool {
        false
    }
}

/// Facts that an engine needs to plan its memory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Session {
    /// Sampling parameters.
    pub sampling: SamplingParams,
    /// Largest number of tokens per trace.
    pub max_tokens: u32,
    /// Number of tokens of the longest prompt.
    pub longest_prompt: usize,
    /// Number of tokens at the beginning of every prompt that template and system prompt determine, as
    /// counted by [`Engine::head_tokens`].
    pub head: usize,
    /// Number of a prompt to take the head from; the prompt knows which parts of its text are the user's.
    pub head_prompt: usize,
    /// Smallest number of traces that a prompt starts together; determines how many prompts must be cached.
    pub traces_at_once: u32,
    /// Number of prompts.
    pub prompts: usize,
    /// Whether traces continue after the token that ends a text; used to measure speed.
    pub ignore_eos: bool,
}

/// Failure of an engine or of one prompt.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The model could not be loaded.
    #[error("llama.cpp could not load {path}: {reason}")]
    Load {
        /// Path of the file.
        path: String,
        /// Reason that llama.cpp gave.
        reason: String,
    },
    /// A context could not be created.
    #[error("llama.cpp could not create a context of {cells} KV cells: {reason}")]
    Context {
        /// Requested KV cells.
        cells: u64,
        /// Reason of the failure.
        reason: String,
    },
    /// An option does not fit the model.
    #[error("{0}")]
    Unfit(String),
    /// A batch could not be evaluated.
    #[error("llama.cpp could not evaluate a batch: {0}")]
    Decode(String),
    /// A prompt leaves no room for an answer.
    #[error("the prompt has {tokens} tokens, which leaves no room for an answer in a context of {context}")]
    PromptTooLong {
        /// Number of tokens of the prompt.
        tokens: usize,
        /// Number of tokens that the context holds.
        context: usize,
    },
    /// A prompt has no tokens.
    #[error("the prompt has no tokens")]
    EmptyPrompt,
    /// Logits do not define a distribution.
    #[error(transparent)]
    BadLogits(#[from] crate::sampling::row::BadLogits),
    /// The workload failed.
    #[error(transparent)]
    Workload(BoxError),
    /// Any other failure, for engines outside this crate too.
    #[error("{0}")]
    Other(String),
}

/// Engine that runs traces.
pub trait Engine {
    /// Counts the tokens of a prompt.
    ///
    /// # Errors
    /// If the prompt cannot be tokenised.
    fn count_tokens(&self, prompt: &Prompt) -> Result<usize, EngineError>;

    /// Counts the tokens at the beginning of a prompt that do not depend on the user's words; 0 for
    /// engines that do not use the head.
    fn head_tokens(&self, _prompt: &Prompt) -> usize {
        0
    }

    /// Passes the id and bytes of every text token to the callback. Engines that do not know them pass none.
    fn vocabulary(&self, _tell: &mut dyn FnMut(u32, &[u8])) {}

    /// Describes the resources of a session in one line for the user; `None` if the engine has no
    /// description.
    fn describe(&self, _session: &Session) -> Option<String> {
        None
    }

    /// Runs a workload until it has no more traces or is interrupted.
    ///
    /// A trace's tokens depend only on its prompt, its seed and `session.sampling`.
    ///
    /// # Errors
    /// [`EngineError`] if the engine cannot continue. The failure of a single prompt goes to
    /// [`Workload::failed`].
    fn run(&mut self, session: &Session, workload: &mut dyn Workload) -> Result<EngineFacts, EngineError>;
}
