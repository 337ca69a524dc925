//! Merges the shards of a run into what one run would have written.
//!
//! ```no_run
//! use std::sync::atomic::AtomicBool;
//! use safety_deepconf::jobs::merge::{MergeRequest, merge};
//! use safety_deepconf::jobs::{Context, Silent};
//!
//! let cancel = AtomicBool::new(false);
//! let context = Context { notify: &Silent, cancel: &cancel, offline: true };
//! let shards = ["results/s1", "results/s2"].map(Into::into).to_vec();
//! let merged = merge(&MergeRequest { shards, output: "results/all".into(), overwrite: false }, &context)?;
//! println!("{} instances decided", merged.ending.decided);
//! # Ok::<(), safety_deepconf::jobs::JobError>(())
//! ```

use std::path::{Path, PathBuf};

use super::active_run::RunResult;
use super::context::Context;
use super::differences::differences;
use super::error::{InputError, JobError};
use super::incomplete;
use super::judged_run::{self, ending};
use super::loaded_run::LoadedRun;
use super::open_run;
use super::render;
use super::run_folders::run_folders;
use crate::analysis::outcomes;
use crate::benchmark::fingerprint;
use crate::record::journal::Entry;
use crate::record::judge_entry::JudgeEntry;
use crate::record::manifest::{BenchmarkFacts, EngineFacts, Manifest, MergedShard, ProcessFacts};
use crate::record::shard::{Shard, ShardFacts};
use crate::record::{Instance, SCHEMA_VERSION};
use crate::settings::Settings;
use crate::store::folder::{JOURNAL, RunFolder, VERDICTS};
use crate::store::journal::{self, Journal};

/// Shards to merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeRequest {
    /// Run folders of all shards, in any order.
    pub shards: Vec<PathBuf>,
    /// Folder of the merged run.
    pub output: PathBuf,
    /// Whether to replace the run in the folder.
    pub overwrite: bool,
}

/// A shard that was read.
struct Part {
    run: LoadedRun,
    facts: ShardFacts,
}

/// Merges complete shards of one run. The rendered files are, byte for byte, those of a run that was not divided.
///
/// Cost: reads all journals into memory.
///
/// # Errors
/// Fails before anything is written if a folder holds no shard, a shard is missing, incomplete or there twice, or
/// shards differ in settings, weights, template, judge or prompts.
pub fn merge(request: &MergeRequest, context: &Context<'_>) -> Result<RunResult, JobError> {
    let folders = run_folders(&request.shards)?;
    let parts = folders.iter().map(|path| part(path, context)).collect::<Result<Vec<Part>, JobError>>()?;
    let parts = ordered(parts)?;
    let first = &parts[0];
    for other in &parts[1..] {
        same(first, other)?;
    }
    let builds_differ = parts.iter().any(|part| part.run.manifest.build != first.run.manifest.build);
    if builds_differ {
        context.note(
            "note: different builds ran the shards: results may differ in the last bits from those of one build",
        );
    }
    let (instances, entries) = entries(&parts);
    if fingerprint(&instances) != first.facts.whole_prompts_sha256 {
        return Err(InputError::plain(
            "the shards do not hold the prompts of the whole: a journal is damaged",
        )
        .into());
    }
    let manifest = manifest(&parts, instances.len());
    let verdicts = verdicts(&parts)?;
    let folder = RunFolder::create(&request.output, request.overwrite)?;
    // The manifest comes last: without it the folder is no run.
    let all: Vec<Entry> = instances.into_iter().map(Entry::Instance).chain(entries).collect();
    Journal::create(&folder.file(JOURNAL), &all)?.sync()?;
    if !verdicts.is_empty() {
        Journal::create(&folder.file(VERDICTS), &verdicts)?.sync()?;
    }
    let outcomes = outcomes(all);
    let (predictions, report) = render::by_own_judge(&outcomes, &manifest);
    render::write(&folder, &predictions, &report)?;
    folder.write_manifest(&manifest)?;
    let ending = ending(&outcomes, manifest.engine.unwrap_or_default());
    Ok(RunResult { ending, predictions, report })
}

/// Reads a shard.
fn part(path: &Path, context: &Context<'_>) -> Result<Part, JobError> {
    let run = open_run::open(path, context)?;
    let Some(facts) = run.manifest.benchmark.shard.clone() else {
        let message = format!("{} is not a shard of a run", path.display());
        return Err(InputError::new(message, "shards are made by `run --shard I/N`").into());
    };
    let mut outcomes = outcomes(run.entries.clone());
    incomplete::check(path, &outcomes, run.manifest.benchmark.instances).map_err(|error| InputError {
        hint: Some(format!("finish it with `run --resume {}`", path.display())),
        ..error
    })?;
    // That its judges have judged all of it.
    judged_run::apply(&run, &mut outcomes, &run.manifest.settings.panel.judges)?;
    Ok(Part { run, facts })
}

