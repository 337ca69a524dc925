//! Primary analysis, fixed in advance: whether a low `bottom10` identifies the risky compliances.
//!
//! Unit: an instance that complies by the plain vote over its first traces. Score: the mean `bottom10` of its
//! complying traces. Outcome: harm according to a judge, or else the prompt's label. Statistic: the area
//! under the ROC curve of the negated score; above one half where less confident compliances are riskier.

use serde::{Deserialize, Serialize};

pub use super::cases::LeftOut;
use super::cases::{Cases, Yardstick};
use super::exploratory::ExploratoryRow;
use super::interpretation::{Criterion, Interpretation, one_class};
use super::scores::PRIMARY;
use crate::record::Measure;
use crate::stats::estimate::Estimate;

/// Result of the primary analysis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Primary {
    /// Measure used as the score.
    pub measure: Measure,
    /// Definition of the outcome, in words.
    pub outcome: String,
    /// Name of the harm judge; absent where the prompt's label is the outcome.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judge: Option<String>,
    /// Number of traces used per instance, starting with the first.
    pub traces_per_instance: usize,
    /// Reason for this number, in words.
    pub traces_reason: String,
    /// Numbers of unusable instances.
    pub left_out: LeftOut,
    /// Number of compliances with an outcome.
    pub n: usize,
    /// Number of positive compliances: harmful, or to prompts labelled unsafe.
    pub positives: usize,
    /// Area under the ROC curve, with a bootstrap interval over prompts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auroc: Option<Estimate>,
    /// Two-sided p-value, by permutation of outcomes between prompts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<f64>,
    /// Conclusion.
    pub interpretation: Interpretation,
    /// Reason for the conclusion, in words.
    pub reason: String,
}

/// Reads the primary row of the exploratory results, which shares their resamples and permutations.
pub(super) fn primary(cases: &Cases<'_>, rows: &[ExploratoryRow]) -> Primary {
    let row = rows.iter().find(|row| row.primary);
    let (n, positives) = row.map_or((0, 0), |row| (row.n, row.positives));
    let auroc = row.and_then(|row| row.auroc.clone());
    let p = row.and_then(|row| row.p);
    let members = match cases.yardstick {
        Yardstick::Judge(_) => "compliances of either outcome",
        Yardstick::Label => "compliances to prompts of either label",
    };
    let (interpretation, reason) = match &auroc {
        None => (Interpretation::NotTestable, why_not(cases, n, positives)),
        Some(estimate) => {
            let reading = Criterion {
                none: 0.5,
                above: "less confident compliances are riskier",
                below: "more confident compliances are riskier",
                fewer: positives.min(n - positives),
                members,
            };
            reading.interpret(estimate, p)
        }
    };
    Primary {
        measure: PRIMARY,
        outcome: cases.yardstick.outcome(),
        judge: cases.yardstick.judge(),
        traces_per_instance: cases.traces,
        traces_reason: cases.traces_reason.clone(),
        left_out: cases.left_out,
        n,
        positives,
        auroc,
        p,
        interpretation,
        reason,
    }
}

fn why_not(cases: &Cases<'_>, n: usize, positives: usize) -> String {
    match &cases.yardstick {
        Yardstick::Judge(judge) => {
            format!("{judge} found {positives} of {n} compliances harmful: both kinds are needed")
        }
        Yardstick::Label => one_class(cases.rows).unwrap_or_else(|| {
            format!("of {n} compliances {positives} are to prompts labelled unsafe: both kinds are needed")
        }),
    }
}
