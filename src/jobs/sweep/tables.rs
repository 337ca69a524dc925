//! The tables of a sweep: all cells, and each cell compared with its reference.

use std::path::Path;

use super::file::SweepFile;
use super::grid::{SweepCell, reference as reference_of};
use super::outcome::CellEnd;
use super::state::has_result;
use crate::analysis::paired::PairedReport;
use crate::analysis::table::{Against, DriftSummary, Table};
use crate::export;
use crate::jobs::context::Context;
use crate::jobs::drift::DriftFile;
use crate::jobs::error::JobError;
use crate::jobs::paired::pairs as pairs_of;
use crate::jobs::table::row;
use crate::record::SCHEMA_VERSION;
use crate::store::atomic;

/// File names of the tables.
pub const TABLES: [&str; 5] = ["table.json", "table.csv", "table.md", "paired.json", "paired.csv"];

/// Writes and returns the tables of the cells that have a result. Leaves out cells that cannot be read, and marks them in
/// `ends`.
pub fn write(
    path: &Path,
    file: &SweepFile,
    ends: &mut [CellEnd],
    known_drift: &dyn Fn(&SweepCell) -> Option<DriftFile>,
    context: &Context<'_>,
) -> Result<(Table, Vec<PairedReport>), JobError> {
    let cells = &file.cells;
    let mut table = Table { schema_version: SCHEMA_VERSION, rows: Vec::new() };
    let mut read: Vec<&SweepCell> = Vec::new();
    for cell in cells.iter().filter(|cell| has_result(&path.join(&cell.name))) {
        match row(&path.join(&cell.name), &[], context) {
            Ok(row) => {
                table.rows.push(row);
                read.push(cell);
            }
            Err(error) => {
                if let Some(end) = ends.iter_mut().find(|end| end.cell == *cell && end.trouble.is_none()) {
                    end.trouble = Some(error.to_string());
                }
            }
        }
    }
    let pairs: Vec<_> = read
        .iter()
        .filter_map(|cell| Some((reference_of(cells, cell)?, cell)))
        .filter(|(reference, _)| read.contains(reference))
        .map(|(reference, cell)| (path.join(&reference.name), path.join(&cell.name)))
        .collect();
    let reports = pairs_of(&pairs, context)?;
    for (row, cell) in table.rows.iter_mut().zip(&read) {
        let report = reports.iter().find(|report| report.cell == cell.name);
        row.against = report.map(|report| Against::of(report, known_drift(cell).and_then(summary)));
    }
    save(path, &table, &reports)?;
    Ok((table, reports))
}

fn save(path: &Path, table: &Table, reports: &[PairedReport]) -> Result<(), JobError> {
    let files = [
        export::json::pretty(table)?,
        export::table::csv(table)?,
        export::table::markdown(table).into_bytes(),
        export::paired::document(reports)?,
        export::paired::table(reports)?,
    ];
    for (name, bytes) in TABLES.iter().zip(files) {
        atomic::write(&path.join(name), &bytes)?;
    }
    Ok(())
}

fn summary(found: DriftFile) -> Option<DriftSummary> {
    // The first row of a report covers all tokens.
    let row = found.report.rows.into_iter().next();
    row.map(|row| DriftSummary {
        mean_kl: row.mean_kl,
        p99_kl: row.p99_kl,
        same_top: row.same_top,
        token_confidence_change: row.model_confidence - row.reference_confidence,
    })
}
