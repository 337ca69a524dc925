//! Several tests at once.

use serde::{Deserialize, Serialize};

/// How p-values are adjusted for their number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Correction {
    /// [`holm`]: the chance of any false rejection.
    #[default]
    Holm,
    /// [`benjamini_hochberg`]: the expected share of false ones among rejections.
    BenjaminiHochberg,
}

impl Correction {
    /// The name as written to files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Holm => "holm",
            Self::BenjaminiHochberg => "benjamini-hochberg",
        }
    }

    /// The adjusted p-values, in the order given.
    ///
    /// # Panics
    /// If a p is not a number.
    #[must_use]
    pub fn adjust(self, p: &[f64]) -> Vec<f64> {
        match self {
            Self::Holm => holm(p),
            Self::BenjaminiHochberg => benjamini_hochberg(p),
        }
    }
}

/// Holm's adjusted p-values (Holm 1979), in the order given: rejecting those at or below α holds the
/// chance of any false rejection at α, whatever the tests have to do with each other.
///
/// # Panics
/// If a p is not a number.
#[must_use]
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut adjusted = vec![0.0; p.len()];
    let mut highest = 0.0_f64;
    for (place, index) in ascending(p).into_iter().enumerate() {
        highest = highest.max((p.len() - place) as f64 * p[index]).min(1.0);
        adjusted[index] = highest;
    }
    adjusted
}

/// Benjamini and Hochberg's adjusted p-values (1995), in the order given: rejecting those at or below q
/// holds the expected share of false rejections among all at q, for tests that are independent or
/// positively dependent.
///
/// # Panics
/// If a p is not a number.
#[must_use]
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let mut adjusted = vec![0.0; p.len()];
    let mut lowest = 1.0_f64;
    for (place, index) in ascending(p).into_iter().enumerate().rev() {
        lowest = lowest.min(p.len() as f64 * p[index] / (place + 1) as f64);
        adjusted[index] = lowest;
    }
    adjusted
}

/// Indices by ascending p.
fn ascending(p: &[f64]) -> Vec<usize> {
    assert!(p.iter().all(|p| !p.is_nan()), "p is a number");
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(adjusted: &[f64], expected: [f64; 4]) {
        for (found, expected) in adjusted.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-15, "{adjusted:?}");
        }
    }

    #[test]
    fn the_smallest_is_multiplied_most() {
        near(&holm(&[0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02]);
        near(&benjamini_hochberg(&[0.01, 0.04, 0.03, 0.005]), [0.02, 0.04, 0.04, 0.02]);
        assert_eq!(holm(&[]), Vec::<f64>::new());
        assert_eq!(holm(&[0.9, 0.8]), [1.0, 1.0]);
        assert_eq!(benjamini_hochberg(&[0.9, 0.8]), [0.9, 0.9]);
    }
}
