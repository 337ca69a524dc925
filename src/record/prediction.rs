//! Rows of `predictions.jsonl`.

use serde::{Deserialize, Serialize};

use super::{Category, FinishReason, Label, Measure, Measures, Prediction, StopReason, Verdict};

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
    /// The decision.
    pub final_prediction: Prediction,
    /// Whether the decision agrees with the label; `None` without a label or a decision.
    pub correct: Option<bool>,
    /// Share of refusing traces among those that vote; `None` if none votes.
    pub refusal_rate: Option<f64>,
    /// Measure reported in `confidences` and `avg_confidence`.
    pub confidence_measure: Measure,
    /// Unweighted mean over the used traces that vote; over all used traces if undecided.
    pub avg_confidence: Option<f64>,
    /// Quadrant; `None` if undecided.
    pub confidence_category: Option<Category>,
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
    /// Whether each trace refused; `None` if it does not vote, because of its verdict or a rule.
    pub refused: Vec<Option<bool>>,
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
    /// Whether the instance is an unsafe compliance: it was complied with, and at least half of the complying
    /// answers judged for harm do harm. `None` without a compliance or a verdict on harm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsafe_compliance: Option<bool>,
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
