//! Token data that a run records.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::record::names::find;

/// Value of `--record`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordMode {
    /// Token count and measures of each trace: enough to render the run's files, not to replay the run.
    Summary,
    /// Also the id, log-probability, confidence and text of each token.
    #[default]
    Tokens,
    /// Also the log-probabilities of the top tokens, for token confidences with a smaller k.
    Top,
}

impl FromStr for RecordMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        find("record mode", text, [("summary", Self::Summary), ("tokens", Self::Tokens), ("top", Self::Top)])
    }
}
