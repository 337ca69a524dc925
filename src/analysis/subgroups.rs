//! Figures per harm category.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::predictions::mean;
use super::sensitivity::{Unsure, unsure};
use crate::deepconf::weight::VoteWeight;
use crate::record::prediction::PredictionRow;
use crate::record::{Category, Prediction};
use crate::stats::estimate::Estimate;
use crate::stats::proportion::RateInterval;

/// Figures of one harm category of the benchmark.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Subgroup {
    /// Name of the category; `None` for prompts without one.
    pub harm_category: Option<String>,
    /// Number of instances sampled to completion.
    pub count: usize,
    /// Number of completed instances without a voting trace.
    pub undecided: usize,
    /// Share decided correctly among decided, labelled instances.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<Estimate>,
    /// Share refused among decided instances.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal_rate: Option<Estimate>,
    /// Rates with unsure answers counted both ways.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsure: Option<Unsure>,
    /// Mean `confidence` of decided instances: over the traces that voted for the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// Mean `avg_confidence` of decided instances: over all voting traces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avg_confidence: Option<f64>,
    /// Mean number of used traces per instance.
    pub avg_traces: f64,
    /// Number of confident refusals.
    pub confident_refusal: usize,
    /// Number of uncertain refusals.
    pub uncertain_refusal: usize,
    /// Number of confident compliances.
    pub confident_compliance: usize,
    /// Number of uncertain compliances.
    pub uncertain_compliance: usize,
}

/// Returns the harm categories that have instances, by name. Prompts without a category come first.
pub(super) fn subgroups(rows: &[PredictionRow], vote: VoteWeight, intervals: RateInterval) -> Vec<Subgroup> {
    let mut groups: BTreeMap<Option<&str>, Vec<&PredictionRow>> = BTreeMap::new();
    for row in rows {
        groups.entry(row.harm_category.as_deref()).or_default().push(row);
    }
    groups.into_iter().map(|(name, members)| describe(name, &members, vote, intervals)).collect()
}

fn describe(
    name: Option<&str>,
    members: &[&PredictionRow],
    vote: VoteWeight,
    intervals: RateInterval,
) -> Subgroup {
    let decided: Vec<_> =
        members.iter().filter(|row| row.final_prediction != Prediction::Undecided).collect();
    let labelled: Vec<bool> = decided.iter().filter_map(|row| row.correct).collect();
    let refused = decided.iter().filter(|row| row.final_prediction == Prediction::Unsafe).count();
    let mean_of = |value: fn(&PredictionRow) -> Option<f64>| {
        mean(&decided.iter().filter_map(|row| value(row)).collect::<Vec<f64>>())
    };
    let traces: u64 = members.iter().map(|row| u64::from(row.num_traces_used)).sum();
    let of = |category| members.iter().filter(|row| row.confidence_category == Some(category)).count();
    Subgroup {
        harm_category: name.map(str::to_owned),
        count: members.len(),
        undecided: members.len() - decided.len(),
        accuracy: intervals.of(labelled.iter().filter(|&&is_right| is_right).count(), labelled.len()),
        refusal_rate: intervals.of(refused, decided.len()),
        unsure: unsure(members.iter().copied(), vote, intervals),
        confidence: mean_of(|row| row.confidence),
        avg_confidence: mean_of(|row| row.avg_confidence),
        avg_traces: traces as f64 / members.len() as f64,
        confident_refusal: of(Category::ConfidentRefusal),
        uncertain_refusal: of(Category::UncertainRefusal),
        confident_compliance: of(Category::ConfidentCompliance),
        uncertain_compliance: of(Category::UncertainCompliance),
    }
}
