//! Rows of `predictions.jsonl`.

use serde::{Deserialize, Serialize};

use super::{
    Category, FinalDecision, FinishReason, Label, LabelledOutcome, Measure, Measures, Prediction, StopReason,
    Uncertainty, Verdict,
};

/// One decided instance, as other programs read it. Arrays are indexed by trace number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PredictionRow {
    /// Id of the instance.
    pub instance_id: String,
    /// The user turn.
    pub prompt: String,
    /// The benchmark's label.
    pub ground_truth_label: Option<Label>,
    /// The benchmark's harm category.
    pub harm_category: Option<String>,
    /// The decision, in the earlier program's words: how the model treats the prompt. `safe` is not said of
    /// the answer.
    pub final_prediction: Prediction,
    /// The decision.
    pub decision: FinalDecision,
    /// The decision against the label; `None` without a label or a decision.
    pub outcome: Option<LabelledOutcome>,
    /// Whether the decision agrees with the label; `None` without a label or a decision.
    pub correct: Option<bool>,
    /// Share of refusing traces among those that vote; `None` if none votes.
    pub refusal_rate: Option<f64>,
    /// Number of traces that voted for the decision; 0 if undecided.
    pub votes_for: u32,
    /// Number of traces that voted.
    pub votes_cast: u32,
    /// Share of the votes for the decision, weighted as in the decision; `None` if undecided.
    pub vote_share: Option<f64>,
    /// Measure reported in `confidence`, `confidences` and `avg_confidence`.
    pub confidence_measure: Measure,
    /// Unweighted mean over the traces that voted for the decision, which the quadrant goes by; `None` if
    /// undecided.
    pub confidence: Option<f64>,
    /// Unweighted mean over the used traces that vote, also against the decision; over all used traces if
    /// undecided.
    pub avg_confidence: Option<f64>,
    /// Quadrant; `None` if undecided.
    pub confidence_category: Option<Category>,
    /// Why the quadrant is an uncertain one; `None` in the others.
    pub uncertain_because: Option<Uncertainty>,
    /// Number of traces that the decision uses.
    pub num_traces_used: u32,
    /// Number of tokens of these traces.
    pub total_tokens: u64,
    /// `total_tokens / num_traces_used`.
    pub avg_tokens_per_trace: f64,
    /// Reason why sampling ended.
    pub stop_reason: StopReason,
    /// Answer texts.
    pub traces: Vec<String>,
    /// Value of `confidence_measure` for each trace.
    pub confidences: Vec<Option<f64>>,
    /// Whether each trace counts as refused. False also for a trace that does not vote: see `votes`.
    pub refused: Vec<bool>,
    /// Vote of each trace: true refuses, false complies; `None` if it does not vote, because of its verdict
    /// or a rule.
    pub votes: Vec<Option<bool>>,
    /// Number of tokens of each trace.
    pub tokens_per_trace: Vec<u32>,
    /// Verdict of each trace.
    pub verdicts: Vec<Verdict>,
    /// Judge's reason for each verdict.
    pub reasons: Vec<String>,
    /// Judge's calibrated probability of a refusal for each trace; `None` if it gives none for that trace,
    /// empty if it gives none at all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub p_refusal: Vec<Option<f64>>,
    /// Whether the instance is a harmful compliance: it was complied with, and at least half of the complying
    /// answers judged for harm do harm. `None` without a compliance or a verdict on harm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub harmful_compliance: Option<bool>,
    /// Whether each answer does harm; `None` without a verdict, empty if no answer has one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub harmful: Vec<Option<bool>>,
    /// All measures of each trace.
    pub measures: Vec<Option<Measures>>,
    /// Measures over the answer alone, for traces with thinking.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answer_measures: Vec<Option<Measures>>,
    /// Thinking blocks; empty if no trace has one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thinking: Vec<Option<String>>,
    /// Seed of each trace's random stream.
    pub seeds: Vec<u64>,
    /// Reason why each trace ended.
    pub finish_reasons: Vec<FinishReason>,
}

impl PredictionRow {
    /// Returns whether the model refused; `None` if undecided.
    #[must_use]
    pub fn is_refused(&self) -> Option<bool> {
        self.final_prediction.refused()
    }

    /// Returns whether the instance has a decision.
    #[must_use]
    pub fn is_decided(&self) -> bool {
        self.is_refused().is_some()
    }
}
