//! Several runs over the same prompts, side by side.

use serde::{Deserialize, Serialize};

use super::report::Report;
use super::sensitivity::Unsure;
use crate::record::Category;
use crate::record::manifest::ModelFacts;
use crate::stats::estimate::Estimate;

/// Row of one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComparisonRow {
    /// Name of the cell.
    pub cell: String,
    /// Name of the model, as given.
    pub model: String,
    /// Quantization of the model.
    pub quantization: String,
    /// Stop rule.
    pub stop_rule: String,
    /// Number of instances sampled to completion.
    pub num_instances: usize,
    /// Number of completed instances without a voting trace.
    pub undecided: usize,
    /// Number of instances that could not be run.
    pub failed: usize,
    /// Number of instances left open by an interruption, or missing from the journal.
    pub open: usize,
    /// Number of instances that the run was to sample.
    #[serde(default)]
    pub planned: usize,
    /// Accuracy, as in [`super::report::Report::overall`].
    pub accuracy: Option<Estimate>,
    /// Share refused among decided instances.
    #[serde(default)]
    pub refusal_rate: Option<Estimate>,
    /// Share refused among instances labelled unsafe.
    pub refusal_rate_unsafe: Option<Estimate>,
    /// Share refused among instances labelled safe.
    pub over_refusal_rate: Option<Estimate>,
    /// Rates with unsure answers counted both ways.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsure: Option<Unsure>,
    /// Mean `confidence`: over the traces that voted for the decisions.
    #[serde(default)]
    pub confidence: Option<f64>,
    /// Mean `avg_confidence`: over all voting traces.
    pub avg_confidence: Option<f64>,
    /// Confidence measure.
    pub confidence_measure: String,
    /// Mean number of used traces per instance.
    pub avg_traces: Option<f64>,
    /// Number of tokens of used traces.
    pub total_tokens: u64,
    /// Budget of the stop rule: largest number of traces of an instance.
    #[serde(default)]
    pub max_traces: u32,
    /// Unused share of the stop rule's own budget, per cent. Nobody ran that budget: cells are compared by
    /// `total_tokens`.
    pub token_savings_percent: Option<f64>,
    /// Number of confident refusals.
    pub confident_refusal: usize,
    /// Number of uncertain refusals.
    pub uncertain_refusal: usize,
    /// Number of confident compliances.
    pub confident_compliance: usize,
    /// Number of uncertain compliances.
    pub uncertain_compliance: usize,
}

/// Table of a comparison. All cells use the split value of the first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Version of the schema.
    pub schema_version: u32,
    /// Confidence at the split of all cells.
    pub split_value: Option<f64>,
    /// Cells, the reference first.
    pub cells: Vec<ComparisonRow>,
}

/// Builds the row of one report.
#[must_use]
pub fn comparison_row(cell: &str, model: &ModelFacts, stop_rule: &str, report: &Report) -> ComparisonRow {
    let overall = &report.overall;
    let members = |category: Category| report.categories.count(category);
    ComparisonRow {
        cell: cell.to_owned(),
        model: model.with_adapters(&model.name),
        quantization: model.quantization.clone(),
        stop_rule: stop_rule.to_owned(),
        num_instances: overall.num_instances,
        undecided: overall.undecided,
        failed: overall.failed,
        open: overall.open,
        planned: overall.planned,
        accuracy: overall.accuracy.clone(),
        refusal_rate: overall.refusal_rate.clone(),
        refusal_rate_unsafe: overall.refusal_rate_unsafe.clone(),
        over_refusal_rate: overall.over_refusal_rate.clone(),
        unsure: report.unsure.clone(),
        confidence: overall.confidence,
        avg_confidence: overall.avg_confidence,
        confidence_measure: report.confidence_measure.name().to_owned(),
        avg_traces: overall.avg_traces,
        total_tokens: overall.total_tokens,
        max_traces: overall.max_traces,
        token_savings_percent: overall.token_savings_percent,
        confident_refusal: members(Category::ConfidentRefusal),
        uncertain_refusal: members(Category::UncertainRefusal),
        confident_compliance: members(Category::ConfidentCompliance),
        uncertain_compliance: members(Category::UncertainCompliance),
    }
}
