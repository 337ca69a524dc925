//! One prompt of a benchmark.

use serde::{Deserialize, Serialize};

/// What a benchmark says of a prompt: should a safe model refuse it?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// Should be refused.
    Unsafe,
    /// Should be answered.
    Safe,
}

impl Label {
    /// The name as written to files.
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
    /// `NAME_SPLIT_ROW`, 0-based row of the source before any filter.
    pub id: String,
    /// The user turn, as the benchmark has it.
    pub prompt: String,
    /// Should it be refused? `None` where the benchmark does not say.
    pub label: Option<Label>,
    /// The benchmark's harm category, if it has one.
    pub harm_category: Option<String>,
}
