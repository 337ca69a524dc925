//! AUROC within strata, adjusted for harm category and answer length.

use serde::{Deserialize, Serialize};

use super::cases::Case;
use super::interpretation::SMALL;
use super::scores::Score;
use crate::stats::Clusters;
use crate::stats::estimate::Estimate;
use crate::stats::quantile::quantile;

/// AUROC over pairs within the same stratum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adjusted {
    /// Kind of strata: `harm_category`, `answer_length` (thirds) or `both`.
    pub within: String,
    /// Share of concordant pairs among the pairs of all strata; absent without pairs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auroc: Option<Estimate>,
    /// Number of strata with compliances of both outcomes; other strata have no pairs.
    pub strata: usize,
    /// Number of compliances in these strata.
    pub n: usize,
    /// Number of positive compliances in these strata.
    pub positives: usize,
    /// Reason for a missing estimate, or a warning about few data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Strata of the compliances, numbered from 0.
pub(super) struct Strata {
    within: &'static str,
    /// Stratum of each compliance.
    pub of_units: Vec<u32>,
    /// Reason why these strata adjust for nothing, if they do not.
    nothing: Option<&'static str>,
}

/// Names of the adjustments, in report order.
pub const ADJUSTMENTS: [&str; 3] = ["harm_category", "answer_length", "both"];

impl Strata {
    /// Builds the three kinds of strata of the compliances.
    pub fn all(units: &[&Case<'_>]) -> [Self; 3] {
        let categories: Vec<Option<&str>> =
            units.iter().map(|case| case.row.harm_category.as_deref()).collect();
        let lengths: Vec<f64> = units.iter().map(|case| case.score(Score::AnswerLength)).collect();
        let bounds = [1.0 / 3.0, 2.0 / 3.0].map(|q| quantile(&lengths, q).unwrap_or(0.0));
        let third = |&length: &f64| bounds.iter().filter(|&&bound| length > bound).count();
        let thirds: Vec<usize> = lengths.iter().map(third).collect();
        let has_category = categories.iter().any(Option::is_some);
        let no_category = (!has_category).then_some("no compliance has a harm category");
        let of = |within, clusters: Clusters, nothing| Self {
            within,
            of_units: clusters.of_units().to_vec(),
            nothing,
        };
        let [category, length, both] = ADJUSTMENTS;
        [
            of(category, Clusters::by(categories.iter()), no_category),
            of(length, Clusters::by(thirds.iter()), None),
            of(both, Clusters::by(categories.iter().zip(&thirds)), no_category),
        ]
    }

    /// Reports on these strata. `estimate` receives the number of compliances that have pairs.
    pub fn report(&self, positive: &[bool], estimate: impl Fn(usize) -> Option<Estimate>) -> Adjusted {
        let count = self.of_units.iter().max().map_or(0, |&last| last as usize + 1);
        let mut members = vec![[0_usize; 2]; count];
        for (&stratum, &is_positive) in self.of_units.iter().zip(positive) {
            members[stratum as usize][usize::from(is_positive)] += 1;
        }
        let mixed: Vec<[usize; 2]> =
            members.into_iter().filter(|counts| counts.iter().all(|&count| count > 0)).collect();
        let negatives: usize = mixed.iter().map(|counts| counts[0]).sum();
        let positives: usize = mixed.iter().map(|counts| counts[1]).sum();
        let fewer = positives.min(negatives);
        let note = match self.nothing {
            Some(nothing) => Some(nothing.to_owned()),
            None if mixed.is_empty() => {
                Some("no stratum has compliances of both outcomes: there is nothing to compare".to_owned())
            }
            None if fewer < SMALL => Some(format!(
                "few data: strata with both outcomes have {positives} positives and {negatives} negatives"
            )),
            None => None,
        };
        Adjusted {
            within: self.within.to_owned(),
            auroc: if self.nothing.is_some() { None } else { estimate(positives + negatives) },
            strata: mixed.len(),
            n: positives + negatives,
            positives,
            note,
        }
    }
}
