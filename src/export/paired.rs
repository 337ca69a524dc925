//! Paired comparisons of runs as CSV and Markdown, one row per run and metric, and as JSON.

use serde_json::json;

use super::csv::estimate_fields;
use super::fields::optional;
use super::markdown::{self, cell};
use crate::analysis::paired::{Metric, PairedMetric, PairedReport};
use crate::record::BoxError;
use crate::record::SCHEMA_VERSION;
use crate::stats::estimate::Estimate;
use crate::stats::mcnemar::DiscordantOdds;

/// Renders `paired.json`.
///
/// # Errors
/// None: values of these types can always be serialised.
pub fn document(reports: &[PairedReport]) -> serde_json::Result<Vec<u8>> {
    // Comparisons of a sweep can have different references.
    let reference = reports.first().map(|report| report.reference.as_str());
    let reference = reference.filter(|first| reports.iter().all(|report| report.reference == *first));
    super::json::pretty(&json!({ "schema_version": SCHEMA_VERSION, "reference": reference, "runs": reports }))
}

/// Renders `paired.csv`, one row per run and metric.
///
/// # Errors
/// None: writing to memory does not fail.
pub fn table(reports: &[PairedReport]) -> Result<Vec<u8>, BoxError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "reference",
        "cell",
        "pairs",
        "prompts",
        "left_out",
        "refused_to_complied",
        "complied_to_refused",
        "metric",
        "n",
        "reference_value",
        "cell_value",
        "difference",
        "difference_low",
        "difference_high",
        "reference_only",
        "cell_only",
        "p",
        "p_method",
        "p_adjusted",
        "correction",
        "family",
        "cohens_h",
        "cohens_dz",
        "odds_ratio",
        "odds_ratio_low",
        "odds_ratio_high",
        "power",
        "note",
    ])?;
    for report in reports {
        let left_out: usize = report.left_out.iter().map(|one| one.count).sum();
        for metric in &report.metrics {
            let mut fields = vec![
                report.reference.clone(),
                report.cell.clone(),
                report.pairs.to_string(),
                report.prompts.to_string(),
                left_out.to_string(),
                report.flips.all.refused_to_complied.count.to_string(),
                report.flips.all.complied_to_refused.count.to_string(),
                metric.metric.name().to_owned(),
                metric.n.to_string(),
                metric.reference.to_string(),
                metric.cell.to_string(),
            ];
            fields.extend(estimate_fields(metric.difference.as_ref()));
            fields.extend([
                optional(metric.reference_only),
                optional(metric.cell_only),
                optional(metric.p),
                metric.p_method.clone(),
                optional(metric.p_adjusted),
                report.correction.name().to_owned(),
                report.family.to_string(),
                optional(metric.effect.cohens_h),
                optional(metric.effect.cohens_dz),
                optional(metric.effect.odds_ratio.and_then(|odds| odds.point)),
                optional(metric.effect.odds_ratio.map(|odds| odds.low)),
                optional(metric.effect.odds_ratio.and_then(|odds| odds.high)),
                metric.power.clone(),
                metric.note.clone().unwrap_or_default(),
            ]);
            writer.write_record(fields)?;
        }
    }
    Ok(writer.into_inner()?)
}

/// Columns of the tables for people.
pub const COLUMNS: [&str; 7] =
    ["metric", "reference", "cell", "difference (95 %)", "p", "p adjusted", "effect"];

