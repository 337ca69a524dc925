//! Judging of shortened answers, and errors of a replay.

use crate::record::Judgement;

/// Judge of an answer shortened by a smaller token budget. Takes the user's turn and the answer.
pub type Rejudge<'a> = dyn Fn(&str, &str) -> Judgement + Sync + 'a;

/// A trace that cannot be replayed: its recording is invalid, or a setting needs more.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{instance_id}, trace {number}: {what}")]
pub struct ReplayError {
    /// Instance of the trace.
    pub instance_id: String,
    /// Number of the trace.
    pub number: u32,
    /// What is wrong or missing, and how to record it.
    pub what: String,
}
