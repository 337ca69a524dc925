//! Threshold between confident and uncertain instances.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::stats::quantile::quantile;

/// Choice of the threshold that separates confident from uncertain instances.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Split {
    /// A quantile in [0, 1] of the run's decided instances, written `q0.5`.
    Quantile(f64),
    /// A value of the measure.
    Value(f64),
}

impl Split {
    /// Returns the threshold for the confidences of the decided instances; an instance at or above it is
    /// confident. `None` for a quantile of no values.
    #[must_use]
    pub fn value(self, confidences: &[f64]) -> Option<f64> {
        match self {
            Self::Quantile(q) => quantile(confidences, q),
            Self::Value(value) => Some(value),
        }
    }
}

impl fmt::Display for Split {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quantile(q) => write!(formatter, "q{q}"),
            Self::Value(value) => write!(formatter, "{value}"),
        }
    }
}

impl From<Split> for String {
    fn from(split: Split) -> Self {
        split.to_string()
    }
}

impl TryFrom<String> for Split {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl FromStr for Split {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |digits: &str| {
            digits
                .parse::<f64>()
                .ok()
                .filter(|value| value.is_finite())
                .ok_or_else(|| format!("`{text}` is neither a value (0.8) nor a quantile (q0.5)"))
        };
        match text.strip_prefix('q') {
            Some(digits) => match number(digits)? {
                q if (0.0..=1.0).contains(&q) => Ok(Self::Quantile(q)),
                q => Err(format!("the quantile {q} is not between 0 and 1")),
            },
            None => Ok(Self::Value(number(text)?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for text in ["q0.5", "q0", "q1", "0.8", "12"] {
            assert_eq!(text.parse::<Split>().unwrap().to_string(), text);
        }
        for text in ["q1.5", "q", "", "half", "NaN", "qinf"] {
            assert!(text.parse::<Split>().is_err(), "{text}");
        }
    }
}
