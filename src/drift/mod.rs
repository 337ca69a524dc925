//! How far another model's distributions are from a reference's, where the reference has answered: both
//! read the same tokens (teacher forcing), and every row that predicts one of the answer's is compared over
//! the whole vocabulary. Two rows of logits are in memory at a time for each token of a chunk, nothing
//! is written on the way.

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
    /// Texts of one prompt belong together.
    pub prompt: usize,
    /// Tokens of prompt and answer.
    pub tokens: Vec<u32>,
    /// Where the answer begins in `tokens`; at least 1.
    pub answer: usize,
    /// The prompt's label.
    pub label: Option<Label>,
    /// Whether the reference refused here, if it has a vote.
    pub refused: Option<bool>,
}
