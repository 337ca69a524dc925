//! Comparisons of runs, prompt by prompt.

use super::findings::compared;
use super::line::{Line, Tone, wrapped};
use super::table;
use crate::analysis::paired::{PairedReport, Transitions};
use crate::export::paired::{COLUMNS, in_words, sentences};
use crate::record::Category;

/// Renders one table per run, and sentences about all of them at the end.
#[must_use]
pub fn lines(reports: &[PairedReport], width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for report in reports {
        let mut said = sentences(report);
        if let Some(first) = said.first_mut() {
            *first = format!("{} against {}: {first}", report.cell, report.reference);
        }
        lines.extend(paragraphs(&said, width));
        lines.push(Line::new());
        let rows: Vec<Vec<String>> = report.metrics.iter().map(|metric| in_words(metric).to_vec()).collect();
        lines.extend(table::numbers(&COLUMNS, &rows, width));
        let absent = report.not_compared.iter();
        let absent = absent.map(|one| format!("{} is not compared: {}", one.metric.name(), one.why));
        lines.extend(paragraphs(&absent.collect::<Vec<_>>(), width));
        lines.push(Line::new());
        let mut said = vec!["differences that this number of pairs could have detected:".to_owned()];
        said.extend(report.metrics.iter().map(|one| format!("{}: {}", one.metric.name(), one.power)));
        let note = |one: &crate::analysis::paired::PairedMetric| {
            one.note.as_ref().map(|note| format!("note: {}: {note}", one.metric.name()))
        };
        said.extend(report.metrics.iter().filter_map(note));
        lines.extend(paragraphs(&said, width));
        if let Some(transitions) = &report.transitions {
            lines.extend(quadrants(transitions, width));
        }
        lines.push(Line::new());
    }
    if let Some(report) = reports.first() {
        let text = format!(
            "differences are run − reference; {} resamples of prompts, seed {}",
            report.resamples, report.seed
        );
        lines.extend(wrapped(Tone::Quiet, &text, width, 2));
    }
    lines.extend(compared(reports, width));
    lines
}

fn paragraphs(sentences: &[String], width: usize) -> Vec<Line> {
    sentences.iter().flat_map(|text| wrapped(Tone::Plain, text, width, 2)).collect()
}

fn quadrants(transitions: &Transitions, width: usize) -> Vec<Line> {
    let header: Vec<&str> =
        ["reference ↓ run →"].into_iter().chain(Category::ALL.map(Category::name)).collect();
    let row = |from: Category| {
        let moves = transitions.moves.iter().filter(|one| one.from == from);
        [from.name().to_owned()].into_iter().chain(moves.map(|one| one.count.to_string())).collect()
    };
    let split = transitions.split_value;
    let text = format!("quadrants, both divided at the reference's split, {split:.4}:");
    let mut lines = vec![Line::new()];
    lines.extend(wrapped(Tone::Plain, &text, width, 2));
    lines.extend(table::numbers(&header, &Category::ALL.map(row), width));
    lines
}
