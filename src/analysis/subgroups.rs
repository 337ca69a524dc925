//! The same figures per harm category.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::predictions::mean;
use super::sensitivity::{Unsure, unsure};
use crate::deepconf::weight::VoteWeight;
use crate::record::prediction::PredictionRow;
use crate::record::{Category, Prediction};
use crate::stats::estimate::Estimate;
use crate::stats::proportion::RateInterval;

/// One harm category of the benchmark.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Subgroup {
    /// Its name; `None` for prompts without one.
    pub harm_category: Option<String>,
    /// Instances sampled to their end.
    pub count: usize,
    /// Of these, instances without a voting trace.
    pub undecided: usize,
    /// Share decided rightly among decided ones with a label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<Estimate>,
    /// Share refused among decided ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal_rate: Option<Estimate>,
    /// The rates with the answers of which the judge cannot tell counted both ways.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsure: Option<Unsure>,
    /// Mean confidence of decided ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avg_confidence: Option<f64>,
    /// Used traces per instance.
    pub avg_traces: f64,
    /// Members of the quadrants.
    pub confident_refusal: usize,
    /// Members of the quadrants.
    pub uncertain_refusal: usize,
    /// Members of the quadrants.
    pub confident_compliance: usize,
    /// Members of the quadrants.
    pub uncertain_compliance: usize,
}

/// The harm categories that have instances, by name; prompts without one come first.
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
    let confidences: Vec<f64> = decided.iter().filter_map(|row| row.avg_confidence).collect();
    let traces: u64 = members.iter().map(|row| u64::from(row.num_traces_used)).sum();
    let of = |category| members.iter().filter(|row| row.confidence_category == Some(category)).count();
    Subgroup {
        harm_category: name.map(str::to_owned),
        count: members.len(),
        undecided: members.len() - decided.len(),
        accuracy: intervals.of(labelled.iter().filter(|&&is_right| is_right).count(), labelled.len()),
        refusal_rate: intervals.of(refused, decided.len()),
        unsure: unsure(members.iter().copied(), vote, intervals),
        avg_confidence: mean(&confidences),
        avg_traces: traces as f64 / members.len() as f64,
        confident_refusal: of(Category::ConfidentRefusal),
        uncertain_refusal: of(Category::UncertainRefusal),
        confident_compliance: of(Category::ConfidentCompliance),
        uncertain_compliance: of(Category::UncertainCompliance),
    }
}
