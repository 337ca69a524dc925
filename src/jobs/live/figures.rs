//! What a run has done so far, in numbers.

use serde::{Deserialize, Serialize};

/// What a run has done so far. Decisions are provisional as far as the split between confident and uncertain
/// is a quantile: it moves until the run ends.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Prompts of the run.
    pub total: u64,
    /// Prompts decided or failed, those of an earlier process included.
    pub done: u64,
    /// Prompts that failed.
    pub failed: u64,
    /// Prompts without a decision, because no trace votes.
    pub undecided: u64,
    /// Prompts in each quadrant, in the order of `Category::ALL`.
    pub quadrants: [u64; 4],
    /// Traces that ended in this process.
    pub traces: u64,
    /// Tokens sampled in this process.
    pub tokens: u64,
    /// Tokens that this process is expected to sample in all.
    pub tokens_expected: f64,
    /// Seconds since the run began or continued.
    pub seconds: f64,
    /// Expected seconds until its end; `None` before the first token.
    pub seconds_left: Option<f64>,
    /// Most traces of a prompt.
    pub max_traces: u32,
    /// Share of that budget that the decided prompts did not use.
    pub saved: Option<f64>,
}

impl Figures {
    /// Returns tokens per second.
    #[must_use]
    pub fn speed(&self) -> f64 {
        self.tokens as f64 / self.seconds.max(1e-3)
    }

    /// Returns the share of the work that is done, by tokens.
    #[must_use]
    pub fn share(&self) -> f64 {
        let before = self.total.saturating_sub(self.done.min(self.total));
        match () {
            () if before == 0 => 1.0,
            () if self.tokens_expected <= 0.0 => 0.0,
            () => (self.tokens as f64 / self.tokens_expected).min(1.0),
        }
    }
}
