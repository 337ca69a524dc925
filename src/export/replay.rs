//! Tables of a replay. A missing value is an empty field, never 0.

use std::path::Path;

use serde_json::{Value, json};

use super::csv::estimate_fields;
use super::fields::optional;
use crate::deepconf::stop::StopRule;
use crate::record::BoxError;
use crate::replay::{Decided, Replay, Setting, SettingResult, Stratum};

/// Columns that describe a setting.
pub const SETTING: [&str; 12] = [
    "rule", "min_traces", "max_traces", "tau", "eta", "percentile", "vote", "confidence", "window", "k",
    "max_tokens", "settle",
];

/// Returns the columns of a setting; parameters that change none of its decisions are empty.
#[must_use]
pub fn setting_fields(setting: &Setting) -> [String; 12] {
    let stop = &setting.policy.stop;
    let (mut tau, mut eta, mut percentile) = (None, None, None);
    let mut min_traces = Some(stop.min_traces());
    match *stop {
        StopRule::Fixed { .. } | StopRule::Settled { .. } => min_traces = None,
        StopRule::Consensus { tau: share, .. } => tau = Some(share),
        StopRule::AdaptiveConsistency { posterior, .. } => tau = Some(posterior),
        StopRule::DeepConf { eta: share, tau: consensus, .. } => (tau, eta) = (Some(consensus), Some(share)),
        StopRule::Percentile { percentile: value, .. } => percentile = Some(value),
    }
    let used = |is_used: bool, text: String| if is_used { text } else { String::new() };
    [
        stop.name().to_owned(),
        optional(min_traces),
        stop.max_traces().to_string(),
        optional(tau),
        optional(eta),
        optional(percentile),
        setting.policy.vote.to_string(),
        used(setting.uses_confidence(), setting.policy.confidence.name().to_owned()),
        used(setting.uses_window(), setting.policy.window.to_string()),
        used(setting.uses_k(), setting.k.to_string()),
        optional(setting.max_tokens),
        optional(setting.settle),
    ]
}

/// Returns the Pareto front of a run as JSON, for one line per run.
#[must_use]
pub fn front(run: &str, table: &Path, replay: &Replay) -> Value {
    let front: Vec<Value> = replay.results.iter().filter(|result| result.pareto).map(result_json).collect();
    json!({
        "run": run,
        "output": table.display().to_string(),
        "instances": replay.instances,
        "full_tokens": replay.full_tokens,
        "settings": replay.results.len(),
        "pareto": front,
    })
}

fn result_json(result: &SettingResult) -> Value {
    let mut row = serde_json::Map::new();
    for (name, value) in SETTING.iter().zip(setting_fields(&result.setting)) {
        if !value.is_empty() {
            row.insert((*name).to_owned(), value.into());
        }
    }
    for (name, value) in [
        ("traces", json!(result.traces)),
        ("tokens", json!(result.tokens)),
        ("token_savings_percent", json!(result.token_savings_percent)),
        ("agreement", json!(result.agreement)),
        ("sensitivity", json!(result.sensitivity)),
        ("specificity", json!(result.specificity)),
        ("accuracy", json!(result.accuracy)),
    ] {
        row.insert(name.to_owned(), value);
    }
    for (stratum, estimate) in Stratum::ALL.iter().zip(&result.strata) {
        row.insert(format!("agreement_{}", stratum.name()), json!(estimate));
    }
    Value::Object(row)
}

/// Renders `replay.csv`, one row per run and setting; an estimate takes three columns.
///
/// # Errors
/// None: writing to memory does not fail.
pub fn replays(runs: &[(String, Replay)]) -> Result<Vec<u8>, BoxError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let estimate = |name: &str| [name.to_owned(), format!("{name}_low"), format!("{name}_high")];
    let mut header: Vec<String> = vec!["run".to_owned()];
    header.extend(SETTING.map(str::to_owned));
    header.extend(
        [
            "instances",
            "left_out",
            "undecided",
            "traces",
            "traces_per_instance",
            "cut_traces",
            "tokens",
            "tokens_per_instance",
            "token_savings_percent",
        ]
        .map(str::to_owned),
    );
    header.extend(
        ["agreement", "sensitivity", "specificity", "accuracy"].iter().flat_map(|name| estimate(name)),
    );
    for stratum in Stratum::ALL {
        header.extend([format!("instances_{}", stratum.name()), format!("agreement_{}", stratum.name())]);
    }
    header.push("pareto".to_owned());
    writer.write_record(&header)?;
    for (run, replay) in runs {
        for result in &replay.results {
            writer.write_record(result_fields(run, result))?;
        }
    }
    Ok(writer.into_inner()?)
}

fn result_fields(run: &str, result: &SettingResult) -> Vec<String> {
    let per = |total: u64| optional((result.instances > 0).then(|| total as f64 / result.instances as f64));
    let mut fields = vec![run.to_owned()];
    fields.extend(setting_fields(&result.setting));
    fields.extend([
        result.instances.to_string(),
        result.left_out.to_string(),
        result.undecided.to_string(),
        result.traces.to_string(),
        per(result.traces),
        result.cut.to_string(),
        result.tokens.to_string(),
        per(result.tokens),
        optional(result.token_savings_percent),
    ]);
    for estimate in [&result.agreement, &result.sensitivity, &result.specificity, &result.accuracy] {
        fields.extend(estimate_fields(estimate.as_ref()));
    }
    for stratum in &result.strata {
        fields.push(stratum.as_ref().map_or(0, |one| one.n).to_string());
        fields.push(optional(stratum.as_ref().map(|one| one.point)));
    }
    fields.push(result.pareto.to_string());
    fields
}

/// Renders the decisions of a replay, one row per instance and setting. Settings follow their rows in
/// `replay.csv`.
///
/// # Errors
/// None: writing to memory does not fail.
pub fn decisions(run: &str, ids: &[&str], replay: &Replay) -> Result<Vec<u8>, BoxError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut header = vec!["run", "instance_id"];
    header.extend(SETTING);
    header.extend([
        "final_prediction", "refusal_rate", "num_traces_used", "cut_traces", "total_tokens", "stop_reason",
    ]);
    writer.write_record(&header)?;
    for (result, decisions) in replay.results.iter().zip(&replay.decisions) {
        let setting = setting_fields(&result.setting);
        for (id, decision) in ids.iter().zip(decisions) {
            let mut fields = vec![run.to_owned(), (*id).to_owned()];
            fields.extend(setting.clone());
            fields.extend(decision_fields(decision.as_ref()));
            writer.write_record(&fields)?;
        }
    }
    Ok(writer.into_inner()?)
}

fn decision_fields(decision: Option<&Decided>) -> [String; 6] {
    let Some(decided) = decision else { return Default::default() };
    [
        decided.prediction.name().to_owned(),
        optional(decided.refusal_rate),
        decided.traces.to_string(),
        decided.cut.to_string(),
        decided.tokens.to_string(),
        decided.reason.name().to_owned(),
    ]
}
