//! Calibration of probabilities: Brier score, reliability, expected calibration error.

use serde::{Deserialize, Serialize};

use super::estimate::Estimate;
use super::proportion::wilson;

/// Returns the Brier score (Brier 1950): the mean of (probability − outcome)², with outcomes 1 and 0.
///
/// Returns `None` without values.
///
/// # Panics
/// If the lengths differ.
#[must_use]
pub fn brier(probabilities: &[f64], outcomes: &[bool]) -> Option<f64> {
    assert_eq!(probabilities.len(), outcomes.len(), "one outcome per probability");
    let squares = probabilities.iter().zip(outcomes).map(|(p, &is)| (p - f64::from(u8::from(is))).powi(2));
    (!outcomes.is_empty()).then(|| squares.sum::<f64>() / outcomes.len() as f64)
}

/// Values in one bin of probabilities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReliabilityBin {
    /// Lower edge, excluded except for 0.
    pub above: f64,
    /// Upper edge, included.
    pub up_to: f64,
    /// Number of values in the bin.
    pub count: usize,
    /// Mean of the values.
    pub mean_predicted: f64,
    /// Share of positive outcomes, with Wilson's interval.
    pub observed: Estimate,
}

/// Returns the bins of equal width that have values. Bin k of K covers ((k − 1)/K, k/K]; the first bin
/// includes 0.
///
/// # Panics
/// If the lengths differ, `bins` is 0, or a probability is outside [0, 1].
#[must_use]
pub fn reliability(probabilities: &[f64], outcomes: &[bool], bins: usize) -> Vec<ReliabilityBin> {
    assert_eq!(probabilities.len(), outcomes.len(), "one outcome per probability");
    assert!(probabilities.iter().all(|p| (0.0..=1.0).contains(p)), "a probability is outside [0, 1]");
    assert!(bins > 0, "at least one bin");
    let edge = |bin: usize| bin as f64 / bins as f64;
    let edges: Vec<f64> = (1..bins).map(edge).collect();
    let mut found = vec![(0_usize, 0_usize, 0.0); bins];
    for (&p, &is) in probabilities.iter().zip(outcomes) {
        let (count, hits, sum) = &mut found[edges.partition_point(|&edge| edge < p)];
        *count += 1;
        *hits += usize::from(is);
        *sum += p;
    }
    let bin = |(bin, (count, hits, sum)): (usize, (usize, usize, f64))| {
        Some(ReliabilityBin {
            above: edge(bin),
            up_to: edge(bin + 1),
            count,
            mean_predicted: sum / count as f64,
            observed: wilson(hits, count)?,
        })
    };
    found.into_iter().enumerate().filter_map(bin).collect()
}

/// Returns the expected calibration error (Guo et al. 2017) Σ (nₖ / n) |observedₖ − predictedₖ| over the
/// bins.
///
/// Returns `None` without bins.
#[must_use]
pub fn expected_calibration_error(bins: &[ReliabilityBin]) -> Option<f64> {
    let n: usize = bins.iter().map(|bin| bin.count).sum();
    let error = |bin: &ReliabilityBin| bin.count as f64 * (bin.observed.point - bin.mean_predicted).abs();
    (n > 0).then(|| bins.iter().map(error).sum::<f64>() / n as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_belong_to_the_bin_below() {
        let bins = reliability(&[0.0, 0.1, 0.1000001, 0.3, 1.0], &[true, false, true, true, true], 10);
        let counts: Vec<(f64, usize)> = bins.iter().map(|bin| (bin.up_to, bin.count)).collect();
        assert_eq!(counts, [(0.1, 2), (0.2, 1), (0.3, 1), (1.0, 1)]);
        assert_eq!(bins[0].observed.point, 0.5);
        assert_eq!(expected_calibration_error(&[]), None);
        assert_eq!(brier(&[1.0, 0.5], &[true, false]), Some(0.125));
        assert_eq!(brier(&[], &[]), None);
    }
}
