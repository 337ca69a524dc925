//! End of a run: text for people, one line of JSON for scripts.

use std::path::Path;

use serde_json::json;

use super::printer::Printer;
use crate::export::terminal::ending::{self, Ending};
use crate::export::terminal::{Line, details};
use crate::jobs::{JobError, RunResult};

/// Name of the page of a run in its folder.
const PAGE: &str = "report.html";

/// Prints the end of a run.
///
/// # Errors
/// If stdout cannot be written.
pub fn show(path: &Path, result: &RunResult, printer: &Printer) -> Result<(), JobError> {
    printer.show(|width| text(path, result, printer.is_verbose(), width), || json(path, result))
}

fn text(path: &Path, result: &RunResult, is_verbose: bool, width: usize) -> Vec<Line> {
    let (folder, page) = (path.display().to_string(), path.join(PAGE));
    let shown = page.display().to_string();
    let ending = Ending {
        report: &result.report,
        rows: &result.predictions.rows,
        // Traces of other programs are a file.
        folder: path.is_dir().then_some(folder.as_str()),
        page: page.is_file().then_some(shown.as_str()),
    };
    let mut lines = ending::lines(&ending, width);
    if is_verbose {
        lines.push(Line::new());
        lines.extend(details::lines(&result.report, width));
    }
    lines
}

/// Returns the summary as JSON.
fn json(path: &Path, result: &RunResult) -> serde_json::Value {
    let report = &result.report;
    json!({
        "output": path.display().to_string(),
        "headline": report.headline,
        "notes": report.notes,
        "overall": report.overall,
        "unsure": report.unsure,
        "cascade": report.cascade,
        "split_value": report.split.value,
        "confidence_measure": report.confidence_measure,
        "categories": report.categories,
        "hypothesis_test": report.hypothesis_test,
        "primary": report.primary,
        "engine": result.ending.engine,
    })
}
