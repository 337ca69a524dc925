//! Corrections for multiple testing.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::record::names::find;

/// Correction of p-values for multiple testing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Correction {
    /// [`holm`]: bounds the probability of any false rejection.
    #[default]
    Holm,
    /// [`benjamini_hochberg`]: bounds the expected share of false rejections among all rejections.
    BenjaminiHochberg,
}

impl FromStr for Correction {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let benjamini_hochberg = Self::BenjaminiHochberg;
        find(
            "correction",
            text,
            [
                ("holm", Self::Holm),
                ("bh", benjamini_hochberg),
                (benjamini_hochberg.name(), benjamini_hochberg),
            ],
        )
    }
}

impl Correction {
    /// Returns the name as written to files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Holm => "holm",
            Self::BenjaminiHochberg => "benjamini-hochberg",
        }
    }

    /// Returns the adjusted p-values, in the order given.
    ///
    /// # Panics
    /// If a p-value is NaN.
    #[must_use]
    pub fn adjust(self, p: &[f64]) -> Vec<f64> {
        match self {
            Self::Holm => holm(p),
            Self::BenjaminiHochberg => benjamini_hochberg(p),
        }
    }
}

/// Returns Holm's adjusted p-values (Holm 1979), in the order given. Rejecting those at or below α keeps the
/// probability of any false rejection at or below α, whatever the dependence between the tests.
///
/// # Panics
/// If a p-value is NaN.
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

/// Returns Benjamini and Hochberg's adjusted p-values (1995), in the order given. Rejecting those at or below
/// q keeps the expected share of false rejections at or below q if the tests are independent or positively
/// dependent.
///
/// # Panics
/// If a p-value is NaN.
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

/// Returns the indices by ascending p.
fn ascending(p: &[f64]) -> Vec<usize> {
    assert!(p.iter().all(|p| !p.is_nan()), "a p-value is NaN");
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
