//! What a trace's vote weighs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::record::{Measure, Measures};

/// Plain votes, or votes weighted by a measure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum VoteWeight {
    /// Every vote weighs 1. The default: refusal boilerplate is confident by habit.
    #[default]
    Plain,
    /// A vote weighs as much as its trace's measure.
    Measure(Measure),
}

impl VoteWeight {
    /// The weight of a trace; 0 for a weighted vote of a trace without tokens.
    #[must_use]
    pub fn of(self, measures: Option<&Measures>) -> f64 {
        match self {
            Self::Plain => 1.0,
            Self::Measure(measure) => measures.map_or(0.0, |measures| measures.get(measure)),
        }
    }

    /// The names that can be typed.
    #[must_use]
    pub fn names() -> Vec<&'static str> {
        let weights = Measure::ALL.into_iter().filter(|&measure| measure != Measure::InvertedNll);
        std::iter::once("plain").chain(weights.map(Measure::name)).collect()
    }
}

impl fmt::Display for VoteWeight {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Plain => "plain",
            Self::Measure(measure) => measure.name(),
        })
    }
}

impl FromStr for VoteWeight {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "plain" {
            return Ok(Self::Plain);
        }
        // A vote by the inverted measure would weigh the least confident traces most.
        let weight = Measure::ALL.into_iter().find(|measure| measure.name() == text);
        match weight {
            Some(measure) if measure != Measure::InvertedNll => Ok(Self::Measure(measure)),
            _ => Err(format!("{text:?} is none of {}", Self::names().join(", "))),
        }
    }
}

impl From<VoteWeight> for String {
    fn from(weight: VoteWeight) -> Self {
        weight.to_string()
    }
}

impl TryFrom<String> for VoteWeight {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}
