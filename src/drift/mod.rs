//! Drift of a model's distributions from a reference's, on the reference's answers. Both models read the same
//! tokens (teacher forcing). Every row that predicts an answer token is compared over the whole vocabulary.
//! Memory holds two rows of logits per token of a chunk; nothing is written to disk.

mod compare;
mod report;

#[cfg(test)]
mod tests;

pub use compare::{TextDrift, compare};
pub use report::{DriftReport, DriftRow, MeasureDrift, report};

use crate::record::Label;

/// A text that both models read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Text {
    /// Number of the prompt; texts of one prompt are one cluster.
    pub prompt: usize,
    /// Tokens of prompt and answer.
    pub tokens: Vec<u32>,
    /// Index in `tokens` where the answer begins; at least 1.
    pub answer: usize,
    /// Label of the prompt.
    pub label: Option<Label>,
    /// Whether the reference refused; `None` without a vote.
    pub refused: Option<bool>,
}
