//! What a guard is asked about, and what became of it.

use super::reply::ParsedReply;
use crate::record::manifest::EngineFacts;
use crate::record::{FinishReason, Verdict};

/// A recorded answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item<'a> {
    /// The instance.
    pub instance_id: &'a str,
    /// Number of the trace.
    pub number: u32,
    /// The user's turn.
    pub prompt: &'a str,
    /// The reply to it, without its thinking.
    pub answer: &'a str,
    /// What is known without a guard: [`Verdict::NoAnswer`], [`Verdict::Degenerate`] or [`Verdict::Cut`]. Such
    /// an answer is not asked about; a blank one never is.
    pub settled: Option<Verdict>,
}

/// What became of a list of items.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judged {
    /// Opinions told.
    pub opinions: usize,
    /// Different pairs of prompt and answer that the guard was asked about.
    pub asked: usize,
    /// Opinions among them that say nothing, since the reply is not in its form.
    pub unparsed: usize,
    /// Opinions on an answer whose end did not fit into the guard's context.
    pub shortened: usize,
    /// What the engine did.
    pub engine: EngineFacts,
}

/// Why a pair is not asked about.
pub type Problem = String;

/// A prompt and an answer to it, as the guard is asked.
#[derive(Debug)]
pub struct Pair<'a> {
    pub prompt: &'a str,
    pub answer: &'a str,
    /// Characters of the answer that do not fit into the context.
    pub left_out: usize,
    /// Tokens of what the guard is asked.
    pub tokens: usize,
    /// Why it is not asked.
    pub problem: Option<Problem>,
}

/// What became of a pair.
#[derive(Debug, Default)]
pub struct Settled {
    pub reading: Option<ParsedReply>,
    pub probability: Option<f64>,
    pub reply: Option<String>,
    pub end: Option<FinishReason>,
    pub problem: Option<Problem>,
}

/// What is known of an item without a guard.
pub(super) fn settled(item: &Item<'_>) -> Option<Verdict> {
    item.settled.or_else(|| item.answer.trim().is_empty().then_some(Verdict::NoAnswer))
}
