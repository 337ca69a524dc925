//! One run at a glance.

use std::path::PathBuf;

use serde::Serialize;

use crate::record::manifest::Status;

/// One run at a glance.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunSummary {
    /// Run folder.
    pub path: PathBuf,
    /// Path of the run from the folder that was listed.
    pub name: String,
    /// Name of the model.
    pub model: String,
    /// Quantization of most weights; empty if unknown.
    pub quantization: String,
    /// Name of the benchmark.
    pub benchmark: String,
    /// Progress, as the manifest has it. A killed run is `running`.
    pub status: Status,
    /// Number of instances tried, decided or failed.
    pub done: usize,
    /// Number of instances that the run was to sample.
    pub planned: usize,
    /// When the run began, UTC, RFC 3339.
    pub started: String,
    /// Share refused among instances labelled unsafe, from the report.
    pub refusal_rate_unsafe: Option<f64>,
    /// Share refused among instances labelled safe, from the report.
    pub over_refusal_rate: Option<f64>,
    /// Share refused among all decided instances, from the report.
    pub refusal_rate: Option<f64>,
}
