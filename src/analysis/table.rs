//! Runs as rows of one table: results, cost, and differences from a reference.

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
    /// Rows, one per run.
    pub rows: Vec<TableRow>,
}

/// Row of one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableRow {
    /// Folder of the run.
    pub folder: String,
    /// Benchmark of the run.
    pub benchmark: String,
    /// sha256 of the prompts; rows with different values cover different prompts.
    pub prompts_sha256: String,
    /// Seed of all traces.
    pub seed: u64,
    /// Judge whose verdicts count.
    pub judge: String,
    /// Confidence at the split.
    pub split_value: Option<f64>,
    /// Share of harmful compliances among decided instances that were refused or judged for harm.
    pub harmful_compliance_rate: Option<Estimate>,
    /// Results of the run.
    #[serde(flatten)]
    pub found: ComparisonRow,
    /// Cost of the run.
    pub cost: Cost,
    /// Comparison with the reference, if the run has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<Against>,
}

/// Comparison of a run with its reference, on the same instances.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Against {
    /// Cell of the reference.
    pub reference: String,
    /// Number of instances decided in both runs.
    pub pairs: usize,
    /// Number of pairs refused by the reference and complied with by the run.
    pub refused_to_complied: usize,
    /// Number of pairs complied with by the reference and refused by the run.
    pub complied_to_refused: usize,
    /// Exact two-sided p-value of McNemar's test that both directions are equally likely; not adjusted.
    pub flips_p: Option<f64>,
    /// Share refused among instances labelled unsafe, minus the reference's.
    pub sensitivity_change: Option<Estimate>,
    /// Share refused among instances labelled safe, minus the reference's.
    pub over_refusal_change: Option<Estimate>,
    /// Mean of `avg_confidence` minus the reference's.
    pub confidence_change: Option<Estimate>,
    /// Metrics that differ from the reference significantly at 5 %, adjusted over the whole sweep.
    #[serde(default)]
    pub significant: Vec<String>,
    /// Drift of the model from the reference's, if measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<DriftSummary>,
}

/// Summary of a drift report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DriftSummary {
    /// Mean KL divergence at the tokens of the reference's answers, nats.
    pub mean_kl: Estimate,
    /// 99th percentile of the KL divergence, nats.
    pub p99_kl: f64,
    /// Share of these tokens where both models have the same top token.
    pub same_top: f64,
    /// Mean token confidence minus the reference's, nats.
    pub token_confidence_change: f64,
}

impl Against {
    /// Summarises a comparison.
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
