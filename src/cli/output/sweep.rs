//! End of a sweep, for people and for scripts.

use serde_json::json;

use super::printer::Printer;
use crate::export::terminal::{Line, findings, places, runs};
use crate::jobs::sweep::SweepOutcome;
use crate::jobs::{JobError, Status};

/// Prints the table of a sweep, what it found, and its failed cells.
///
/// # Errors
/// If stdout cannot be written.
pub fn show(outcome: &SweepOutcome, page: Option<&str>, printer: &Printer) -> Result<(), JobError> {
    let path = outcome.path.display().to_string();
    let failed: Vec<(&str, &str)> = outcome
        .ends
        .iter()
        .filter_map(|end| Some((end.cell.name.as_str(), end.trouble.as_deref()?)))
        .collect();
    let text = |width: usize| {
        let mut lines = runs::lines(&outcome.table, width);
        lines.push(Line::new());
        lines.extend(findings::sweep(&outcome.table, &outcome.reports, &failed, width));
        lines.extend(places(&path, page));
        lines
    };
    let errors = || failed.iter().map(|(cell, error)| json!({ "cell": cell, "error": error }));
    printer.show(text, || {
        json!({
            "output": path,
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
