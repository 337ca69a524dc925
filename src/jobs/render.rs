//! Turns decisions into a report and its files.

use super::error::JobError;
use crate::analysis::predictions::{decide_all, divide};
use crate::analysis::report::ReportOptions;
use crate::analysis::{Outcome, Predictions, Report, report};
use crate::export;
use crate::record::manifest::Manifest;
use crate::record::prediction::PredictionRow;
use crate::settings::Settings;
use crate::stats::proportion::RateInterval;
use crate::store::folder::RunFolder;

/// Reads outcomes by the judge of the run.
pub fn by_own_judge(outcomes: &[Outcome], manifest: &Manifest<Settings>) -> (Predictions, Report) {
    let settings = &manifest.settings;
    let rows = decide_all(outcomes, &settings.policy());
    let planned = manifest.benchmark.instances;
    read(outcomes, rows, &options(settings, manifest.judge.harm.clone(), planned))
}

/// Divides decisions into quadrants and builds the report.
pub fn read(
    outcomes: &[Outcome],
    rows: Vec<PredictionRow>,
    options: &ReportOptions,
) -> (Predictions, Report) {
    let predictions = divide(rows, options.split);
    let report = report(outcomes, &predictions, options);
    (predictions, report)
}

/// Returns the report options for a run's settings. `harm_judge` names the judge of harm, if any; `planned` is
/// the number of instances that the run was to sample.
pub fn options(settings: &Settings, harm_judge: Option<String>, planned: usize) -> ReportOptions {
    ReportOptions {
        confidence: settings.analysis.confidence,
        split: settings.analysis.split,
        intervals: RateInterval::default(),
        cuts: settings.stop.online().is_some(),
        min_traces: settings.stop.min_traces(),
        max_traces: settings.stop.max_traces(),
        vote: settings.analysis.vote,
        harm_judge,
        planned,
        notes: Vec::new(),
        cascades: Vec::new(),
    }
}

/// Writes the rendered files of a run folder.
pub fn write(folder: &RunFolder, predictions: &Predictions, report: &Report) -> Result<(), JobError> {
    for (name, bytes) in export::render(predictions, report)? {
        folder.write(name, &bytes)?;
    }
    Ok(())
}
