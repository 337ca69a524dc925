//! An estimate is a type: point, interval, level, n, method.

use serde::{Deserialize, Serialize};

/// A number with the interval that says how well it is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The estimate.
    pub point: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// Coverage of the interval, for instance 0.95.
    pub level: f64,
    /// Observations.
    pub n: usize,
    /// How the interval was made.
    pub method: String,
}

impl Estimate {
    /// Whether the interval leaves out `value`.
    #[must_use]
    pub fn excludes(&self, value: f64) -> bool {
        value < self.low || value > self.high
    }
}
