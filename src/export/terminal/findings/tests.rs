//! Sentences about hand-made comparisons.

use super::*;
use crate::analysis::comparison::ComparisonRow;
use crate::analysis::cost::Cost;
use crate::analysis::paired::{Direction, Effect, FlipCounts, Flips, RESAMPLES, SEED};
use crate::export::terminal::line::text;
use crate::stats::estimate::Estimate;
use crate::stats::multiple_testing::Correction;

fn estimate(point: f64, low: f64, high: f64) -> Estimate {
    Estimate { point, low, high, level: 0.95, n: 100, method: "paired".to_owned() }
}

/// A rate over 100 pairs of which `discordant` differ.
fn rate(metric: Metric, reference: f64, cell: f64, discordant: usize, p: f64) -> PairedMetric {
    let difference = cell - reference;
    PairedMetric {
        metric,
        n: 100,
        reference,
        cell,
        difference: Some(estimate(difference, difference - 0.09, difference + 0.1)),
        cell_only: Some(discordant / 2),
        reference_only: Some(discordant - discordant / 2),
        p: Some(p),
        p_method: "mcnemar_exact".to_owned(),
        p_adjusted: Some(p),
        effect: Effect::default(),
        power: String::new(),
        note: None,
    }
}

fn against(reference: &str, cell: &str, metrics: Vec<PairedMetric>) -> PairedReport {
    let none = || Direction { count: 0, instance_ids: Vec::new() };
    let counts = || FlipCounts {
        pairs: 0,
        refused_to_complied: none(),
        complied_to_refused: none(),
        odds_to_refused: None,
        p: 1.0,
    };
    PairedReport {
        schema_version: 3,
        reference: reference.to_owned(),
        cell: cell.to_owned(),
        pairs: 200,
        prompts: 200,
        left_out: Vec::new(),
        flips: Flips { all: counts(), labelled_unsafe: counts(), labelled_safe: counts() },
        metrics,
        not_compared: Vec::new(),
        correction: Correction::Holm,
        family: 12,
        transitions: None,
        resamples: RESAMPLES,
        seed: SEED,
    }
}

fn run(level: &str, megabytes: u64) -> TableRow {
    TableRow {
        folder: format!("out/{level}"),
        benchmark: "synthetic".to_owned(),
        prompts_sha256: String::new(),
        seed: 1,
        judge: "lexicon".to_owned(),
        split_value: None,
        harmful_compliance_rate: None,
        found: ComparisonRow {
            cell: format!("synthetic.m-{level}.s1"),
            model: format!("m-{level}.gguf"),
            quantization: level.to_owned(),
            stop_rule: "fixed".to_owned(),
            num_instances: 200,
            undecided: 0,
            failed: 0,
            open: 0,
            planned: 200,
            accuracy: None,
            refusal_rate: None,
            refusal_rate_unsafe: None,
            over_refusal_rate: None,
            unsure: None,
            confidence: None,
            avg_confidence: None,
            confidence_measure: "bottom10".to_owned(),
            avg_traces: None,
            total_tokens: 0,
            max_traces: 3,
            token_savings_percent: None,
            confident_refusal: 0,
            uncertain_refusal: 0,
            confident_compliance: 0,
            uncertain_compliance: 0,
        },
        cost: Cost { file_bytes: megabytes * 1_000_000, ..Cost::default() },
        against: None,
    }
}

fn table(rows: Vec<TableRow>) -> Table {
    Table { schema_version: 3, rows }
}

fn cell(level: &str) -> String {
    format!("synthetic.m-{level}.s1")
}

/// Refusals of unsafe and of safe prompts without a found change.
fn unchanged() -> Vec<PairedMetric> {
    vec![rate(Metric::Sensitivity, 0.8, 0.79, 10, 0.9), rate(Metric::OverRefusal, 0.2, 0.2, 0, 1.0)]
}

/// Fewer refusals of unsafe prompts.
fn lost() -> Vec<PairedMetric> {
    vec![rate(Metric::Sensitivity, 0.8, 0.363, 50, 0.000_1), rate(Metric::OverRefusal, 0.2, 0.2, 4, 1.0)]
}

fn levels() -> (Table, Vec<PairedReport>) {
    let rows = vec![run("F16", 1_000), run("Q8_0", 600), run("Q5_K_M", 412), run("Q4_0", 300)];
    let reports = [("Q8_0", unchanged()), ("Q5_K_M", unchanged()), ("Q4_0", lost())];
    (
        table(rows),
        reports.into_iter().map(|(level, found)| against(&cell("F16"), &cell(level), found)).collect(),
    )
}

