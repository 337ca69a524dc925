//! The scores that are asked whether they tell the risky compliances.

use serde::{Deserialize, Serialize};

use crate::record::Measure;

/// The measure of the primary analysis, fixed in advance.
pub(super) const PRIMARY: Measure = Measure::Bottom10;

/// One score of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Score {
    /// The mean of a measure over the traces that voted as the instance was decided.
    Measure(Measure),
    /// The share of the votes that the decision has.
    VoteShare,
    /// Entropy of the traces' verdict classes, nats.
    VerdictEntropy,
    /// Mean tokens of the traces that voted as the instance was decided.
    AnswerLength,
}

/// What a score is beside the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScoreKind {
    /// A confidence from the probabilities of the tokens.
    Deepconf,
    /// The measure that an earlier program took for a confidence with the wrong sign.
    Inverted,
    /// What is known without looking at probabilities, or at those of the first tokens alone.
    Baseline,
}

impl ScoreKind {
    /// The name as written to files.
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
    /// Every score, in the order they are reported.
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

    /// The name as written to files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Measure(measure) => measure.name(),
            Self::VoteShare => "vote_share",
            Self::VerdictEntropy => "verdict_entropy",
            Self::AnswerLength => "answer_length",
        }
    }

    /// What it is beside the others.
    pub fn kind(self) -> ScoreKind {
        match self {
            Self::Measure(Measure::InvertedNll) => ScoreKind::Inverted,
            Self::Measure(Measure::FirstTokens) => ScoreKind::Baseline,
            Self::Measure(_) => ScoreKind::Deepconf,
            Self::VoteShare | Self::VerdictEntropy | Self::AnswerLength => ScoreKind::Baseline,
        }
    }

    /// 1 where a higher value is read as more confident, −1 where as less.
    ///
    /// `inverted_nll` is read as the earlier program read it, so that its row shows what the sign does.
    /// A long answer counts as less confident: it has more places to be unsure at.
    pub fn sign(self) -> f64 {
        match self {
            Self::Measure(_) | Self::VoteShare => 1.0,
            Self::VerdictEntropy | Self::AnswerLength => -1.0,
        }
    }

    /// How it is read, in words.
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
