//! The output folders of an analysis.

use std::collections::HashSet;
use std::path::PathBuf;

use super::request::AnalyzeRequest;
use crate::jobs::error::InputError;
use crate::store::folder::{JOURNAL, SOURCES};

/// Returns the output folders, after checking that none holds a run or is an input.
pub fn targets(request: &AnalyzeRequest) -> Result<Vec<PathBuf>, InputError> {
    let Some(output) = &request.output else { return Ok(Vec::new()) };
    let name = |path: &PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let targets: Vec<PathBuf> = match request.runs.len() {
        _ if request.is_pooled() => vec![output.clone()],
        1 => vec![output.clone()],
        _ => request.runs.iter().map(|run| output.join(name(run).unwrap_or_default())).collect(),
    };
    let mut seen = HashSet::new();
    for target in &targets {
        let refuse = |message: String, hint: &str| InputError { message, hint: Some(hint.to_owned()) };
        if !seen.insert(target) {
            let message =
                format!("two runs have the same name: both would be written to {}", target.display());
            return Err(refuse(message, "analyse them one at a time, each with its own --output"));
        }
        let holds_a_run = target.join(JOURNAL).exists() && !target.join(SOURCES).exists();
        if holds_a_run {
            let message = format!("{} holds a run, which an analysis does not replace", target.display());
            return Err(refuse(message, "choose another --output"));
        }
        let is_input = request.runs.iter().any(|run| match (run.canonicalize(), target.canonicalize()) {
            (Ok(run), Ok(target)) => run == target,
            _ => false,
        });
        if is_input {
            let message = format!("{} is both an input and the output", target.display());
            return Err(refuse(message, "choose another --output"));
        }
    }
    Ok(targets)
}
