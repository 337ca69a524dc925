//! Pools several runs into one analysis.

use serde_json::json;

use super::part::Part;
use super::request::AnalyzeRequest;
use crate::deepconf::TOP_K;
use crate::deepconf::stop::StopRule;
use crate::export;
use crate::jobs::error::{InputError, JobError};
use crate::settings::Settings;

/// Settings of a pooled analysis.
pub struct Pooled {
    /// The first part's settings, with a stop rule whose budgets cover all parts. Each part is still decided by
    /// its own rule.
    pub settings: Settings,
    /// Sentences for the report: first what was pooled, then what makes the parts hard to compare. Empty for one
    /// part.
    pub notes: Vec<String>,
}

/// Combines the settings of the parts.
///
/// # Errors
/// Fails if the parts have different analysis settings.
pub fn pooled(parts: &[Part]) -> Result<Pooled, InputError> {
    let first = &parts[0];
    let mut settings = first.settings.clone();
    let mut notes = Vec::new();
    if parts.len() > 1 {
        let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
        notes.push(format!("pooled from {} runs: {}", parts.len(), names.join(", ")));
    }
    for part in &parts[1..] {
        let (a, b) = (&first.loaded.manifest, &part.loaded.manifest);
        if first.settings.analysis != part.settings.analysis {
            return Err(InputError {
                message: format!("{} and {} have different analysis settings", first.name, part.name),
                hint: Some("set --confidence, --window, --vote and --split for all runs".to_owned()),
            });
        }
        let differences: Vec<&str> = [
            ("model", a.model.sha256 == b.model.sha256),
            ("judge", a.judge.name == b.judge.name && a.judge.harm == b.judge.harm),
            ("chat settings", a.settings.chat == b.settings.chat),
            ("sampling", a.settings.sampling == b.settings.sampling),
            ("--max-tokens", a.settings.max_tokens == b.settings.max_tokens),
        ]
        .into_iter()
        .filter(|(_, is_same)| !is_same)
        .map(|(what, _)| what)
        .collect();
        if !differences.is_empty() {
            notes.push(format!(
                "{} and {} differ in {}: their confidences are not comparable",
                first.name,
                part.name,
                differences.join(", ")
            ));
        }
        let (one, other) = (settings.stop, part.settings.stop);
        if one != other {
            let (min_traces, max_traces) =
                (one.min_traces().min(other.min_traces()), one.max_traces().max(other.max_traces()));
            settings.stop = match one.online().or(other.online()) {
                Some((eta, _)) => StopRule::DeepConf { eta, tau: 1.0, warm_up: min_traces, max_traces },
                None => StopRule::Consensus { tau: 1.0, min_traces, max_traces, settled: false },
            };
        }
    }
    Ok(Pooled { settings, notes })
}

/// Returns `sources.json`: the runs and settings of an analysis.
pub fn sources(parts: &[Part], settings: &Settings, request: &AnalyzeRequest) -> Result<Vec<u8>, JobError> {
    let runs: Vec<_> = parts
        .iter()
        .map(|part| {
            let manifest = &part.loaded.manifest;
            json!({
                "run": part.loaded.path,
                "name": part.name,
                "model": manifest.model,
                "benchmark": manifest.benchmark,
                "judge": manifest.judge,
                "stop": part.settings.stop,
            })
        })
        .collect();
    let k = request.k.unwrap_or(TOP_K);
    Ok(export::json::pretty(
        &json!({ "reading": settings.analysis, "k": k, "intervals": request.intervals, "runs": runs }),
    )?)
}
