//! The result of a sweep.

use std::path::PathBuf;

use super::grid::SweepCell;
use crate::analysis::paired::PairedReport;
use crate::analysis::table::Table;
use crate::jobs::status::Status;

/// The ending of a cell.
#[derive(Clone, Debug)]
pub struct CellEnd {
    /// The cell.
    pub cell: SweepCell,
    /// Reason for a missing result.
    pub trouble: Option<String>,
}

/// The result of a sweep.
#[derive(Clone, Debug)]
pub struct SweepOutcome {
    /// Folder of the sweep.
    pub path: PathBuf,
    /// Number of all cells.
    pub cells: usize,
    /// Endings of the cells that were carried out.
    pub ends: Vec<CellEnd>,
    /// Table of the cells that have a result.
    pub table: Table,
    /// Comparisons of the cells with their references.
    pub reports: Vec<PairedReport>,
    /// How the sweep ended.
    pub status: Status,
}
