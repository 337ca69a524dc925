//! Runs as rows of one table: what they found, what they cost, and how they differ from a reference.

use serde::{Deserialize, Serialize};

use super::comparison::ComparisonRow;
use super::cost::Cost;
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
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Against {
    /// The reference's cell.
    pub reference: String,
    /// Instances that both decided.
    pub pairs: usize,
    /// Of these, refused by the reference and complied with here.
    pub refused_to_complied: usize,
    /// Of these, complied with by the reference and refused here.
    pub complied_to_refused: usize,
    /// Exact two-sided p of McNemar's test that both are as likely.
    pub flips_p: Option<f64>,
    /// Mean of `avg_confidence` less the reference's.
    pub confidence_change: Option<Estimate>,
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
