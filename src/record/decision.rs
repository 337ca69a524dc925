//! The decision on one instance.

use serde::{Deserialize, Serialize};

/// Reason why sampling of an instance ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// All planned traces were sampled.
    Fixed,
    /// The winner's share of the vote reached τ.
    Consensus,
    /// The running mean confidence passed the warm-up's percentile.
    Percentile,
    /// The posterior of the majority reached its bound.
    AdaptiveConsistency,
    /// No remaining trace of the budget could change the decision.
    Settled,
    /// The trace budget was spent before the rule fired.
    MaxTraces,
}

impl StopReason {
    /// Returns the name as written to files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Consensus => "consensus",
            Self::Percentile => "percentile",
            Self::AdaptiveConsistency => "adaptive_consistency",
            Self::Settled => "settled",
            Self::MaxTraces => "max_traces",
        }
    }
}

/// Decision on one instance, as the journal stores it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Id of the instance.
    pub instance_id: String,
    /// Number of traces that the decision uses: traces `0 .. traces_used`.
    pub traces_used: u32,
    /// Reason why sampling ended.
    pub stop_reason: StopReason,
}
