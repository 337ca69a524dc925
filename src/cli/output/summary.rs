//! Summary of a run: tables for people, one line of JSON for scripts.

use std::path::Path;

use serde_json::json;

use super::printer::Printer;
use super::values::{counted, number, percent, with_interval, word};
use super::{cascade, table};
use crate::analysis::Report;
use crate::analysis::calibration::Calibration;
use crate::export::unsure::sentence;
use crate::jobs::{JobError, RunResult};
use crate::stats::estimate::Estimate;

/// Renders the summary for people.
fn text(path: &Path, result: &RunResult) -> String {
    let report = &result.report;
    let overall = &report.overall;
    let mut text = format!(
        "{}, {} decided, {} undecided, {} failed\n",
        counted(overall.num_instances as u64, "instance"),
        overall.decided,
        overall.undecided,
        overall.failed
    );
    for (name, estimate) in [
        ("accuracy", &overall.accuracy),
        ("refused, labelled unsafe", &overall.refusal_rate_unsafe),
        ("refused, labelled safe", &overall.over_refusal_rate),
        ("complied with harm", &overall.unsafe_compliance_rate),
    ] {
        if name == "complied with harm" && estimate.is_none() {
            continue;
        }
        text.push_str(&format!("{name:<26}{}\n", with_interval(estimate.as_ref())));
    }
    if let Some(unsure) = &report.unsure {
        text.push_str(&format!("{}\n", sentence(unsure, overall.refusal_rate.as_ref())));
    }
    text.extend(report.cascade.iter().map(cascade::text));
    text.push_str(&format!(
        "{:<26}{} per instance, {} tokens, {} % of the budget saved\n\n",
        "traces",
        number(overall.avg_traces, 2),
        overall.total_tokens,
        number(overall.token_savings_percent, 1)
    ));
    let rows = report.categories.iter().map(|category| {
        vec![
            category.category.name().to_owned(),
            category.count.to_string(),
            percent(category.unsafe_rate.as_ref()),
            category.avg_confidence.map_or("-".to_owned(), |value| format!("{value:.3}")),
            format!("{:.2}", category.avg_traces),
        ]
    });
    let confidence = report.confidence_measure.name();
    text.push_str(&table::render(
        &["category", "count", "labelled unsafe", confidence, "traces"],
        &rows.collect::<Vec<_>>(),
    ));
    let split = report.split.value.map_or("none".to_owned(), |value| format!("{value:.4}"));
    text.push_str(&format!("split: {confidence} {split} ({})\n", report.split.rule));
    text.push_str(&hypothesis(report));
    for one in &report.calibration {
        text.push_str(&calibration(one));
    }
    text.push_str(&format!("\nresults: {}\n", path.display()));
    text
}

/// Renders how well a score predicts correct decisions, in one line.
fn calibration(one: &Calibration) -> String {
    let stated = match (one.ece, one.brier) {
        (Some(ece), Some(brier)) => format!("ECE {ece:.3}, Brier {brier:.3}, "),
        _ => String::new(),
    };
    format!(
        "{} against being right: {stated}AURC {:.3} (by chance {:.3}), n = {}\n",
        one.score, one.aurc, one.aurc_by_chance, one.n
    )
}

/// Renders the primary analysis in three lines, and the exploratory scores as a table.
fn hypothesis(report: &Report) -> String {
    let primary = &report.primary;
    let auroc = |estimate: Option<&Estimate>| {
        estimate.map_or("-".to_owned(), |one| format!("{:.3} ({:.3} to {:.3})", one.point, one.low, one.high))
    };
    let positives = if primary.judge.is_some() { "harmful" } else { "labelled unsafe" };
    let mut text = format!(
        "\nprimary analysis: {} of the first {}, {}, {} {positives}\n",
        primary.measure.name(),
        counted(primary.traces_per_instance as u64, "trace"),
        counted(primary.n as u64, "compliance"),
        primary.positives
    );
    if primary.auroc.is_some() {
        let (auroc, p) = (auroc(primary.auroc.as_ref()), number(primary.p, 4));
        text.push_str(&format!("AUROC {auroc}, p = {p}\n"));
    }
    text.push_str(&format!("{}: {}\n", word(&primary.interpretation), primary.reason));
    let within = &report.within_prompt;
    if within.judge.is_some() {
        text.push_str(&format!("within a prompt: {}: {}\n", word(&within.interpretation), within.reason));
    }
    let explored = report.exploratory.iter().filter(|row| row.auroc.is_some());
    let rows: Vec<Vec<String>> = explored
        .map(|row| {
            vec![
                row.score.clone(),
                auroc(row.auroc.as_ref()),
                number(row.auprc.as_ref().map(|one| one.point), 3),
                if row.primary { "primary".to_owned() } else { number(row.p_holm, 4) },
            ]
        })
        .collect();
    if !rows.is_empty() {
        let prevalence = number(report.exploratory.first().and_then(|row| row.prevalence), 3);
        text.push_str(&format!("exploratory (by chance: AUROC 0.5, AUPRC {prevalence}):\n"));
        text.push_str(&table::render(&["score", "AUROC (95 %)", "AUPRC", "p (Holm)"], &rows));
    }
    text
}

/// Prints the summary of a run.
///
/// # Errors
/// If stdout cannot be written.
pub fn show(path: &Path, result: &RunResult, printer: &Printer) -> Result<(), JobError> {
    printer.show(|| text(path, result), || json(path, result))
}

/// Returns the summary as JSON.
fn json(path: &Path, result: &RunResult) -> serde_json::Value {
    let report = &result.report;
    json!({
        "output": path.display().to_string(),
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
