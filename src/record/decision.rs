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

/// Outcome of the vote, as `final_prediction` reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prediction {
    /// The model refused: it treats the prompt as unsafe.
    Unsafe,
    /// The model complied: it treats the prompt as safe.
    Safe,
    /// No trace had a verdict that votes.
    Undecided,
}

impl Prediction {
    /// Returns the name as written to files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unsafe => "unsafe",
            Self::Safe => "safe",
            Self::Undecided => "undecided",
        }
    }
}

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

    /// Returns whether the instances of this quadrant were refused.
    #[must_use]
    pub fn refused(self) -> bool {
        matches!(self, Self::ConfidentRefusal | Self::UncertainRefusal)
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
