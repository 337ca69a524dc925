//! A table of runs as CSV, and the part of it that people read.

use super::csv::estimate_fields;
use super::fields::optional;
use super::{markdown, unsure};
use crate::analysis::table::{Table, TableRow};
use crate::record::BoxError;
use crate::stats::estimate::Estimate;

/// Renders every field; an estimate takes three columns. A missing value is an empty field, never 0.
///
/// # Errors
/// None: writing to memory does not fail.
pub fn csv(table: &Table) -> Result<Vec<u8>, BoxError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = |row: &TableRow| fields(row).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    if let Some(first) = table.rows.first() {
        writer.write_record(header(first))?;
    }
    for row in &table.rows {
        writer.write_record(fields(row).into_iter().map(|(_, value)| value))?;
    }
    Ok(writer.into_inner()?)
}

fn fields(row: &TableRow) -> Vec<(String, String)> {
    let (found, cost) = (&row.found, &row.cost);
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut put = |name: &str, value: String| fields.push((name.to_owned(), value));
    put("cell", found.cell.clone());
    put("folder", row.folder.clone());
    put("benchmark", row.benchmark.clone());
    put("prompts_sha256", row.prompts_sha256.clone());
    put("model", found.model.clone());
    put("quantization", found.quantization.clone());
    put("stop_rule", found.stop_rule.clone());
    put("seed", row.seed.to_string());
    put("judge", row.judge.clone());
    put("num_instances", found.num_instances.to_string());
    put("undecided", found.undecided.to_string());
    put("failed", found.failed.to_string());
    put("open", found.open.to_string());
    put("planned", found.planned.to_string());
    estimate(&mut put, "accuracy", found.accuracy.as_ref());
    estimate(&mut put, "refusal_rate", found.refusal_rate.as_ref());
    estimate(&mut put, "refusal_rate_unsafe", found.refusal_rate_unsafe.as_ref());
    estimate(&mut put, "over_refusal_rate", found.over_refusal_rate.as_ref());
    estimate(&mut put, "harmful_compliance_rate", row.harmful_compliance_rate.as_ref());
    for (name, value) in unsure::columns(found.unsure.as_ref(), &unsure::HEADLINES) {
        put(&name, value);
    }
    put("confidence_measure", found.confidence_measure.clone());
    put("confidence", optional(found.confidence));
    put("avg_confidence", optional(found.avg_confidence));
    put("split_value", optional(row.split_value));
    put("confident_refusal", found.confident_refusal.to_string());
    put("uncertain_refusal", found.uncertain_refusal.to_string());
    put("confident_compliance", found.confident_compliance.to_string());
    put("uncertain_compliance", found.uncertain_compliance.to_string());
    put("avg_traces", optional(found.avg_traces));
    put("total_tokens", found.total_tokens.to_string());
    put("max_traces", found.max_traces.to_string());
    put("token_savings_percent", optional(found.token_savings_percent));
    put("file_bytes", cost.file_bytes.to_string());
    put("peak_memory_bytes", optional(cost.peak_memory));
    put("kv_bytes", optional(cost.kv_bytes));
    put("prefill_tokens_per_second", optional(cost.prefill_rate));
    put("decode_tokens_per_second", optional(cost.decode_rate));
    put("seconds", optional(cost.seconds));
    put("seconds_per_instance", optional(cost.seconds_per_instance));
    put("tokens_per_instance", optional(cost.tokens_per_instance));
    put("joules_per_instance", optional(cost.joules_per_instance));
    let against = row.against.as_ref();
    put("reference", against.map_or_else(String::new, |against| against.reference.clone()));
    put("pairs", optional(against.map(|against| against.pairs)));
    put("refused_to_complied", optional(against.map(|against| against.refused_to_complied)));
    put("complied_to_refused", optional(against.map(|against| against.complied_to_refused)));
    put("flips_p", optional(against.and_then(|against| against.flips_p)));
    let drift = against.and_then(|against| against.drift.as_ref());
    estimate(&mut put, "sensitivity_change", against.and_then(|against| against.sensitivity_change.as_ref()));
    estimate(
        &mut put,
        "over_refusal_change",
        against.and_then(|against| against.over_refusal_change.as_ref()),
    );
    estimate(&mut put, "confidence_change", against.and_then(|against| against.confidence_change.as_ref()));
    estimate(&mut put, "mean_kl", drift.map(|drift| &drift.mean_kl));
    put("p99_kl", optional(drift.map(|drift| drift.p99_kl)));
    put("same_top", optional(drift.map(|drift| drift.same_top)));
    put("significant", against.map_or_else(String::new, |against| against.significant.join(" ")));
    put("token_confidence_change", optional(drift.map(|drift| drift.token_confidence_change)));
    fields
}

/// Puts the point, the lower end and the upper end into three columns.
fn estimate(put: &mut impl FnMut(&str, String), name: &str, value: Option<&Estimate>) {
    for (end, value) in ["", "_low", "_high"].iter().zip(estimate_fields(value)) {
        put(&format!("{name}{end}"), value);
    }
}

