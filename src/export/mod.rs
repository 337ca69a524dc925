//! Reports in, bytes out. The same report gives the same bytes.

pub mod comparison;
pub mod csv;
mod fields;
pub mod json;
pub mod paired;
pub mod replay;
pub mod table;
pub mod unsure;

use crate::analysis::{Predictions, Report};
use crate::record::BoxError;

/// The rendered files of a run folder, by name.
///
/// # Errors
/// If a value cannot be serialized, which no value of these types does.
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
