//! Intervals for proportions.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::clopper_pearson::clopper_pearson;
use super::estimate::Estimate;
use crate::record::names::find;

/// Interval method for a rate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RateInterval {
    /// [`wilson`]: nominal coverage on average.
    #[default]
    Wilson,
    /// [`clopper_pearson`]: at least nominal coverage.
    ClopperPearson,
}

impl FromStr for RateInterval {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        find("interval", text, [("wilson", Self::Wilson), ("clopper-pearson", Self::ClopperPearson)])
    }
}

impl RateInterval {
    /// Returns the 95 % interval for `successes` of `n`; `None` for n = 0.
    ///
    /// # Panics
    /// If `successes` exceeds `n`.
    #[must_use]
    pub fn of(self, successes: usize, n: usize) -> Option<Estimate> {
        match self {
            Self::Wilson => wilson(successes, n),
            Self::ClopperPearson => clopper_pearson(successes, n),
        }
    }
}

/// Two-sided 95 % quantile of the normal distribution.
pub(super) const Z_95: f64 = 1.959_963_984_540_054;

/// Returns Wilson's 95 % score interval for `successes` of `n` (Wilson 1927); `None` for n = 0.
///
/// # Panics
/// If `successes` exceeds `n`.
#[must_use]
pub fn wilson(successes: usize, n: usize) -> Option<Estimate> {
    assert!(successes <= n, "{successes} of {n}");
    if n == 0 {
        return None;
    }
    let (count, p) = (n as f64, successes as f64 / n as f64);
    let z2 = Z_95 * Z_95;
    let centre = (p + z2 / (2.0 * count)) / (1.0 + z2 / count);
    let half = Z_95 * (p * (1.0 - p) / count + z2 / (4.0 * count * count)).sqrt() / (1.0 + z2 / count);
    Some(Estimate {
        point: p,
        // Without or with all successes the ends are exact; the formula misses them by rounding.
        low: if successes == 0 { 0.0 } else { (centre - half).max(0.0) },
        high: if successes == n { 1.0 } else { (centre + half).min(1.0) },
        level: 0.95,
        n,
        method: "wilson".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_agrees_with_statsmodels() {
        // statsmodels.stats.proportion.proportion_confint(k, n, 0.05, "wilson")
        for (k, n, low, high) in [
            (7, 20, 0.181_191_824_101_082_03, 0.567_145_723_314_763_8),
            (0, 10, 0.0, 0.277_532_799_862_889_26),
            (10, 10, 0.722_467_200_137_110_6, 1.0),
        ] {
            let estimate = wilson(k, n).unwrap();
            assert!((estimate.low - low).abs() < 1e-9, "{k}/{n}: {}", estimate.low);
            assert!((estimate.high - high).abs() < 1e-9, "{k}/{n}: {}", estimate.high);
        }
        assert_eq!(wilson(0, 0), None);
    }
}
