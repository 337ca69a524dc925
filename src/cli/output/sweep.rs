//! Summary of a sweep, for people and for scripts.

use serde_json::json;

use super::printer::Printer;
use super::table;
use crate::export::table as rendered;
use crate::jobs::sweep::SweepOutcome;
use crate::jobs::{JobError, Status};

/// Prints the table of a sweep and its failed cells.
///
/// # Errors
/// If stdout cannot be written.
pub fn show(outcome: &SweepOutcome, printer: &Printer) -> Result<(), JobError> {
    let path = outcome.path.display();
    let failed: Vec<(&str, &str)> = outcome
        .ends
        .iter()
        .filter_map(|end| Some((end.cell.name.as_str(), end.trouble.as_deref()?)))
        .collect();
    let text = || {
        let (header, rows) = rendered::readable(&outcome.table);
        let (table, legend) = (table::render(&header, &rows), rendered::legend(&outcome.table));
        format!("{table}{legend}\nresults: {path}\n")
    };
    let errors = || failed.iter().map(|(cell, error)| json!({ "cell": cell, "error": error }));
    printer.show(text, || {
        json!({
            "output": path.to_string(),
            "cells": outcome.cells,
            "failed": errors().collect::<Vec<_>>(),
            "rows": outcome.table.rows,
        })
    })?;
    if !failed.is_empty() {
        printer.note(&format!("{} of {} cells failed:", failed.len(), outcome.cells));
        failed.iter().for_each(|(cell, error)| printer.note(&format!("  {cell}: {error}")));
    }
    if outcome.status == Status::Interrupted {
        printer.note(&format!("interrupted; continue with: safety-deepconf sweep --resume {path}"));
    }
    Ok(())
}