/// Puts the shards in order, and checks that each is there once.
fn ordered(mut parts: Vec<Part>) -> Result<Vec<Part>, InputError> {
    parts.sort_by_key(|part| part.facts.shard.number());
    let Some(first) = parts.first() else { return Err(InputError::plain("no shards were given")) };
    let of = first.facts.shard.of();
    if let Some(pair) = parts.windows(2).find(|pair| pair[0].facts.shard == pair[1].facts.shard) {
        return Err(InputError::plain(format!(
            "{} and {} are both shard {}",
            pair[0].run.path.display(),
            pair[1].run.path.display(),
            pair[0].facts.shard
        )));
    }
    if let Some(other) = parts.iter().find(|part| part.facts.shard.of() != of) {
        return Err(InputError::plain(format!(
            "{} is shard {}, and {} is shard {}",
            first.run.path.display(),
            first.facts.shard,
            other.run.path.display(),
            other.facts.shard
        )));
    }
    let has = |number: usize| parts.iter().any(|part| part.facts.shard.number() == number);
    let missing: Vec<String> =
        (1..=of).filter(|&number| !has(number)).map(|number| format!("{number}/{of}")).collect();
    if missing.is_empty() {
        return Ok(parts);
    }
    Err(InputError::new(
        format!("shards are missing: {}", missing.join(", ")),
        "name the folders of all shards; run those that are missing with --shard",
    ))
}

/// Checks that two shards are parts of one run.
fn same(one: &Part, other: &Part) -> Result<(), InputError> {
    let (a, b) = (&one.run.manifest, &other.run.manifest);
    let (first, second) = (one.run.path.display(), other.run.path.display());
    let whole = |settings: &Settings| {
        let mut settings = settings.clone();
        settings.benchmark.shard = None;
        settings
    };
    let mut found = differences(&whole(&a.settings), &whole(&b.settings));
    if !a.settings.engine.gives_the_same_bytes(&b.settings.engine) {
        found.push("engine settings differ that change results".to_owned());
    }
    let weights = |manifest: &Manifest<Settings>| {
        let model = &manifest.model;
        (model.sha256.clone(), model.adapters.clone(), model.template_sha256.clone())
    };
    if weights(a) != weights(b) {
        found.push("the weights or the chat template differ".to_owned());
    }
    if a.judge != b.judge {
        found.push("the judges differ".to_owned());
    }
    if one.facts.whole_prompts_sha256 != other.facts.whole_prompts_sha256 {
        found.push("the prompts of the whole differ".to_owned());
    }
    match found.is_empty() {
        true => Ok(()),
        false => {
            let found = found.join("; ").replace("in the run", "there").replace(" here", " in the second");
            Err(InputError::plain(format!("{first} and {second} are not shards of one run: {found}")))
        }
    }
}

/// Returns the instances in the order of the whole, and all other entries.
fn entries(parts: &[Part]) -> (Vec<Instance>, Vec<Entry>) {
    let (mut instances, mut others) = (Vec::new(), Vec::new());
    for part in parts {
        let mut own = Vec::new();
        for entry in &part.run.entries {
            match entry {
                Entry::Instance(instance) => own.push(instance.clone()),
                other => others.push(other.clone()),
            }
        }
        instances.push(own);
    }
    (Shard::whole(instances), others)
}

/// Returns the verdicts of the judges after the runs.
fn verdicts(parts: &[Part]) -> Result<Vec<JudgeEntry>, JobError> {
    let mut all: Vec<JudgeEntry> = Vec::new();
    for part in parts {
        let Some(file) = part.run.folder.as_ref().map(|folder| folder.file(VERDICTS)) else { continue };
        if !file.is_file() {
            continue;
        }
        let (entries, _) = journal::read::<JudgeEntry>(&file)?;
        // A judge that is introduced again would take the place of its earlier verdicts.
        let new = entries.into_iter().filter(|entry| match entry {
            JudgeEntry::Judge(_) | JudgeEntry::Named { .. } => !all.contains(entry),
            JudgeEntry::Opinion(_) => true,
        });
        let new: Vec<JudgeEntry> = new.collect();
        all.extend(new);
    }
    Ok(all)
}

fn manifest(parts: &[Part], instances: usize) -> Manifest<Settings> {
    let first = &parts[0].run.manifest;
    let all = || parts.iter().map(|part| &part.run.manifest);
    let mut settings = first.settings.clone();
    settings.benchmark.shard = None;
    let merged = parts.iter().map(|part| {
        let manifest = &part.run.manifest;
        MergedShard {
            shard: part.facts.shard,
            folder: part.run.path.display().to_string(),
            started: manifest.started.clone(),
            finished: manifest.finished.clone(),
            build: manifest.build.clone(),
            host: manifest.host.clone(),
        }
    });
    let processes: Vec<ProcessFacts> = all().filter_map(|manifest| manifest.process).collect();
    Manifest {
        schema_version: SCHEMA_VERSION,
        started: all().map(|manifest| manifest.started.clone()).min().unwrap_or_default(),
        finished: all().filter_map(|manifest| manifest.finished.clone()).max(),
        benchmark: BenchmarkFacts {
            instances,
            shard: None,
            prompts_sha256: parts[0].facts.whole_prompts_sha256.clone(),
            ..first.benchmark.clone()
        },
        settings,
        engine: all()
            .filter_map(|manifest| manifest.engine.clone())
            .reduce(|sum, one| EngineFacts::sum(sum, &one)),
        process: (!processes.is_empty()).then(|| ProcessFacts {
            instances: processes.iter().map(|one| one.instances).sum(),
            peak_memory: processes.iter().filter_map(|one| one.peak_memory).max(),
            energy: processes.iter().map(|one| one.energy).sum(),
        }),
        merged: merged.collect(),
        ..first.clone()
    }
}
