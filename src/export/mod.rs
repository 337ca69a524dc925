//! Renders reports as bytes. The same report gives the same bytes.

pub mod answers;
pub mod chart;
pub mod comparison;
pub mod csv;
mod fields;
pub mod json;
pub mod markdown;
pub mod page;
pub mod paired;
pub mod replay;
pub mod report;
pub mod runs;
pub mod table;
pub mod terminal;
pub mod tidy;
pub mod unsure;
pub mod values;

use crate::analysis::{Predictions, Report};
use crate::record::BoxError;

/// Renders the files of a run folder, by name.
///
/// # Errors
/// If a value cannot be serialised; values of these types always can.
pub fn render(predictions: &Predictions, report: &Report) -> Result<[(&'static str, Vec<u8>); 6], BoxError> {
    Ok([
        ("predictions.jsonl", json::lines(&predictions.rows)?),
        ("predictions.csv", csv::predictions(&predictions.rows)?),
        ("traces.csv", csv::traces(&predictions.rows)?),
        ("subgroups.csv", csv::subgroups(&report.subgroups)?),
        ("hypothesis.csv", csv::hypothesis(&report.exploratory)?),
        ("analysis.json", json::pretty(report)?),
    ])
}
