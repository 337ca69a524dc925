//! What the page is made of.

use crate::analysis::paired::PairedReport;
use crate::analysis::table::Table;
use crate::analysis::{Outcome, Predictions, Report};
use crate::record::manifest::Manifest;
use crate::replay::Replay;
use crate::settings::Settings;

/// A run as the page takes it.
pub struct ReportedRun<'a> {
    /// Name of its folder.
    pub name: &'a str,
    /// Model, benchmark, judge and settings.
    pub manifest: &'a Manifest<Settings>,
    /// Judges whose verdicts count, as the report names them.
    pub judge: &'a str,
    /// Its decisions.
    pub predictions: &'a Predictions,
    /// The report on them.
    pub report: &'a Report,
    /// Its traces.
    pub outcomes: &'a [Outcome],
    /// Its traces under other stop rules, if they were replayed.
    pub replay: Option<&'a Replay>,
}

/// Several runs and what they are compared with.
pub struct Side {
    /// Folders that were named.
    pub folders: Vec<String>,
    /// One row for each run.
    pub table: Table,
    /// Comparisons with references, prompt by prompt.
    pub pairs: Vec<PairedReport>,
    /// What a reader must know, in sentences.
    pub notes: Vec<String>,
}
