//! What a sweep's cells say together: a table, and each held against its reference.

use std::path::Path;

use super::cells::{CellEnd, DRIFT, State, Sweep, state};
use super::{folder_of, matrix};
use crate::analysis::table::{Against, DriftSummary, Table};
use crate::cli::commands::drift::DriftFile;
use crate::cli::commands::table::{Rows, row};
use crate::cli::printer::Printer;
use crate::cli::table as text_table;
use crate::export;
use crate::record::SCHEMA_VERSION;
use crate::store::atomic;

/// The tables of a sweep, by name.
pub const TABLES: [&str; 3] = ["table.json", "table.csv", "table.md"];

/// Writes the tables over the cells that have a result, and prints them.
pub fn write(sweep: &Sweep, ends: &[CellEnd], printer: &Printer) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    for cell in &sweep.file.cells {
        let folder = folder_of(&sweep.path, &cell.name);
        if state(&folder).ok() == Some(State::Complete) {
            rows.push(row(&folder, printer)?);
        }
    }
    let mut table = Table { schema_version: SCHEMA_VERSION, rows: Vec::new() };
    for read in &rows {
        let mut row = read.row.clone();
        let plan = sweep.file.cells.iter().find(|cell| cell.name == row.found.cell);
        let reference = plan.and_then(|plan| matrix::reference(&sweep.file.cells, plan));
        if let Some(reference) =
            reference.and_then(|plan| rows.iter().find(|other| other.row.found.cell == plan.name))
        {
            row.against = Some(Against {
                drift: drift(&folder_of(&sweep.path, &row.found.cell).join(DRIFT))?,
                ..against(reference, read)
            });
        }
        table.rows.push(row);
    }
    atomic::write(&sweep.path.join(TABLES[0]), &export::json::pretty(&table)?)?;
    atomic::write(&sweep.path.join(TABLES[1]), &export::table::csv(&table)?)?;
    atomic::write(&sweep.path.join(TABLES[2]), export::table::markdown(&table).as_bytes())?;
    if printer.is_json() {
        let failed: Vec<_> = ends
            .iter()
            .filter_map(|end| {
                let error = end.trouble.as_ref()?;
                Some(serde_json::json!({ "cell": end.plan.name, "error": error }))
            })
            .collect();
        let line = serde_json::json!({
            "output": sweep.path.display().to_string(),
            "cells": sweep.file.cells.len(),
            "failed": failed,
            "rows": table.rows,
        });
        printer.data(&format!("{line}\n"))?;
    } else {
        let (header, rows) = export::table::readable(&table);
        printer.data(&text_table::render(&header, &rows))?;
        printer.data(&format!("\nresults: {}\n", sweep.path.display()))?;
    }
    Ok(())
}

fn drift(path: &Path) -> anyhow::Result<Option<DriftSummary>> {
    if !path.is_file() {
        return Ok(None);
    }
    let found: DriftFile = serde_json::from_str(&fs_err::read_to_string(path)?)?;
    Ok(found.report.rows.into_iter().next().map(|row| DriftSummary {
        mean_kl: row.mean_kl,
        p99_kl: row.p99_kl,
        same_top: row.same_top,
        token_confidence_change: row.model_confidence - row.reference_confidence,
    }))
}

/// Flips and confidence on the same instances.
fn against(reference: &Rows, other: &Rows) -> Against {
    // Filled by the paired statistics.
    let _ = other;
    Against { reference: reference.row.found.cell.clone(), ..Against::default() }
}
