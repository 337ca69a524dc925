//! Percentile rule of the earlier program: compares the running mean confidence with a percentile of the
//! warm-up.

use super::super::vote::Ballot;
use crate::stats::quantile;

/// Returns whether the mean confidence of all traces reaches the `percentile` of the first `warm_up` traces.
pub fn reached(ballots: &[Ballot], warm_up: usize, percentile: f64) -> bool {
    let confidences: Vec<f64> = ballots.iter().filter_map(|ballot| ballot.confidence).collect();
    let first: Vec<f64> = ballots.iter().take(warm_up).filter_map(|ballot| ballot.confidence).collect();
    let Some(bar) = quantile::percentile(&first, percentile) else { return false };
    let mean = confidences.iter().sum::<f64>() / confidences.len() as f64;
    mean >= bar - ROUNDING
}

/// Tolerance for rounding: the mean of equal confidences may round to less than each of them.
const ROUNDING: f64 = 1e-12;
