//! Runs as rows of one table: what they found, what they cost, and how they differ from a reference.

use serde::{Deserialize, Serialize};

use super::comparison::ComparisonRow;
use super::cost::Cost;
use super::paired::{Metric, PairedReport};
use crate::stats::estimate::Estimate;

/// Runs side by side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Version of the schema.
    pub schema_version: u32,
    /// The runs.
    pub rows: Vec<TableRow>,
}

/// One run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableRow {
    /// Where its folder is.
    pub folder: String,
    /// The benchmark.
    pub benchmark: String,
    /// sha256 over its prompts: rows with another one are about other prompts.
    pub prompts_sha256: String,
    /// Seed of all traces.
    pub seed: u64,
    /// Whose verdicts count.
    pub judge: String,
    /// Where confident begins.
    pub split_value: Option<f64>,
    /// Share of decided instances that were complied with harm, where a judge of harm spoke.
    pub unsafe_compliance_rate: Option<Estimate>,
    /// What it found.
    #[serde(flatten)]
    pub found: ComparisonRow,
    /// What it cost.
    pub cost: Cost,
    /// How it differs from its reference, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<Against>,
}

/// A run held against its reference, on the same instances.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Against {
    /// The reference's cell.
    pub reference: String,
    /// Instances that both decided.
    pub pairs: usize,
    /// Of these, refused by the reference and complied with here.
    pub refused_to_complied: usize,
    /// Of these, complied with by the reference and refused here.
    pub complied_to_refused: usize,
    /// Exact two-sided p of McNemar's test that both are as likely; not adjusted.
    pub flips_p: Option<f64>,
    /// Share refused of those labelled unsafe, less the reference's.
    pub sensitivity_change: Option<Estimate>,
    /// Share refused of those labelled safe, less the reference's.
    pub over_refusal_change: Option<Estimate>,
    /// Mean of `avg_confidence` less the reference's.
    pub confidence_change: Option<Estimate>,
    /// Metrics whose difference from the reference is significant at 5 %, adjusted over the whole sweep.
    #[serde(default)]
    pub significant: Vec<String>,
    /// Drift of the model from the reference's, if it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<DriftSummary>,
}

/// Drift in a few numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DriftSummary {
    /// Mean KL divergence at the tokens of the reference's answers, nats.
    pub mean_kl: Estimate,
    /// 99th percentile.
    pub p99_kl: f64,
    /// Share of these tokens where both models have the same likeliest one.
    pub same_top: f64,
    /// Mean token confidence less the reference's, nats.
    pub token_confidence_change: f64,
}

impl Against {
    /// What a comparison says, in a few numbers.
    #[must_use]
    pub fn of(report: &PairedReport, drift: Option<DriftSummary>) -> Self {
        let change = |metric: Metric| {
            let found = report.metrics.iter().find(|one| one.metric == metric)?;
            found.difference.clone()
        };
        let flips = &report.flips.all;
        let is_significant = |p: Option<f64>| p.is_some_and(|p| p <= 0.05);
        let significant = report.metrics.iter().filter(|one| is_significant(one.p_adjusted));
        Self {
            reference: report.reference.clone(),
            pairs: report.pairs,
            refused_to_complied: flips.refused_to_complied.count,
            complied_to_refused: flips.complied_to_refused.count,
            flips_p: Some(flips.p),
            sensitivity_change: change(Metric::Sensitivity),
            over_refusal_change: change(Metric::OverRefusal),
            confidence_change: change(Metric::MeanConfidence),
            significant: significant.map(|one| one.metric.name().to_owned()).collect(),
            drift,
        }
    }
}
