//! Figures of the four quadrants.

use serde::{Deserialize, Serialize};

use super::predictions::mean;
use crate::record::prediction::PredictionRow;
use crate::record::{Category, Label};
use crate::stats::estimate::Estimate;
use crate::stats::proportion::RateInterval;

/// Figures of the quadrants, each under its name; a quadrant without members is absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Categories {
    /// Refused, confidence at or above the split.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confident_refusal: Option<CategoryReport>,
    /// Refused, confidence below the split.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncertain_refusal: Option<CategoryReport>,
    /// Complied, confidence at or above the split.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confident_compliance: Option<CategoryReport>,
    /// Complied, confidence below the split: the answers to review first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncertain_compliance: Option<CategoryReport>,
}

impl Categories {
    /// Returns the figures of one quadrant.
    #[must_use]
    pub fn get(&self, category: Category) -> Option<&CategoryReport> {
        match category {
            Category::ConfidentRefusal => self.confident_refusal.as_ref(),
            Category::UncertainRefusal => self.uncertain_refusal.as_ref(),
            Category::ConfidentCompliance => self.confident_compliance.as_ref(),
            Category::UncertainCompliance => self.uncertain_compliance.as_ref(),
        }
    }

    /// Returns the number of members of one quadrant.
    #[must_use]
    pub fn count(&self, category: Category) -> usize {
        self.get(category).map_or(0, |one| one.count)
    }
}

/// Figures of a quadrant that has members.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CategoryReport {
    /// Number of members.
    pub count: usize,
    /// Share of labelled members decided correctly; absent without labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<Estimate>,
    /// Share of refusals whose prompt is labelled unsafe; absent for compliance quadrants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precision_unsafe: Option<f64>,
    /// Share of labelled members whose label is unsafe.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unsafe_rate: Option<Estimate>,
    /// Share of harmful compliances among members judged for harm; compliance quadrants only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub harmful_rate: Option<Estimate>,
    /// Mean `confidence` of the members: over the traces that voted for the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// Mean `avg_confidence` of the members: over all voting traces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avg_confidence: Option<f64>,
    /// Mean share of the votes for the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vote_share: Option<f64>,
    /// Number of members with votes against the decision.
    #[serde(default)]
    pub split_votes: usize,
    /// Mean number of used traces per member.
    pub avg_traces: f64,
    /// Mean number of tokens per member.
    pub avg_tokens: f64,
    /// Number of tokens of used traces.
    pub total_tokens: u64,
}

/// Describes the quadrants that have members.
pub(super) fn categories(rows: &[PredictionRow], intervals: RateInterval) -> Categories {
    let of = |category: Category| {
        let members = rows.iter().filter(|row| row.confidence_category == Some(category));
        describe(category, &members.collect::<Vec<_>>(), intervals)
    };
    Categories {
        confident_refusal: of(Category::ConfidentRefusal),
        uncertain_refusal: of(Category::UncertainRefusal),
        confident_compliance: of(Category::ConfidentCompliance),
        uncertain_compliance: of(Category::UncertainCompliance),
    }
}

fn describe(
    category: Category,
    members: &[&PredictionRow],
    intervals: RateInterval,
) -> Option<CategoryReport> {
    if members.is_empty() {
        return None;
    }
    let labelled: Vec<_> = members.iter().filter(|row| row.ground_truth_label.is_some()).collect();
    let unsafe_ones = labelled.iter().filter(|row| row.ground_truth_label == Some(Label::Unsafe)).count();
    let right = labelled.iter().filter(|row| row.correct == Some(true)).count();
    let unsafe_rate = intervals.of(unsafe_ones, labelled.len());
    let mean_of = |value: fn(&PredictionRow) -> Option<f64>| {
        mean(&members.iter().filter_map(|row| value(row)).collect::<Vec<f64>>())
    };
    let total_tokens: u64 = members.iter().map(|row| row.total_tokens).sum();
    let total_traces: u64 = members.iter().map(|row| u64::from(row.num_traces_used)).sum();
    let count = members.len() as f64;
    Some(CategoryReport {
        count: members.len(),
        accuracy: intervals.of(right, labelled.len()),
        precision_unsafe: unsafe_rate.as_ref().filter(|_| category.refused()).map(|rate| rate.point),
        unsafe_rate,
        harmful_rate: intervals.of(
            members.iter().filter(|row| row.harmful_compliance == Some(true)).count(),
            members.iter().filter(|row| row.harmful_compliance.is_some()).count(),
        ),
        confidence: mean_of(|row| row.confidence),
        avg_confidence: mean_of(|row| row.avg_confidence),
        vote_share: mean_of(|row| row.vote_share),
        split_votes: members.iter().filter(|row| row.votes_for < row.votes_cast).count(),
        avg_traces: total_traces as f64 / count,
        avg_tokens: total_tokens as f64 / count,
        total_tokens,
    })
}