#[test]
fn a_sweep_of_levels_ends_in_what_to_take() {
    let (table, reports) = levels();
    // The figure of power comes from Connor's formula, solved in stats::paired_power.
    let points = 100.0 * crate::stats::paired_power::smallest_difference(100, 0.1).unwrap();
    let found = text(&sweep(&table, &reports, &[], 500));
    let lines: Vec<&str> = found.lines().collect();
    assert_eq!(
        lines[0],
        format!(
            "Smallest level without a found loss: Q5_K_M, 412 MB (a loss below {points:.1} points may have been missed)."
        )
    );
    let none = format!(
        "no change found against F16 (unsafe prompts: could have shown {points:.1} points; none of 100 safe prompts \
         changed sides)."
    );
    assert_eq!(lines[1], format!("Q8_0: {none}"));
    assert_eq!(lines[2], format!("Q5_K_M: {none}"));
    assert_eq!(
        lines[3],
        "Q4_0: 43.7 points fewer refusals of unsafe prompts (33.7 to 52.7); no other change found (safe prompts: too \
         few of 100 changed sides to show anything)."
    );
    assert_eq!(
        lines[4],
        "found: p ≤ 0.05, adjusted by holm over 12 tests; could have shown: with power 80 % at α 0.05, not adjusted"
    );
    assert!(sweep(&table, &reports, &[], 80).iter().all(|line| line.width() <= 80));
    assert!(!found.contains("no change against"), "never a claim of equality");
}

#[test]
fn adjusted_values_decide() {
    let (table, mut reports) = levels();
    let sensitivity = &mut reports[2].metrics[0];
    (sensitivity.p, sensitivity.p_adjusted) = (Some(0.004), Some(0.06));
    let found = text(&sweep(&table, &reports, &[], 500));
    assert!(found.starts_with("Smallest level without a found loss: Q4_0, 300 MB"), "{found}");
    assert!(found.contains("Q4_0: no change found against F16"), "{found}");
    // More refusals of safe prompts are a loss; fewer are not.
    let over = &mut reports[2].metrics[1];
    *over = rate(Metric::OverRefusal, 0.2, 0.5, 40, 0.01);
    let found = text(&sweep(&table, &reports, &[], 500));
    assert!(found.starts_with("Smallest level without a found loss: Q5_K_M"), "{found}");
    assert!(found.contains("Q4_0: 30.0 points more refusals of safe prompts (21.0 to 40.0)"), "{found}");
    reports[2].metrics[1] = rate(Metric::OverRefusal, 0.5, 0.2, 40, 0.01);
    let found = text(&sweep(&table, &reports, &[], 500));
    assert!(found.starts_with("Smallest level without a found loss: Q4_0"), "{found}");
}

#[test]
fn what_is_incomplete_is_named_and_not_recommended() {
    let (mut table, mut reports) = levels();
    table.rows[2].found.open = 50;
    reports.remove(1);
    let failed = [("synthetic.m-Q2_K.s1", "exit status: 3\u{1b}[2J")];
    let found = text(&sweep(&table, &reports, &failed, 500));
    assert!(found.starts_with("Smallest level without a found loss: Q8_0, 600 MB"), "{found}");
    assert!(found.contains("Q5_K_M: incomplete, 150 of 200 prompts: not compared\n"), "{found}");
    assert!(found.contains("synthetic.m-Q2_K.s1: failed: exit status: 3\u{fffd}[2J\n"), "{found}");
}

#[test]
fn without_a_smaller_one_the_reference_is_named() {
    let (table, mut reports) = levels();
    reports.iter_mut().for_each(|report| report.metrics = lost());
    let found = text(&sweep(&table, &reports, &[], 500));
    assert!(
        found.starts_with("Smallest level without a found loss: the reference itself, F16, 1000 MB.\n"),
        "{found}"
    );
    // Policies of one model have no size to choose.
    let mut rows = vec![run("F16", 1_000), run("F16", 1_000)];
    rows[1].found.cell = "other".to_owned();
    rows[1].seed = 2;
    let seeds = super::sweep(
        &super::Table { schema_version: 3, rows },
        &[against(&cell("F16"), "other", unchanged())],
        &[],
        500,
    );
    assert!(text(&seeds).starts_with("seed 2: no change found against seed 1 ("), "{}", text(&seeds));
    assert!(sweep(&super::Table { schema_version: 3, rows: Vec::new() }, &[], &[], 80).is_empty());
}

#[test]
fn other_changes_are_named_and_prompts_without_labels_count_too() {
    let mut accuracy = rate(Metric::Accuracy, 0.8, 0.7, 20, 0.01);
    accuracy.p_adjusted = Some(0.02);
    let mut metrics = unchanged();
    metrics.push(accuracy);
    let labelled = text(&compared(&[against("a", "b", metrics)], 500));
    assert!(labelled.contains("; also changed: accuracy."), "{labelled}");
    let without = against("a", "b", vec![rate(Metric::RefusalRate, 0.4, 0.5, 20, 0.01)]);
    assert!(text(&compared(&[without], 500)).starts_with("b: 10.0 points more refusals (1.0 to 20.0).\n"));
}
