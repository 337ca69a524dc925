//! A run in a comparison.

use crate::analysis::options::ReportOptions;
use crate::record::prediction::PredictionRow;

/// A run in a comparison.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// Name of the run.
    pub name: &'a str,
    /// Decisions of the run; their quadrants are ignored.
    pub rows: &'a [PredictionRow],
    /// Options of the primary analysis.
    pub options: &'a ReportOptions,
}
