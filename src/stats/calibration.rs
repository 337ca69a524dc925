//! Whether stated probabilities come true: Brier's score, reliability, expected calibration error.

use serde::{Deserialize, Serialize};

use super::estimate::Estimate;
use super::proportion::wilson;

/// Brier's score (Brier 1950): the mean of (probability − outcome)², an outcome being 1 or 0.
///
/// Returns `None` for no values.
///
/// # Panics
/// If the lengths differ.
#[must_use]
pub fn brier(probabilities: &[f64], outcomes: &[bool]) -> Option<f64> {
    assert_eq!(probabilities.len(), outcomes.len(), "one outcome a probability");
    let squares = probabilities.iter().zip(outcomes).map(|(p, &is)| (p - f64::from(u8::from(is))).powi(2));
    (!outcomes.is_empty()).then(|| squares.sum::<f64>() / outcomes.len() as f64)
}

/// The values in one bin of probabilities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReliabilityBin {
    /// Lower edge, left out but for 0.
    pub above: f64,
    /// Upper edge, included.
    pub up_to: f64,
    /// Values in it.
    pub count: usize,
    /// Their mean.
    pub mean_predicted: f64,
    /// Share of them that came true, with Wilson's interval.
    pub observed: Estimate,
}

/// The bins of equal width that have values: bin k of K holds those in ((k − 1)/K, k/K], the first one 0
/// too.
///
/// # Panics
/// If the lengths differ, there are no bins, or a probability is outside [0, 1].
#[must_use]
pub fn reliability(probabilities: &[f64], outcomes: &[bool], bins: usize) -> Vec<ReliabilityBin> {
    assert_eq!(probabilities.len(), outcomes.len(), "one outcome a probability");
    assert!(probabilities.iter().all(|p| (0.0..=1.0).contains(p)), "probabilities");
    assert!(bins > 0, "a bin at least");
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

/// The expected calibration error (Guo et al. 2017) over such bins: Σ (nₖ / n) |observedₖ − predictedₖ|.
///
/// Returns `None` for no bins.
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
