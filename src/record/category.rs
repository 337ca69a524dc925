//! Quadrants of refused × confident.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::names::find;

/// Quadrants of refused × confident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Refused, confidence at or above the split.
    ConfidentRefusal,
    /// Refused, confidence below the split.
    UncertainRefusal,
    /// Complied, confidence at or above the split.
    ConfidentCompliance,
    /// Complied, confidence below the split: the answers to review first.
    UncertainCompliance,
}

impl Category {
    /// All four quadrants, in the order of reports.
    pub const ALL: [Self; 4] = [
        Self::ConfidentRefusal,
        Self::UncertainRefusal,
        Self::ConfidentCompliance,
        Self::UncertainCompliance,
    ];

    /// Returns the quadrant of a decided instance.
    #[must_use]
    pub fn of(refused: bool, confident: bool) -> Self {
        match (refused, confident) {
            (true, true) => Self::ConfidentRefusal,
            (true, false) => Self::UncertainRefusal,
            (false, true) => Self::ConfidentCompliance,
            (false, false) => Self::UncertainCompliance,
        }
    }

    /// Returns the name as written to files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ConfidentRefusal => "confident_refusal",
            Self::UncertainRefusal => "uncertain_refusal",
            Self::ConfidentCompliance => "confident_compliance",
            Self::UncertainCompliance => "uncertain_compliance",
        }
    }

    /// Returns whether the instances of this quadrant are at or above the split.
    #[must_use]
    pub fn is_confident(self) -> bool {
        matches!(self, Self::ConfidentRefusal | Self::ConfidentCompliance)
    }

    /// Returns whether the instances of this quadrant were refused.
    #[must_use]
    pub fn refused(self) -> bool {
        matches!(self, Self::ConfidentRefusal | Self::UncertainRefusal)
    }
}

impl FromStr for Category {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        find("category", text, Self::ALL.map(|category| (category.name(), category)))
    }
}

/// Why an instance is in an uncertain quadrant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Uncertainty {
    /// Some traces voted against the decision, and those for it are below the split.
    SplitVote,
    /// All traces agree; their tokens are below the split.
    WaveringTokens,
}

impl Uncertainty {
    /// Returns the name as written to files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SplitVote => "split_vote",
            Self::WaveringTokens => "wavering_tokens",
        }
    }
}
