//! Items that a guard judges, and their results.

use super::reply::ParsedReply;
use crate::record::manifest::EngineFacts;
use crate::record::{FinishReason, Verdict};

/// Recorded answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item<'a> {
    /// Id of the instance.
    pub instance_id: &'a str,
    /// Number of the trace.
    pub number: u32,
    /// User's turn.
    pub prompt: &'a str,
    /// Reply to the user's turn, without thinking.
    pub answer: &'a str,
    /// Verdict that needs no guard: [`Verdict::NoAnswer`], [`Verdict::Degenerate`] or [`Verdict::Cut`]. The
    /// guard judges no such answer, and never a blank one.
    pub settled: Option<Verdict>,
}

/// Result of judging a list of items.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judged {
    /// Number of opinions reported.
    pub opinions: usize,
    /// Number of distinct pairs of prompt and answer that the guard was asked about.
    pub asked: usize,
    /// Number of opinions without a verdict because the reply did not parse.
    pub unparsed: usize,
    /// Number of opinions on an answer whose end did not fit into the guard's context.
    pub shortened: usize,
    /// Facts that the engine reports.
    pub engine: EngineFacts,
}

/// Reason why the guard is not asked about a pair.
pub type Problem = String;

/// Pair of prompt and answer as shown to the guard.
#[derive(Debug)]
pub struct Pair<'a> {
    pub prompt: &'a str,
    pub answer: &'a str,
    /// Number of the answer's last characters that do not fit into the context.
    pub left_out: usize,
    /// Number of tokens of the guard's prompt.
    pub tokens: usize,
    /// Reason why the guard is not asked, if any.
    pub problem: Option<Problem>,
}

/// Result of a pair.
#[derive(Debug, Default)]
pub struct Settled {
    pub reading: Option<ParsedReply>,
    pub probability: Option<f64>,
    pub reply: Option<String>,
    pub end: Option<FinishReason>,
    pub problem: Option<Problem>,
}

/// Returns the verdict of an item that needs no guard.
pub(super) fn settled(item: &Item<'_>) -> Option<Verdict> {
    item.settled.or_else(|| item.answer.trim().is_empty().then_some(Verdict::NoAnswer))
}
