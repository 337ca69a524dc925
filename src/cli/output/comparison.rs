//! Several runs on the same prompts, for people.

use std::path::Path;

use super::table;
use super::values::{number, percent};
use crate::analysis::comparison::Comparison;
use crate::export::unsure::sentence;

/// Renders the summary of a comparison.
pub fn text(path: &Path, comparison: &Comparison) -> String {
    let header = [
        "cell", "accuracy", "unsafe refused", "safe refused", "traces", "tokens", "saved", "conf. ref.",
        "unc. ref.", "conf. comp.", "unc. comp.",
    ];
    let rows = comparison.cells.iter().map(|cell| {
        vec![
            cell.cell.clone(),
            percent(cell.accuracy.as_ref()),
            percent(cell.refusal_rate_unsafe.as_ref()),
            percent(cell.over_refusal_rate.as_ref()),
            number(cell.avg_traces, 2),
            cell.total_tokens.to_string(),
            format!("{} %", number(cell.token_savings_percent, 1)),
            cell.confident_refusal.to_string(),
            cell.uncertain_refusal.to_string(),
            cell.confident_compliance.to_string(),
            cell.uncertain_compliance.to_string(),
        ]
    });
    let mut text = table::render(&header, &rows.collect::<Vec<_>>());
    let measure = comparison.cells.first().map_or("", |cell| cell.confidence_measure.as_str());
    if let Some(split) = comparison.split_value {
        text.push_str(&format!(
            "confident: {measure} at or above {split:.4}, the first cell's split, in every cell\n"
        ));
    }
    for cell in &comparison.cells {
        if let Some(unsure) = &cell.unsure {
            text.push_str(&format!("{}: {}\n", cell.cell, sentence(unsure, cell.refusal_rate.as_ref())));
        }
    }
    text.push_str(&format!("\nresults: {}\n", path.display()));
    text
}
