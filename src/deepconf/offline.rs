//! Offline votes of the paper: weighted by a confidence, or the most confident traces only.

use super::vote::weighted_majority;
use crate::stats::quantile::percentile;

/// The outcome of a vote over all traces of a prompt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome<A> {
    /// The winning answer.
    pub answer: A,
    /// Traces that voted, the losers' included.
    pub votes: usize,
    /// Mean confidence of the traces that voted.
    pub confidence: f64,
}

/// Vote weighted by `confidences`. `None` without votes.
#[must_use]
pub fn weighted<A: PartialEq + Copy>(votes: &[(A, f64)]) -> Option<Outcome<A>> {
    let answer = weighted_majority(votes)?;
    let confidence = votes.iter().map(|(_, weight)| weight).sum::<f64>() / votes.len() as f64;
    Some(Outcome { answer, votes: votes.len(), confidence })
}

/// Weighted vote of the traces at or above the linearly interpolated percentile 100 − η of all
/// confidences. `eta` is a percentage in (0, 100]. `None` without votes.
#[must_use]
pub fn top_weighted<A: PartialEq + Copy>(votes: &[(A, f64)], eta: f64) -> Option<Outcome<A>> {
    let confidences: Vec<f64> = votes.iter().map(|(_, confidence)| *confidence).collect();
    let bar = percentile(&confidences, 100.0 - eta)?;
    let kept: Vec<(A, f64)> = votes.iter().copied().filter(|(_, confidence)| *confidence >= bar).collect();
    weighted(&kept)
}
