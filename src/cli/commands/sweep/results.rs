//! What a sweep's cells say together: a table, and each held against its reference.

use std::path::Path;

use super::cells::{CellEnd, DRIFT, State, Sweep, state};
use super::folder_of;
use super::matrix::{self, CellPlan};
use crate::analysis::table::{Against, DriftSummary, Table};
use crate::cli::commands::drift::DriftFile;
use crate::cli::commands::paired;
use crate::cli::commands::table::row;
use crate::cli::printer::Printer;
use crate::cli::table as text_table;
use crate::export;
use crate::record::SCHEMA_VERSION;
use crate::store::atomic;

/// The tables of a sweep, by name.
pub const TABLES: [&str; 5] = ["table.json", "table.csv", "table.md", "paired.json", "paired.csv"];

/// Writes the tables over the cells that have a result, and prints them.
pub fn write(sweep: &Sweep, ends: &[CellEnd], printer: &Printer) -> anyhow::Result<()> {
    let cells = &sweep.file.cells;
    let is_complete =
        |cell: &&CellPlan| state(&folder_of(&sweep.path, &cell.name)).ok() == Some(State::Complete);
    let complete: Vec<&CellPlan> = cells.iter().filter(is_complete).collect();
    let pairs: Vec<_> = complete
        .iter()
        .filter_map(|cell| Some((matrix::reference(cells, cell)?, cell)))
        .filter(|(reference, _)| complete.contains(reference))
        .map(|(reference, cell)| {
            (folder_of(&sweep.path, &reference.name), folder_of(&sweep.path, &cell.name))
        })
        .collect();
    let reports = paired::pairs(&pairs, printer)?;
    let mut table = Table { schema_version: SCHEMA_VERSION, rows: Vec::new() };
    for cell in complete {
        let folder = folder_of(&sweep.path, &cell.name);
        let mut row = row(&folder, &[], printer)?;
        if let Some(report) = reports.iter().find(|report| report.cell == cell.name) {
            row.against = Some(Against::of(report, drift(&folder.join(DRIFT))?));
        }
        table.rows.push(row);
    }
    atomic::write(&sweep.path.join(TABLES[0]), &export::json::pretty(&table)?)?;
    atomic::write(&sweep.path.join(TABLES[1]), &export::table::csv(&table)?)?;
    atomic::write(&sweep.path.join(TABLES[2]), export::table::markdown(&table).as_bytes())?;
    atomic::write(&sweep.path.join(TABLES[3]), &export::paired::document(&reports)?)?;
    atomic::write(&sweep.path.join(TABLES[4]), &export::paired::table(&reports)?)?;
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
        printer.data(&export::table::legend(&table))?;
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
