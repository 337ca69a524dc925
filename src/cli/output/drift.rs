//! Drift of a model from a reference, for people.

use crate::export::terminal::{Line, Text};
use crate::jobs::drift::DriftFile;

/// Renders the table of divergences.
pub fn text(found: &DriftFile, width: usize) -> Vec<Line> {
    let mut text = Text::new(width);
    text.say(&format!(
        "{} compared with {}, on {}: {} texts, KL over {} tokens of vocabulary",
        found.model.file, found.reference.file, found.texts, found.report.rows[0].texts, found.vocabulary
    ));
    let rows: Vec<Vec<String>> = found
        .report
        .rows
        .iter()
        .map(|row| {
            vec![
                row.tokens.clone(),
                row.n.to_string(),
                format!("{:.5} ({:.5} to {:.5})", row.mean_kl.point, row.mean_kl.low, row.mean_kl.high),
                format!("{:.5}", row.median_kl),
                format!("{:.4}", row.p99_kl),
                format!("{:.2} %", 100.0 * row.same_top),
                format!("{:+.4}", row.log_probability_change),
                format!("{:.3}", row.reference_confidence),
                format!("{:+.3}", row.model_confidence - row.reference_confidence),
            ]
        })
        .collect();
    let header =
        ["tokens", "n", "mean KL (95 %)", "median", "99 %", "same top", "d ln p", "confidence", "change"];
    text.numbers(&header, &rows);
    if let Some(measure) = &found.report.measure {
        let change = &measure.change;
        text.say(&format!(
            "{}: {:.4}, by the reference {:.4}: {:+.4} ({:+.4} to {:+.4})",
            measure.measure.name(),
            measure.model,
            measure.reference,
            change.point,
            change.low,
            change.high
        ));
    }
    text.done()
}
