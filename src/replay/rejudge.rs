//! Answers that a setting shortens, and traces that cannot be replayed.

use crate::record::Judgement;

/// Judges an answer that a smaller token budget shortened: the user's turn and the answer.
pub type Rejudge<'a> = dyn Fn(&str, &str) -> Judgement + Sync + 'a;

/// A trace that cannot be replayed: what was recorded of it is not sound, or a setting needs more.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{instance_id}, trace {number}: {what}")]
pub struct ReplayError {
    /// Its instance.
    pub instance_id: String,
    /// Its number.
    pub number: u32,
    /// What is wrong or missing, and how it is recorded.
    pub what: String,
}
