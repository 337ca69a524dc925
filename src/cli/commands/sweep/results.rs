//! What a sweep's cells say together: a table, and each held against its reference.

use super::cells::{CellEnd, Sweep, has_result};
use super::folder_of;
use super::matrix::{self, CellPlan};
use crate::analysis::paired::PairedReport;
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

/// Writes the tables over the cells that have a result, and prints them. A cell that cannot be read is marked in
/// `ends`, and left out.
pub fn write(sweep: &Sweep, ends: &mut [CellEnd], printer: &Printer) -> anyhow::Result<()> {
    let cells = &sweep.file.cells;
    let mut table = Table { schema_version: SCHEMA_VERSION, rows: Vec::new() };
    let mut read: Vec<&CellPlan> = Vec::new();
    for cell in cells.iter().filter(|cell| has_result(&folder_of(&sweep.path, &cell.name))) {
        match row(&folder_of(&sweep.path, &cell.name), &[], printer) {
            Ok(row) => {
                table.rows.push(row);
                read.push(cell);
            }
            Err(error) => {
                if let Some(end) = ends.iter_mut().find(|end| end.plan == *cell && end.trouble.is_none()) {
                    end.trouble = Some(format!("{error:#}"));
                }
            }
        }
    }
    let pairs: Vec<_> = read
        .iter()
        .filter_map(|cell| Some((matrix::reference(cells, cell)?, cell)))
        .filter(|(reference, _)| read.contains(reference))
        .map(|(reference, cell)| {
            (folder_of(&sweep.path, &reference.name), folder_of(&sweep.path, &cell.name))
        })
        .collect();
    let reports = paired::pairs(&pairs, printer)?;
    for (row, cell) in table.rows.iter_mut().zip(&read) {
        let report = reports.iter().find(|report| report.cell == cell.name);
        row.against = report.map(|report| Against::of(report, sweep.known_drift(cell).and_then(summary)));
    }
    save(sweep, &table, &reports)?;
    show(sweep, &table, ends, printer)
}

fn save(sweep: &Sweep, table: &Table, reports: &[PairedReport]) -> anyhow::Result<()> {
    let files = [
        export::json::pretty(table)?,
        export::table::csv(table)?,
        export::table::markdown(table).into_bytes(),
        export::paired::document(reports)?,
        export::paired::table(reports)?,
    ];
    for (name, bytes) in TABLES.iter().zip(files) {
        atomic::write(&sweep.path.join(name), &bytes)?;
    }
    Ok(())
}

fn show(sweep: &Sweep, table: &Table, ends: &[CellEnd], printer: &Printer) -> anyhow::Result<()> {
    if printer.is_json() {
        let trouble = |end: &CellEnd| {
            let error = end.trouble.as_ref()?;
            Some(serde_json::json!({ "cell": end.plan.name, "error": error }))
        };
        let line = serde_json::json!({
            "output": sweep.path.display().to_string(),
            "cells": sweep.file.cells.len(),
            "failed": ends.iter().filter_map(trouble).collect::<Vec<_>>(),
            "rows": table.rows,
        });
        printer.data(&format!("{line}\n"))?;
        return Ok(());
    }
    let (header, rows) = export::table::readable(table);
    printer.data(&text_table::render(&header, &rows))?;
    printer.data(&export::table::legend(table))?;
    printer.data(&format!("\nresults: {}\n", sweep.path.display()))?;
    Ok(())
}

fn summary(found: DriftFile) -> Option<DriftSummary> {
    // A report has the row over all tokens first.
    let row = found.report.rows.into_iter().next();
    row.map(|row| DriftSummary {
        mean_kl: row.mean_kl,
        p99_kl: row.p99_kl,
        same_top: row.same_top,
        token_confidence_change: row.model_confidence - row.reference_confidence,
    })
}
