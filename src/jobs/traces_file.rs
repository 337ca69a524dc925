//! Reads a trace file of another program as a recorded run.

use std::path::Path;

use super::context::Context;
use super::error::{InputError, JobError};
use super::loaded_run::LoadedRun;
use crate::judge::{Judge, LearnedJudge};
use crate::model::digest::sha256_file;
use crate::record::SCHEMA_VERSION;
use crate::record::journal::Entry;
use crate::record::manifest::{BenchmarkFacts, JudgeFacts, Manifest, ModelFacts, Status};
use crate::settings::Settings;
use crate::store::external_traces;
use crate::system::host;

/// Reads a trace file (docs/files.md, "Traces of other programs"). The lexicon judges traces without a
/// verdict. `change` adjusts the analysis settings.
///
/// # Errors
/// Fails if a line is invalid; the message names file, line and field.
pub fn read(
    path: &Path,
    change: &dyn Fn(&mut Settings),
    context: &Context<'_>,
) -> Result<LoadedRun, JobError> {
    let name = path.display().to_string();
    let mut settings = Settings::new(&name);
    change(&mut settings);
    settings.check()?;
    let judge = LearnedJudge::default();
    let judged = |prompt: &str, answer: &str| judge.judge(prompt, answer);
    let found =
        external_traces::read(path, &judged, settings.analysis.window).map_err(|error| InputError {
            message: error.to_string(),
            hint: Some("docs/files.md describes the format under \"Traces of other programs\"".to_owned()),
        })?;
    for note in &found.notes {
        context.note(&format!("{name}: {note}"));
    }
    settings.benchmark.name = "traces".to_owned();
    settings.stop = found.stop;
    settings.max_tokens = found.most_tokens.max(1);
    let instances: Vec<_> = found
        .entries
        .iter()
        .filter_map(|entry| match entry {
            Entry::Instance(instance) => Some(instance.clone()),
            _ => None,
        })
        .collect();
    let sha256 = sha256_file(path)?;
    let now = jiff::Timestamp::now().to_string();
    let manifest = Manifest {
        schema_version: SCHEMA_VERSION,
        status: Status::Complete,
        started: now.clone(),
        finished: Some(now),
        model: ModelFacts { name, sha256: sha256.clone(), ..ModelFacts::default() },
        benchmark: BenchmarkFacts {
            name: "traces".to_owned(),
            file: path.file_name().map(|name| name.to_string_lossy().into_owned()),
            sha256: Some(sha256),
            more_files: Vec::new(),
            instances: instances.len(),
            sample: None,
            shard: None,
            notes: found.notes,
            prompts_sha256: crate::benchmark::fingerprint(&instances),
            hub: None,
        },
        judge: JudgeFacts {
            name: judge.name().to_owned(),
            patterns_sha256: None,
            harm: found.has_harm.then(|| "the file of traces".to_owned()),
        },
        settings,
        build: host::build_facts(),
        resumed_by: None,
        host: host::host_facts(),
        merged: Vec::new(),
        engine: None,
        process: None,
    };
    Ok(LoadedRun { path: path.to_owned(), folder: None, manifest, entries: found.entries })
}
