//! Offline votes of the paper: weighted by confidence, over all traces or the most confident ones.

use super::vote::weighted_majority;
use crate::stats::quantile::percentile;

/// Outcome of a vote over the traces of a prompt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome<A> {
    /// Winning answer.
    pub answer: A,
    /// Number of traces that voted, for any answer.
    pub votes: usize,
    /// Mean confidence of the traces that voted.
    pub confidence: f64,
}

/// Votes over (answer, confidence) pairs, weighted by the confidence. Returns `None` without votes.
#[must_use]
pub fn weighted<A: PartialEq + Copy>(votes: &[(A, f64)]) -> Option<Outcome<A>> {
    let answer = weighted_majority(votes)?;
    let confidence = votes.iter().map(|(_, weight)| weight).sum::<f64>() / votes.len() as f64;
    Some(Outcome { answer, votes: votes.len(), confidence })
}

/// Votes like [`weighted`] over the traces at or above the linearly interpolated percentile 100 − η of all
/// confidences. `eta` is a percentage in (0, 100]. Returns `None` without votes.
#[must_use]
pub fn top_weighted<A: PartialEq + Copy>(votes: &[(A, f64)], eta: f64) -> Option<Outcome<A>> {
    let confidences: Vec<f64> = votes.iter().map(|(_, confidence)| *confidence).collect();
    let bar = percentile(&confidences, 100.0 - eta)?;
    let kept: Vec<(A, f64)> = votes.iter().copied().filter(|(_, confidence)| *confidence >= bar).collect();
    weighted(&kept)
}
