//! One run of a comparison.

use crate::analysis::options::ReportOptions;
use crate::record::prediction::PredictionRow;

/// One run as it is read.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its decisions; the quadrants in them are not looked at.
    pub rows: &'a [PredictionRow],
    /// How the primary analysis reads it.
    pub options: &'a ReportOptions,
}
