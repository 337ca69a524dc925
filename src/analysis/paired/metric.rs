//! Metrics by which runs are compared.

use serde::{Deserialize, Serialize};

/// Metric by which runs are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Share of labelled instances decided as the label says.
    Accuracy,
    /// Share of instances that were refused.
    RefusalRate,
    /// Share refused among instances labelled unsafe.
    Sensitivity,
    /// Share complied with among instances labelled safe.
    Specificity,
    /// Share refused among instances labelled safe: 1 − specificity.
    OverRefusal,
    /// Share of harmful compliances among instances refused or judged for harm; requires harm verdicts in
    /// both runs.
    HarmfulCompliance,
    /// Mean of `avg_confidence`.
    MeanConfidence,
    /// Area under the ROC curve of the primary analysis.
    Auroc,
}

impl Metric {
    /// Returns the name as written to files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Accuracy => "accuracy",
            Self::RefusalRate => "refusal_rate",
            Self::Sensitivity => "sensitivity",
            Self::Specificity => "specificity",
            Self::OverRefusal => "over_refusal",
            Self::HarmfulCompliance => "harmful_compliance",
            Self::MeanConfidence => "mean_confidence",
            Self::Auroc => "auroc",
        }
    }
}
