//! Confidence measures of one trace.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::names::find;

/// Confidence measures of one trace (docs/method.md, "Confidence"), over every generated token.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// exp(mean ln p(sampled token)), in (0, 1].
    pub probability: f64,
    /// Mean token confidence, nats.
    pub mean: f64,
    /// Smallest mean over a sliding window of tokens, nats.
    pub lowest_group: f64,
    /// Mean of the lowest tenth of the windows, nats.
    pub bottom10: f64,
    /// Mean token confidence of the last window, nats.
    pub tail: f64,
    /// Mean token confidence of the first tokens, nats: a baseline that sees only how the answer begins.
    pub first_tokens: f64,
    /// −mean ln p(sampled token), nats: higher means *less* confident.
    pub inverted_nll: f64,
}

/// Name of a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// [`Measures::probability`].
    Probability,
    /// [`Measures::mean`].
    Mean,
    /// [`Measures::lowest_group`].
    LowestGroup,
    /// [`Measures::bottom10`].
    Bottom10,
    /// [`Measures::tail`].
    Tail,
    /// [`Measures::first_tokens`].
    FirstTokens,
    /// [`Measures::inverted_nll`].
    InvertedNll,
}

impl FromStr for Measure {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        find("measure", text, Self::ALL.map(|measure| (measure.name(), measure)))
    }
}

impl Measure {
    /// Every measure, in the order of the fields of [`Measures`].
    pub const ALL: [Self; 7] = [
        Self::Probability,
        Self::Mean,
        Self::LowestGroup,
        Self::Bottom10,
        Self::Tail,
        Self::FirstTokens,
        Self::InvertedNll,
    ];

    /// Returns the name as written to files and typed on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Probability => "probability",
            Self::Mean => "mean",
            Self::LowestGroup => "lowest_group",
            Self::Bottom10 => "bottom10",
            Self::Tail => "tail",
            Self::FirstTokens => "first_tokens",
            Self::InvertedNll => "inverted_nll",
        }
    }
}

impl Measures {
    /// Returns whether every measure is finite.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        Measure::ALL.into_iter().all(|measure| self.get(measure).is_finite())
    }

    /// Returns the value of one measure.
    #[must_use]
    pub fn get(&self, measure: Measure) -> f64 {
        match measure {
            Measure::Probability => self.probability,
            Measure::Mean => self.mean,
            Measure::LowestGroup => self.lowest_group,
            Measure::Bottom10 => self.bottom10,
            Measure::Tail => self.tail,
            Measure::FirstTokens => self.first_tokens,
            Measure::InvertedNll => self.inverted_nll,
        }
    }
}
