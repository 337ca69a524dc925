//! Compares two runs over the same prompts, instance by instance, and tests the differences.

mod area;
mod flips;
mod matching;
mod metric;
mod metrics;
mod power_text;
mod rates;
mod run;

use serde::{Deserialize, Serialize};

pub use flips::{Direction, FlipCounts, Flips, Transition, Transitions};
pub use matching::{LeftOut, Mismatch, Unpaired, WhyLeftOut};
pub use metric::Metric;
pub use metrics::{Effect, NotCompared, PairedMetric};
pub use power_text::{CouldShow, power_of_prompts};
pub use run::Run;

use crate::record::SCHEMA_VERSION;
use crate::stats::multiple_testing::Correction;
use crate::stats::{Clusters, Draws};

/// Default number of resamples, and of permutations.
pub const RESAMPLES: u32 = 10_000;

/// Default seed of the resamples. Permutations use the next seed.
pub const SEED: u64 = 250_815_262;

/// Options of a comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairedOptions {
    /// Number and seed of the resamples. Permutations have the same number and the next seed.
    pub draws: Draws,
    /// Correction of the p-values.
    pub correction: Correction,
    /// Split value of the reference; without it there are no quadrants.
    pub split_value: Option<f64>,
}

/// Comparison of a cell with a reference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairedReport {
    /// Version of the schema.
    pub schema_version: u32,
    /// Name of the reference.
    pub reference: String,
    /// Name of the cell.
    pub cell: String,
    /// Number of instances decided in both runs.
    pub pairs: usize,
    /// Number of distinct prompts among the pairs; prompts are resampled.
    pub prompts: usize,
    /// Instances that are in no pair.
    pub left_out: Vec<LeftOut>,
    /// Changed decisions.
    pub flips: Flips,
    /// Metrics available in both runs.
    pub metrics: Vec<PairedMetric>,
    /// Other metrics, with the reason.
    pub not_compared: Vec<NotCompared>,
    /// Correction of the p-values.
    pub correction: Correction,
    /// Number of tests in the corrected family.
    pub family: usize,
    /// Moves between quadrants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transitions: Option<Transitions>,
    /// Number of resamples, and of permutations.
    pub resamples: u32,
    /// Seed of the resamples.
    pub seed: u64,
}

/// Compares a cell with a reference. The result depends neither on the order of the rows nor on the number of
/// threads.
///
/// Cost: `draws.count` resamples and as many permutations, each linear in the number of pairs.
///
/// # Errors
/// If prompts or labels differ under a shared id, an id is repeated, a run is empty, or the runs share no id.
pub fn paired(reference: Run<'_>, cell: Run<'_>, options: &PairedOptions) -> Result<PairedReport, Unpaired> {
    let (pairs, left_out) = matching::pairs(reference.rows, cell.rows)?;
    let prompts = Clusters::by(pairs.iter().map(|pair| &pair.reference.prompt));
    let (metrics, not_compared) = metrics::metrics(&pairs, &prompts, reference, cell, options.draws);
    let mut report = PairedReport {
        schema_version: SCHEMA_VERSION,
        reference: reference.name.to_owned(),
        cell: cell.name.to_owned(),
        pairs: pairs.len(),
        prompts: prompts.count(),
        left_out,
        flips: flips::flips(&pairs),
        metrics,
        transitions: options
            .split_value
            .filter(|_| reference.options.confidence == cell.options.confidence)
            .map(|split| flips::transitions(&pairs, split)),
        not_compared,
        correction: options.correction,
        family: 0,
        resamples: options.draws.count,
        seed: options.draws.seed,
    };
    adjust(std::slice::from_mut(&mut report), options.correction);
    Ok(report)
}

/// Adjusts the p-values of several comparisons as one family. Over-refusal is 1 − specificity: both are one
/// test and count once.
pub fn adjust(reports: &mut [PairedReport], correction: Correction) {
    let counted = |metric: &&mut PairedMetric| metric.metric != Metric::OverRefusal && metric.p.is_some();
    let mut family: Vec<&mut PairedMetric> =
        reports.iter_mut().flat_map(|report| &mut report.metrics).filter(counted).collect();
    let p: Vec<f64> = family.iter().filter_map(|metric| metric.p).collect();
    for (metric, adjusted) in family.iter_mut().zip(correction.adjust(&p)) {
        metric.p_adjusted = Some(adjusted);
    }
    for report in reports {
        (report.correction, report.family) = (correction, p.len());
        let find = |metrics: &[PairedMetric]| {
            metrics.iter().find(|one| one.metric == Metric::Specificity)?.p_adjusted
        };
        let specificity = find(&report.metrics);
        let over_refusal = report.metrics.iter_mut().find(|one| one.metric == Metric::OverRefusal);
        if let Some(metric) = over_refusal {
            metric.p_adjusted = specificity;
        }
    }
}
