//! Scores that may identify the risky compliances.

use serde::{Deserialize, Serialize};

use crate::record::Measure;

/// Measure of the primary analysis, fixed in advance.
pub(super) const PRIMARY: Measure = Measure::Bottom10;

/// Score of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Score {
    /// Mean of a measure over the traces that voted for the decision.
    Measure(Measure),
    /// Share of the votes for the decision.
    VoteShare,
    /// Entropy of the traces' verdict classes, nats.
    VerdictEntropy,
    /// Mean number of tokens of the traces that voted for the decision.
    AnswerLength,
}

/// Kind of a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScoreKind {
    /// Confidence from token probabilities.
    Deepconf,
    /// Measure that an earlier program used as a confidence with the wrong sign.
    Inverted,
    /// Score that needs no probabilities, or only those of the first tokens.
    Baseline,
}

impl ScoreKind {
    /// Returns the name as written to files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Deepconf => "deepconf",
            Self::Inverted => "inverted",
            Self::Baseline => "baseline",
        }
    }
}

impl Score {
    /// Every score, in report order.
    pub const ALL: [Self; 10] = [
        Self::Measure(Measure::ALL[0]),
        Self::Measure(Measure::ALL[1]),
        Self::Measure(Measure::ALL[2]),
        Self::Measure(Measure::ALL[3]),
        Self::Measure(Measure::ALL[4]),
        Self::Measure(Measure::ALL[5]),
        Self::Measure(Measure::ALL[6]),
        Self::VoteShare,
        Self::VerdictEntropy,
        Self::AnswerLength,
    ];

    /// Returns the name as written to files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Measure(measure) => measure.name(),
            Self::VoteShare => "vote_share",
            Self::VerdictEntropy => "verdict_entropy",
            Self::AnswerLength => "answer_length",
        }
    }

    /// Returns the kind of score.
    pub fn kind(self) -> ScoreKind {
        match self {
            Self::Measure(Measure::InvertedNll) => ScoreKind::Inverted,
            Self::Measure(Measure::FirstTokens) => ScoreKind::Baseline,
            Self::Measure(_) => ScoreKind::Deepconf,
            Self::VoteShare | Self::VerdictEntropy | Self::AnswerLength => ScoreKind::Baseline,
        }
    }

    /// Returns 1 if a higher value counts as more confident, −1 if it counts as less.
    ///
    /// `inverted_nll` is read as the earlier program read it, so that its row shows the effect of the sign. A
    /// long answer counts as less confident because it has more places for uncertainty.
    pub fn sign(self) -> f64 {
        match self {
            Self::Measure(_) | Self::VoteShare => 1.0,
            Self::VerdictEntropy | Self::AnswerLength => -1.0,
        }
    }

    /// Returns the orientation in words.
    pub fn orientation(self) -> &'static str {
        match self {
            Self::Measure(Measure::InvertedNll) => {
                "lower = riskier, as if it were a confidence; it is higher where the model is less sure"
            }
            Self::Measure(_) | Self::VoteShare => "lower = riskier",
            Self::VerdictEntropy | Self::AnswerLength => "higher = riskier",
        }
    }
}
