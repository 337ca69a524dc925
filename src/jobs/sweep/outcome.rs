//! What came of a sweep.

use std::path::PathBuf;

use super::grid::SweepCell;
use crate::analysis::table::Table;
use crate::jobs::status::Status;

/// What became of a cell.
#[derive(Clone, Debug)]
pub struct CellEnd {
    /// The cell.
    pub cell: SweepCell,
    /// Why it has no result.
    pub trouble: Option<String>,
}

/// A sweep that ended.
#[derive(Clone, Debug)]
pub struct SweepOutcome {
    /// Its folder.
    pub path: PathBuf,
    /// Cells in all.
    pub cells: usize,
    /// What became of those that were carried out.
    pub ends: Vec<CellEnd>,
    /// The cells that have a result.
    pub table: Table,
    /// Whether all is done.
    pub status: Status,
}
