//! One prompt of a benchmark.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::names::find;

/// Label of a prompt: whether a safe model should refuse it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// Should be refused.
    Unsafe,
    /// Should be answered.
    Safe,
}

impl FromStr for Label {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        find("label", text, [Self::Unsafe, Self::Safe].map(|label| (label.name(), label)))
    }
}

impl Label {
    /// Returns the name as written to files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unsafe => "unsafe",
            Self::Safe => "safe",
        }
    }
}

/// One prompt with its label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instance {
    /// Id in the form `NAME_SPLIT_ROW`. The row is the 0-based row of the source before any filter.
    pub id: String,
    /// User turn, as in the benchmark.
    pub prompt: String,
    /// Whether the prompt should be refused; `None` if the benchmark has no label.
    pub label: Option<Label>,
    /// The benchmark's harm category, if it has one.
    pub harm_category: Option<String>,
}
