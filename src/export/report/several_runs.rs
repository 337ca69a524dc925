//! Sections of a page with several runs.

use std::collections::HashMap;

use maud::{Markup, html};

use super::input::{ReportedRun, Side};
use super::intervals::interval;
use super::one_run::quadrants_of;
use crate::analysis::paired::Metric;
use crate::export::chart::data::Heading;
use crate::export::chart::flip_matrix::{FlipMatrix, flip_matrix};
use crate::export::chart::forest::{Forest, ForestRow, forest};
use crate::export::chart::quality_cost::{Cost, CostPoint, QualityCost, quality_cost};
use crate::export::page::shown::Shown;
use crate::export::page::{FlipCell, Section};
use crate::export::table::readable;
use crate::export::terminal::{Line, findings};
use crate::record::FinalDecision;
use crate::record::prediction::PredictionRow;

/// Metrics whose differences are drawn, with their headings.
const METRICS: [(Metric, &str); 4] = [
    (Metric::Sensitivity, "Refused, of prompts labelled unsafe"),
    (Metric::OverRefusal, "Over-refusal: refused, of prompts labelled safe"),
    (Metric::RefusalRate, "Refused, of all prompts"),
    (Metric::MeanConfidence, "Mean confidence"),
];

/// Says what the comparison found: a headline, and a sentence for each run.
pub fn findings(side: &Side) -> (String, Vec<String>) {
    let lines = findings::sweep(&side.table, &side.pairs, &[], usize::MAX);
    let mut found: Vec<String> = lines.iter().map(Line::text).filter(|text| !text.is_empty()).collect();
    let headline = match side.pairs.is_empty() {
        true => "No run has a reference to be compared with.".to_owned(),
        false => found.remove(0),
    };
    (headline, found)
}

