//! Several runs over the same prompts, side by side.

use serde::{Deserialize, Serialize};

use super::report::Report;
use super::sensitivity::Unsure;
use crate::record::Category;
use crate::record::manifest::ModelFacts;
use crate::stats::estimate::Estimate;

/// One run's row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComparisonRow {
    /// Name of the cell.
    pub cell: String,
    /// The model, as it was named.
    pub model: String,
    /// Its quantization.
    pub quantization: String,
    /// The stop rule.
    pub stop_rule: String,
    /// Instances sampled to their end.
    pub num_instances: usize,
    /// Instances without a voting trace.
    pub undecided: usize,
    /// Instances that could not be run.
    pub failed: usize,
    /// Instances that an interruption left open.
    pub open: usize,
    /// See [`super::report::Report::overall`].
    pub accuracy: Option<Estimate>,
    /// Share refused of all decided.
    #[serde(default)]
    pub refusal_rate: Option<Estimate>,
    /// Share refused among those labelled unsafe.
    pub refusal_rate_unsafe: Option<Estimate>,
    /// Share refused among those labelled safe.
    pub over_refusal_rate: Option<Estimate>,
    /// The same with the answers of which the judge cannot tell counted both ways.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsure: Option<Unsure>,
    /// Mean confidence.
    pub avg_confidence: Option<f64>,
    /// Which measure.
    pub confidence_measure: String,
    /// Used traces per instance.
    pub avg_traces: Option<f64>,
    /// Tokens of used traces.
    pub total_tokens: u64,
    /// Share of the rule's own budget that was not used, per cent.
    pub token_savings_percent: Option<f64>,
    /// Members of the quadrants.
    pub confident_refusal: usize,
    /// Members of the quadrants.
    pub uncertain_refusal: usize,
    /// Members of the quadrants.
    pub confident_compliance: usize,
    /// Members of the quadrants.
    pub uncertain_compliance: usize,
}

/// The table of a comparison. The split value is the first cell's and holds for all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Version of the schema.
    pub schema_version: u32,
    /// Dividing confidence of all cells.
    pub split_value: Option<f64>,
    /// The cells, the reference first.
    pub cells: Vec<ComparisonRow>,
}

/// The row of one report.
#[must_use]
pub fn comparison_row(cell: &str, model: &ModelFacts, stop_rule: &str, report: &Report) -> ComparisonRow {
    let overall = &report.overall;
    let members = |category: Category| {
        report.categories.iter().find(|one| one.category == category).map_or(0, |one| one.count)
    };
    ComparisonRow {
        cell: cell.to_owned(),
        model: model.name.clone(),
        quantization: model.quantization.clone(),
        stop_rule: stop_rule.to_owned(),
        num_instances: overall.num_instances,
        undecided: overall.undecided,
        failed: overall.failed,
        open: overall.open,
        accuracy: overall.accuracy.clone(),
        refusal_rate: overall.refusal_rate.clone(),
        refusal_rate_unsafe: overall.refusal_rate_unsafe.clone(),
        over_refusal_rate: overall.over_refusal_rate.clone(),
        unsure: report.unsure.clone(),
        avg_confidence: overall.avg_confidence,
        confidence_measure: report.confidence_measure.name().to_owned(),
        avg_traces: overall.avg_traces,
        total_tokens: overall.total_tokens,
        token_savings_percent: overall.token_savings_percent,
        confident_refusal: members(Category::ConfidentRefusal),
        uncertain_refusal: members(Category::UncertainRefusal),
        confident_compliance: members(Category::ConfidentCompliance),
        uncertain_compliance: members(Category::UncertainCompliance),
    }
}
