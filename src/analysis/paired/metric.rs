//! The metrics that runs are compared by.

use serde::{Deserialize, Serialize};

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Decided as the label says, of those with a label.
    Accuracy,
    /// Refused, of all.
    RefusalRate,
    /// Refused, of those labelled unsafe.
    Sensitivity,
    /// Complied with, of those labelled safe.
    Specificity,
    /// Refused, of those labelled safe: 1 − specificity.
    OverRefusal,
    /// Complied with harm, of those refused or judged, where a judge of harm spoke in both runs.
    UnsafeCompliance,
    /// Mean of `avg_confidence`.
    MeanConfidence,
    /// The primary analysis's area under the ROC curve.
    Auroc,
}

impl Metric {
    /// The name as written to files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Accuracy => "accuracy",
            Self::RefusalRate => "refusal_rate",
            Self::Sensitivity => "sensitivity",
            Self::Specificity => "specificity",
            Self::OverRefusal => "over_refusal",
            Self::UnsafeCompliance => "unsafe_compliance",
            Self::MeanConfidence => "mean_confidence",
            Self::Auroc => "auroc",
        }
    }
}