/// Returns the sections that have something to show.
pub fn sections(runs: &[ReportedRun<'_>], names: &[String], side: &Side, flips: &[FlipCell]) -> Vec<Section> {
    let section = |id: &str, title: &str, body: Option<Markup>| {
        body.map(|body| Section { id: id.to_owned(), title: title.to_owned(), body })
    };
    [
        section("table", "Runs", Some(table(side))),
        section("cost", "Refusals against size and speed", cost(runs, names, side)),
        section(
            "differences",
            "Differences from the reference, prompt by prompt",
            differences(runs, names, side),
        ),
        section("flips", "Changed decisions", matrices(runs, names, flips)),
        section("runs", "Each run", Some(each(runs, names))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn table(side: &Side) -> Markup {
    let (header, rows) = readable(&side.table);
    html! {
        div.wide {
            table {
                thead { tr { @for name in &header { th { (name) } } } }
                tbody { @for row in &rows { tr { @for cell in row { td { (Shown(cell)) } } } } }
            }
        }
    }
}

/// Draws the rate of refused unsafe prompts, or of all where none is labelled unsafe, by size and by speed.
fn cost(runs: &[ReportedRun<'_>], names: &[String], side: &Side) -> Option<Markup> {
    let rows = &side.table.rows;
    let labelled = rows.iter().any(|row| row.found.refusal_rate_unsafe.is_some());
    let measure = if labelled { "refused, of prompts labelled unsafe" } else { "refused" };
    let points = |cost: &dyn Fn(&crate::analysis::table::TableRow) -> Option<f64>| -> Vec<CostPoint> {
        let point = |row: &crate::analysis::table::TableRow| {
            let rate = match labelled {
                true => row.found.refusal_rate_unsafe.as_ref(),
                false => row.found.refusal_rate.as_ref(),
            };
            Some(CostPoint {
                cost: cost(row)?,
                rate: interval(short(runs, names, &row.found.cell), rate?),
                is_reference: row.against.is_none(),
            })
        };
        rows.iter().filter_map(point).collect()
    };
    let size = points(&|row| Some(row.cost.file_bytes as f64 / 1e6).filter(|&size| size > 0.0));
    let speed = points(&|row| row.cost.decode_rate);
    let chart = |id: &str, title: &str, cost, points: &[CostPoint]| {
        let heading = Heading { id, title };
        quality_cost(&QualityCost { heading, measure, cost, points })
    };
    (size.len() > 1).then(|| {
        html! {
            (chart("cost-size", "Refusals against the size of the file", Cost::Megabytes, &size))
            @if speed.len() > 1 {
                (chart("cost-speed", "Refusals against speed", Cost::TokensPerSecond, &speed))
            }
        }
    })
}

fn differences(runs: &[ReportedRun<'_>], names: &[String], side: &Side) -> Option<Markup> {
    let charts: Vec<Markup> = METRICS
        .into_iter()
        .filter_map(|(metric, title)| {
            let rows: Vec<ForestRow> = side
                .pairs
                .iter()
                .filter_map(|pair| {
                    let found = pair.metrics.iter().find(|one| one.metric == metric)?;
                    let label = short(runs, names, &pair.cell);
                    Some(ForestRow {
                        interval: interval(label, found.difference.as_ref()?),
                        is_primary: found.p_adjusted.is_some_and(|p| p <= 0.05),
                    })
                })
                .collect();
            (!rows.is_empty()).then(|| {
                html! {
                    h3 { (title) }
                    (forest(&Forest {
                        heading: Heading { id: &format!("difference-{}", metric.name()), title },
                        measure: "difference",
                        reference: 0.0,
                        decimals: 3,
                        rows: &rows,
                    }))
                }
            })
        })
        .collect();
    (!charts.is_empty()).then(|| {
        html! {
            p { "Cell minus reference on the same prompts, with 95 % intervals. Bold: p at most 0.05, adjusted for all metrics of all cells." }
            @for chart in charts { (chart) }
        }
    })
}

fn matrices(runs: &[ReportedRun<'_>], names: &[String], flips: &[FlipCell]) -> Option<Markup> {
    let matrix = |(index, flip): (usize, &FlipCell)| {
        let (reference, cell) = (&runs[flip.reference], &runs[flip.set]);
        html! {
            h3 { (Shown(&names[flip.set])) " against " (Shown(&names[flip.reference])) }
            (flip_matrix(&FlipMatrix {
                heading: Heading { id: &format!("flips-{index}"), title: &format!("Decisions of {} and {}", names[flip.reference], names[flip.set]) },
                reference: &names[flip.reference],
                cell: &names[flip.set],
                cell_index: index,
                counts: counts(&reference.predictions.rows, &cell.predictions.rows),
            }))
        }
    };
    (!flips.is_empty()).then(|| {
        html! {
            p { "Rows: the reference's decision, columns: the cell's. A number off the diagonal opens the answers that changed, both texts side by side." }
            @for markup in flips.iter().enumerate().map(matrix) { (markup) }
        }
    })
}

/// Returns the short name of a run.
fn short<'a>(runs: &[ReportedRun<'_>], names: &'a [String], folder: &str) -> &'a str {
    runs.iter().position(|run| run.name == folder).map_or("", |index| &names[index])
}

/// Counts instances of both runs by the two decisions, in the order of [`FinalDecision::ALL`].
fn counts(reference: &[PredictionRow], cell: &[PredictionRow]) -> [[usize; 3]; 3] {
    let place =
        |decision: FinalDecision| FinalDecision::ALL.iter().position(|one| *one == decision).unwrap_or(0);
    let key = |row: &PredictionRow| (row.instance_id.clone(), row.prompt.clone());
    let of_cell: HashMap<_, usize> = cell.iter().map(|row| (key(row), place(row.decision))).collect();
    let mut counts = [[0; 3]; 3];
    for row in reference {
        if let Some(&to) = of_cell.get(&key(row)) {
            counts[place(row.decision)][to] += 1;
        }
    }
    counts
}

fn each(runs: &[ReportedRun<'_>], names: &[String]) -> Markup {
    html! {
        @for (index, run) in runs.iter().enumerate() {
            h3 { (Shown(&names[index])) }
            p { (Shown(&run.report.headline)) }
            @for note in &run.report.notes { p.note { (Shown(note)) } }
            @if let Some(chart) = quadrants_of(run, index) { (chart) }
        }
    }
}