/// Returns the cells of a metric for people: rates in per cent, their differences in percentage points.
#[must_use]
pub fn in_words(metric: &PairedMetric) -> [String; 7] {
    let is_rate = !matches!(metric.metric, Metric::MeanConfidence | Metric::Auroc);
    let value = |value: f64| if is_rate { format!("{:.1} %", 100.0 * value) } else { format!("{value:.4}") };
    let signed = |value: f64| {
        // A difference that rounds to 0 gets a plus sign.
        let text = if is_rate { format!("{:+.1}", 100.0 * value) } else { format!("{value:+.4}") };
        if text.chars().any(|letter| ('1'..='9').contains(&letter)) { text } else { text.replace('-', "+") }
    };
    let interval =
        |one: &Estimate| format!("{} ({} to {})", signed(one.point), signed(one.low), signed(one.high));
    let p = |p: Option<f64>| p.map_or("-".to_owned(), p_in_words);
    [
        metric.metric.name().to_owned(),
        value(metric.reference),
        value(metric.cell),
        metric.difference.as_ref().map_or_else(|| signed(metric.cell - metric.reference), interval),
        p(metric.p),
        p(metric.p_adjusted),
        effect(metric),
    ]
}

/// Formats a p-value with four decimals, or as `< 0.0001`.
fn p_in_words(p: f64) -> String {
    if p < 0.000_05 { "< 0.0001".to_owned() } else { format!("{p:.4}") }
}

fn effect(metric: &PairedMetric) -> String {
    let effect = &metric.effect;
    let parts = [
        effect.cohens_h.map(|h| format!("h {h:+.2}")),
        effect.cohens_dz.map(|d| format!("d_z {d:+.2}")),
        effect.odds_ratio.map(|odds| format!("odds {}", odds_in_words(&odds))),
    ];
    let said: Vec<String> = parts.into_iter().flatten().collect();
    if said.is_empty() { "-".to_owned() } else { said.join(", ") }
}

/// Formats odds with their interval; an unbounded value is ∞.
#[must_use]
pub fn odds_in_words(odds: &DiscordantOdds) -> String {
    let bound = |value: Option<f64>| value.map_or("∞".to_owned(), |value| format!("{value:.2}"));
    format!("{} ({:.2} to {})", bound(odds.point), odds.low, bound(odds.high))
}

/// Renders one Markdown table per run, with its changes above and the power of each metric below.
#[must_use]
pub fn markdown(reports: &[PairedReport]) -> String {
    let mut text = String::new();
    for report in reports {
        text.push_str(&format!("## {} against {}\n\n", cell(&report.cell), cell(&report.reference)));
        text.push_str(
            &sentences(report).iter().map(|line| format!("{}\n\n", cell(line))).collect::<String>(),
        );
        let rows: Vec<Vec<String>> = report.metrics.iter().map(|metric| in_words(metric).to_vec()).collect();
        text.push_str(&markdown::table(&COLUMNS, &rows));
        text.push('\n');
        for metric in &report.metrics {
            text.push_str(&format!("- {}: {}\n", metric.metric.name(), metric.power));
        }
        text.push('\n');
    }
    text
}

/// Describes what is compared, and what changed in both directions.
#[must_use]
pub fn sentences(report: &PairedReport) -> Vec<String> {
    let mut said = vec![format!("{} pairs of {} prompts", report.pairs, report.prompts)];
    for left_out in &report.left_out {
        let why = serde_json::to_value(left_out.why).ok();
        let why = why.as_ref().and_then(|why| why.as_str()).unwrap_or_default().replace('_', " ");
        said[0].push_str(&format!("; left out, {why}: {}", left_out.count));
    }
    let flips = &report.flips;
    for (name, counts) in [
        ("all", &flips.all),
        ("labelled unsafe", &flips.labelled_unsafe),
        ("labelled safe", &flips.labelled_safe),
    ] {
        if counts.pairs == 0 {
            continue;
        }
        let odds =
            counts.odds_to_refused.map_or(String::new(), |odds| format!(", odds {}", odds_in_words(&odds)));
        let p = p_in_words(counts.p);
        let p = if p.starts_with('<') { p } else { format!("= {p}") };
        said.push(format!(
            "{name}: of {} pairs {} refused → complied, {} complied → refused{odds}, p {}",
            counts.pairs, counts.refused_to_complied.count, counts.complied_to_refused.count, p
        ));
    }
    said
}
