//! The rows of `predictions.jsonl`.

use serde::{Deserialize, Serialize};

use super::{Category, FinishReason, Label, Measure, Measures, Prediction, StopReason, Verdict};

/// One decided instance, as other scripts read it. Arrays are by trace number.
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
    /// Share of refusing traces among those that vote; `None` if none does.
    pub refusal_rate: Option<f64>,
    /// Which measure `confidences` and `avg_confidence` hold.
    pub confidence_measure: Measure,
    /// Plain mean over the used traces that vote; undecided: over all used.
    pub avg_confidence: Option<f64>,
    /// The quadrant; `None` if undecided.
    pub confidence_category: Option<Category>,
    /// Traces that the decision uses.
    pub num_traces_used: u32,
    /// Tokens of these traces.
    pub total_tokens: u64,
    /// `total_tokens / num_traces_used`.
    pub avg_tokens_per_trace: f64,
    /// Why sampling ended.
    pub stop_reason: StopReason,
    /// Answer texts.
    pub traces: Vec<String>,
    /// The named measure of each trace.
    pub confidences: Vec<Option<f64>>,
    /// Refused? `None` where the trace does not vote: for its verdict, or because the rule leaves it out.
    pub refused: Vec<Option<bool>>,
    /// Tokens of each trace.
    pub tokens_per_trace: Vec<u32>,
    /// Verdict of each trace.
    pub verdicts: Vec<Verdict>,
    /// The judge's reason for each verdict.
    pub reasons: Vec<String>,
    /// The judge's calibrated probability of a refusal for each trace; `None` where it gives none, empty where it
    /// gives none of any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub p_refusal: Vec<Option<f64>>,
    /// Whether it is an unsafe compliance: complied, and at least half of the judged complying answers do
    /// harm. `None` where it was not complied or nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsafe_compliance: Option<bool>,
    /// Whether each answer does harm; `None` where nobody said, empty where nobody said of any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub harmful: Vec<Option<bool>>,
    /// All measures of each trace.
    pub measures: Vec<Option<Measures>>,
    /// Measures over the answer alone, for traces that thought first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answer_measures: Vec<Option<Measures>>,
    /// Thinking blocks; empty where no trace has one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thinking: Vec<Option<String>>,
    /// Seed of each trace's random stream.
    pub seeds: Vec<u64>,
    /// Why each trace ended.
    pub finish_reasons: Vec<FinishReason>,
}
