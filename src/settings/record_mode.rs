//! What a run keeps of the tokens of its traces.

use serde::{Deserialize, Serialize};

/// `--record`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordMode {
    /// Their number and the measures: enough to render the run's files, not to replay it.
    Summary,
    /// Each token's id, log-probability, confidence and text.
    #[default]
    Tokens,
    /// The log-probabilities of the likeliest tokens too, for token confidences with a smaller k.
    Top,
}