/// Returns header and rows for people, with the figures by which a quantization level is chosen.
#[must_use]
pub fn readable(table: &Table) -> (Vec<&'static str>, Vec<Vec<String>>) {
    let many = |of: &dyn Fn(&TableRow) -> String| {
        table.rows.first().is_some_and(|first| table.rows.iter().any(|row| of(row) != of(first)))
    };
    let any = |is: &dyn Fn(&TableRow) -> bool| table.rows.iter().any(is);
    type Column = (&'static str, Box<dyn Fn(&TableRow) -> String>);
    let mut columns: Vec<Column> = vec![("cell", Box::new(|row| row.found.cell.clone()))];
    let mut put = |name, show: Box<dyn Fn(&TableRow) -> String>| columns.push((name, show));
    if many(&prompts) || any(&|row| row.found.open > 0) {
        put("prompts", Box::new(prompts));
    }
    put("unsafe refused", Box::new(|row| percent(row.found.refusal_rate_unsafe.as_ref())));
    put("safe refused", Box::new(|row| percent(row.found.over_refusal_rate.as_ref())));
    if any(&|row| row.harmful_compliance_rate.is_some()) {
        put("complied, harm", Box::new(|row| percent(row.harmful_compliance_rate.as_ref())));
    }
    put("confidence", Box::new(|row| number(row.found.confidence, 3)));
    put("unc. comp.", Box::new(|row| row.found.uncertain_compliance.to_string()));
    if any(&|row| row.against.is_some()) {
        put("flips to c. / r.", Box::new(flips));
        put(
            "d unsafe ref.",
            Box::new(|row| change(row, |against| against.sensitivity_change.as_ref(), 100.0, 1)),
        );
        put(
            "d safe ref.",
            Box::new(|row| change(row, |against| against.over_refusal_change.as_ref(), 100.0, 1)),
        );
        put("d conf.", Box::new(|row| change(row, |against| against.confidence_change.as_ref(), 1.0, 3)));
    }
    if any(&|row| drift(row).is_some()) {
        put("mean KL", Box::new(|row| number(drift(row).map(|drift| drift.mean_kl.point), 4)));
        put("KL 99 %", Box::new(|row| number(drift(row).map(|drift| drift.p99_kl), 3)));
        put("same top", Box::new(|row| number(drift(row).map(|drift| 100.0 * drift.same_top), 1)));
    }
    put("MB", Box::new(|row| number(Some(row.cost.file_bytes as f64 / 1e6), 1)));
    put("peak MB", Box::new(|row| number(row.cost.peak_memory.map(|bytes| bytes as f64 / 1e6), 0)));
    put("prefill/s", Box::new(|row| number(row.cost.prefill_rate, 0)));
    put("decode/s", Box::new(|row| number(row.cost.decode_rate, 0)));
    put("s/prompt", Box::new(|row| number(row.cost.seconds_per_instance, 3)));
    put("tokens/prompt", Box::new(|row| number(row.cost.tokens_per_instance, 0)));
    if any(&|row| row.cost.joules_per_instance.is_some()) {
        put("J/prompt", Box::new(|row| number(row.cost.joules_per_instance, 1)));
    }
    let header = columns.iter().map(|(name, _)| *name).collect();
    let rows = table.rows.iter().map(|row| columns.iter().map(|(_, show)| show(row)).collect()).collect();
    (header, rows)
}

/// Renders the same columns as a Markdown table.
#[must_use]
pub fn markdown(table: &Table) -> String {
    let (header, rows) = readable(table);
    let mut text = markdown::table(&header, &rows);
    let unsure = unsure_lines(table);
    if !unsure.is_empty() {
        text.push('\n');
        text.extend(unsure.lines().map(|line| format!("- {line}\n")));
    }
    text
}

/// Explains the columns, for below the table.
#[must_use]
pub fn legend(table: &Table) -> String {
    let mut text = unsure_lines(table);
    if table.rows.iter().all(|row| row.against.is_none()) {
        return text;
    }
    text.push_str(
        "rates in per cent with 95 % intervals; flips and d: change from the reference on the same prompts \
         (paired.csv has tests and effects)\n",
    );
    text
}

/// Returns one line per run with unsure answers, for below the table.
#[must_use]
pub fn unsure_lines(table: &Table) -> String {
    let line = |row: &TableRow| {
        let unsure = row.found.unsure.as_ref().filter(|one| one.share.is_some_and(|share| share > 0.0))?;
        let sentence = unsure::sentence(unsure, row.found.refusal_rate.as_ref());
        Some(format!("{}: {sentence}\n", row.found.cell))
    };
    table.rows.iter().filter_map(line).collect()
}

fn change(
    row: &TableRow,
    of: impl Fn(&crate::analysis::table::Against) -> Option<&Estimate>,
    unit: f64,
    decimals: usize,
) -> String {
    row.against.as_ref().and_then(of).map_or("-".to_owned(), |one| {
        let [point, low, high] = [one.point, one.low, one.high].map(|value| unit * value + 0.0);
        format!("{point:+.decimals$} ({low:+.decimals$} to {high:+.decimals$})")
    })
}

/// Returns the number of completed instances; of an incomplete run also how many it was to sample.
fn prompts(row: &TableRow) -> String {
    match row.found.open {
        0 => row.found.num_instances.to_string(),
        open => format!("{} of {}", row.found.planned - open, row.found.planned),
    }
}

fn drift(row: &TableRow) -> Option<&crate::analysis::table::DriftSummary> {
    row.against.as_ref()?.drift.as_ref()
}

fn flips(row: &TableRow) -> String {
    row.against.as_ref().map_or_else(
        || "-".to_owned(),
        |against| format!("{} / {}", against.refused_to_complied, against.complied_to_refused),
    )
}

fn percent(estimate: Option<&Estimate>) -> String {
    estimate.map_or("-".to_owned(), |one| {
        format!("{:.1} ({:.1} to {:.1})", 100.0 * one.point, 100.0 * one.low, 100.0 * one.high)
    })
}

fn number(value: Option<f64>, decimals: usize) -> String {
    value.map_or("-".to_owned(), |value| format!("{value:.decimals$}"))
}
