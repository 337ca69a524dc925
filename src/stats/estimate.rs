//! Estimates with intervals.

use serde::{Deserialize, Serialize};

/// A number with an interval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Point estimate.
    pub point: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// Coverage of the interval, for instance 0.95.
    pub level: f64,
    /// Number of observations.
    pub n: usize,
    /// Method of the interval.
    pub method: String,
}

impl Estimate {
    /// Returns whether the interval excludes `value`.
    #[must_use]
    pub fn excludes(&self, value: f64) -> bool {
        value < self.low || value > self.high
    }
}
