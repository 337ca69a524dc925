//! `report.html`: one run, or several side by side, as a page to look at.
//!
//! `one_run` and `several_runs` turn results into sections with charts, `answers` the records into what the page
//! unfolds. The same results give the same bytes.

mod answers;
mod curves;
mod input;
mod intervals;
mod one_run;
mod several_runs;
mod traces;

use super::chart;
use super::page::{self, AnswerSet, FlipCell, Page};
use super::terminal::level_names::names;
pub use input::{ReportedRun, Side};

use crate::settings::command::{command_line, quote};

/// Renders the page of one run.
#[must_use]
pub fn run(run: &ReportedRun<'_>) -> Vec<u8> {
    let manifest = run.manifest;
    let title = format!("{} on {}", manifest.model.file, manifest.benchmark.name);
    page::render(&Page {
        title: &title,
        headline: &run.report.headline,
        notes: &run.report.notes,
        command: &command_line(&manifest.settings),
        style: &style(),
        sections: &one_run::sections(run),
        answers: &[answers::answers(run)],
        flips: &[],
    })
}

/// Renders the page of several runs.
#[must_use]
pub fn runs(runs: &[ReportedRun<'_>], side: &Side) -> Vec<u8> {
    let names = names(&side.table.rows);
    let position = |name: &str| runs.iter().position(|run| run.name == name);
    let flips: Vec<FlipCell> = side
        .pairs
        .iter()
        .filter_map(|pair| {
            let (set, reference) = (position(&pair.cell)?, position(&pair.reference)?);
            Some(FlipCell { name: names[set].clone(), set, reference })
        })
        .collect();
    let (headline, found) = several_runs::findings(side);
    let notes: Vec<String> = found.into_iter().chain(side.notes.iter().cloned()).collect();
    page::render(&Page {
        title: &format!("{} runs side by side", runs.len()),
        headline: &headline,
        notes: &notes,
        command: &format!("safety-deepconf report {}", quoted(&side.folders)),
        style: &style(),
        sections: &several_runs::sections(runs, &names, side, &flips),
        answers: &runs
            .iter()
            .zip(&names)
            .map(|(run, name)| AnswerSet { name: name.clone(), ..answers::answers(run) })
            .collect::<Vec<_>>(),
        flips: &flips,
    })
}

fn style() -> String {
    format!("{}{}", chart::STYLE, include_str!("report.css"))
}

fn quoted(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| quote(word)).collect();
    words.join(" ")
}
