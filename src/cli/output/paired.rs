//! Comparisons of runs, prompt by prompt, for people.

use super::table;
use crate::analysis::paired::{PairedReport, Transitions};
use crate::export::paired::{COLUMNS, in_words, sentences};
use crate::record::Category;

/// Renders one table per run.
pub fn text(reports: &[PairedReport]) -> String {
    let mut text = String::new();
    for report in reports {
        text.push_str(&format!("{} against {}: ", report.cell, report.reference));
        for line in sentences(report) {
            text.push_str(&format!("{line}\n"));
        }
        text.push('\n');
        let rows: Vec<Vec<String>> = report.metrics.iter().map(|metric| in_words(metric).to_vec()).collect();
        text.push_str(&table::render(&COLUMNS, &rows));
        for absent in &report.not_compared {
            text.push_str(&format!("{} is not compared: {}\n", absent.metric.name(), absent.why));
        }
        text.push_str("\ndifferences that this number of pairs could have detected:\n");
        for metric in &report.metrics {
            text.push_str(&format!("  {}: {}\n", metric.metric.name(), metric.power));
        }
        for metric in &report.metrics {
            if let Some(note) = &metric.note {
                text.push_str(&format!("note: {}: {note}\n", metric.metric.name()));
            }
        }
        if let Some(transitions) = &report.transitions {
            text.push_str(&quadrants(transitions));
        }
        text.push('\n');
    }
    if let Some(report) = reports.first() {
        text.push_str(&format!(
            "differences are run − reference; {} resamples of prompts, seed {}; p adjusted by {} over {} tests\n",
            report.resamples,
            report.seed,
            report.correction.name(),
            report.family
        ));
    }
    text
}

fn quadrants(transitions: &Transitions) -> String {
    let header: Vec<&str> =
        ["reference ↓ run →"].into_iter().chain(Category::ALL.map(Category::name)).collect();
    let row = |from: Category| {
        let moves = transitions.moves.iter().filter(|one| one.from == from);
        [from.name().to_owned()].into_iter().chain(moves.map(|one| one.count.to_string())).collect()
    };
    format!(
        "\nquadrants, both divided at the reference's split, {:.4}:\n{}",
        transitions.split_value,
        table::render(&header, &Category::ALL.map(row))
    )
}
