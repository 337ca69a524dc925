//! Engines: prompts with a number of traces in, traces out.
//!
//! An [`Engine`] knows nothing of DeepConf, judges or stop rules. It asks a [`Workload`] which
//! trace to run next whenever it has room, tells it every sampled token, and ends a trace where the
//! workload says so. Whatever drives the decision lives on the other side of this seam.
//!
//! To study a model that is not a GGUF file, implement [`Engine`] for it, or wrap a function from a
//! prompt to tokens with their log-probabilities in a [`function::FunctionEngine`].

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

/// A trace by its prompt and number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TraceKey {
    /// The workload's own number of the prompt.
    pub prompt: usize,
    /// 0-based number of the trace within its prompt.
    pub trace: u32,
}

/// A trace to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceJob {
    /// Which one.
    pub key: TraceKey,
    /// Seed of its random stream.
    pub seed: u64,
    /// Whether no further trace of this prompt will be asked for, so that its cache may be given up.
    pub last: bool,
}

/// What an engine has room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// The trace's prompt may be one that is not in the cache yet.
    pub new_prompt: bool,
    /// The trace may be one that no rule has asked for yet: its row would be padding otherwise.
    pub speculative: bool,
}

/// One sampled token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Token<'a> {
    /// Id in the vocabulary.
    pub id: u32,
    /// Its bytes in the text; a token may hold a part of a character. Empty for the token that ends
    /// the text.
    pub bytes: &'a [u8],
    /// ln p under the raw distribution (temperature 1, before any truncation), nats.
    pub log_probability: f64,
    /// Token confidence under the raw distribution, nats.
    pub confidence: f64,
    /// The likeliest tokens under the raw distribution, likeliest first, at most
    /// [`TOP_K`](crate::deepconf::TOP_K); may be empty for engines that do not know them.
    pub top: &'a [TokenLogProbability],
}

/// Whether a prompt still needs traces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromptState {
    /// More may be asked for.
    Open,
    /// Decided: its running traces are to be cancelled and its cache freed.
    Closed,
}

/// The other side of the seam: what to run, and what becomes of it.
pub trait Workload {
    /// The next trace to run, `None` if there is none now. An engine asks when it has room; it asks
    /// again after every finished trace.
    fn next(&mut self, room: Room) -> Option<TraceJob>;

    /// The text of a prompt; called before its first trace, and for
    /// [`Session::head_prompt`] before anything runs.
    fn prompt(&self, prompt: usize) -> &Prompt;

    /// A token of a running trace, in order. `Break` ends the trace as [`FinishReason::Cut`].
    fn token(&mut self, key: TraceKey, token: &Token<'_>) -> ControlFlow<()>;

    /// A trace has ended.
    ///
    /// # Errors
    /// Stops the engine, which returns it as [`EngineError::Workload`].
    fn finished(&mut self, key: TraceKey, reason: FinishReason) -> Result<PromptState, BoxError>;

    /// A prompt cannot be run; its traces are lost, other prompts go on.
    ///
    /// # Errors
    /// Stops the engine, which returns it as [`EngineError::Workload`].
    fn failed(&mut self, prompt: usize, error: EngineError) -> Result<(), BoxError>;

    /// Asked once a step; true ends the run between two steps, running traces lost.
    fn interrupted(&self) -> bool {
        false
    }
}

/// What an engine must know before it can plan its memory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Session {
    /// How tokens are drawn.
    pub sampling: SamplingParams,
    /// Tokens of a trace at most.
    pub max_tokens: u32,
    /// Tokens of the longest prompt.
    pub longest_prompt: usize,
    /// Tokens at the beginning of every prompt that template and system prompt fix, as
    /// [`Engine::head_tokens`] counts them.
    pub head: usize,
    /// A prompt that shows it: one that says which of its text is the user's.
    pub head_prompt: usize,
    /// Traces of a prompt that are wanted at once at least: how many prompts must be cached.
    pub traces_at_once: u32,
    /// Number of prompts.
    pub prompts: usize,
    /// Whether a trace goes on behind the token that ends a text; for measuring.
    pub ignore_eos: bool,
}

/// An engine that cannot go on, or a prompt it cannot run.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The model could not be loaded.
    #[error("llama.cpp could not load {path}: {reason}")]
    Load {
        /// The file.
        path: String,
        /// What it said.
        reason: String,
    },
    /// A context could not be made.
    #[error("llama.cpp could not make a context of {cells} KV cells ({reason})")]
    Context {
        /// KV cells asked for.
        cells: u64,
        /// What it said.
        reason: String,
    },
    /// An option that does not fit the model.
    #[error("{0}")]
    Unfit(String),
    /// A batch could not be evaluated.
    #[error("llama.cpp could not evaluate a batch: {0}")]
    Decode(String),
    /// A prompt that leaves no room for an answer.
    #[error("the prompt has {tokens} tokens and the context {context}: no room for an answer")]
    PromptTooLong {
        /// Tokens of the prompt.
        tokens: usize,
        /// Tokens the context holds.
        context: usize,
    },
    /// A prompt without a token.
    #[error("the prompt has no tokens")]
    EmptyPrompt,
    /// Logits that are no distribution.
    #[error(transparent)]
    BadLogits(#[from] crate::sampling::row::BadLogits),
    /// The workload failed.
    #[error(transparent)]
    Workload(BoxError),
    /// Any other failure of an engine of your own.
    #[error("{0}")]
    Other(String),
}

/// Runs traces.
pub trait Engine {
    /// Number of tokens of a prompt.
    ///
    /// # Errors
    /// If the prompt cannot be tokenised.
    fn count_tokens(&self, prompt: &Prompt) -> Result<usize, EngineError>;

    /// Number of tokens at the beginning of a prompt that do not depend on the user's words; 0 for
    /// engines that make nothing of it.
    fn head_tokens(&self, _prompt: &Prompt) -> usize {
        0
    }

    /// Tells the id and bytes of every token that is text; of none by engines that do not know them.
    fn vocabulary(&self, _tell: &mut dyn FnMut(u32, &[u8])) {}

    /// What a session will take, in a line for a person; `None` for engines that have nothing to say.
    fn describe(&self, _session: &Session) -> Option<String> {
        None
    }

    /// Runs a workload to its end, or until it is interrupted.
    ///
    /// A trace's tokens depend on its prompt, its seed and `session.sampling` only.
    ///
    /// # Errors
    /// [`EngineError`] where nothing can go on; what is wrong with one prompt goes to
    /// [`Workload::failed`].
    fn run(&mut self, session: &Session, workload: &mut dyn Workload) -> Result<EngineFacts, EngineError>;
}
