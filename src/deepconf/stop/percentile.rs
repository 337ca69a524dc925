//! The earlier program's rule: the running mean confidence against a percentile of the warm-up's.

use super::super::vote::Ballot;
use crate::stats::quantile;

/// Whether the mean confidence of all traces reaches the `percentile` of the first `warm_up` ones.
pub fn reached(ballots: &[Ballot], warm_up: usize, percentile: f64) -> bool {
    let confidences: Vec<f64> = ballots.iter().filter_map(|ballot| ballot.confidence).collect();
    let first: Vec<f64> = ballots.iter().take(warm_up).filter_map(|ballot| ballot.confidence).collect();
    let Some(bar) = quantile::percentile(&first, percentile) else { return false };
    let mean = confidences.iter().sum::<f64>() / confidences.len() as f64;
    mean >= bar - ROUNDING
}

/// Equal confidences have a mean that rounds below them.
const ROUNDING: f64 = 1e-12;
