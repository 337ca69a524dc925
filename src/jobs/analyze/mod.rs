//! Rebuilds the files of recorded runs, with the same or other analysis settings.
//!
//! ```no_run
//! use std::sync::atomic::AtomicBool;
//! use safety_deepconf::jobs::analyze::{AnalyzeRequest, analyze};
//! use safety_deepconf::jobs::{Context, Silent};
//!
//! let cancel = AtomicBool::new(false);
//! let context = Context { notify: &Silent, cancel: &cancel, offline: true };
//! for outcome in analyze(&AnalyzeRequest::new(["results/001-synthetic-demo"]), &context)? {
//!     println!("{:?}", outcome.result.report.primary.interpretation);
//! }
//! # Ok::<(), safety_deepconf::jobs::JobError>(())
//! ```

mod part;
mod pooled;
mod request;
mod targets;

use std::collections::HashSet;
use std::path::PathBuf;

use self::part::{Part, named_apart};
use self::pooled::{Pooled, pooled, sources};
pub use self::request::AnalyzeRequest;
use self::targets::targets;
use super::active_run::RunResult;
use super::context::Context;
use super::error::JobError;
use super::run_folders::run_folders;
use super::{judged_run, render};
use crate::analysis::Outcome;
use crate::analysis::report::ReportOptions;
use crate::store::atomic;
use crate::store::folder::{JOURNAL, RunFolder, SOURCES};
use crate::store::journal::Journal;

/// The analysis of one run, or of several pooled runs.
pub struct AnalyzeOutcome {
    /// Folder of the files; the input if no files were written.
    pub path: PathBuf,
    /// Ending of the run, and the report.
    pub result: RunResult,
}

/// Analyses each run, or all of them pooled.
///
/// # Errors
/// Fails if a run cannot be read or did not record what the request needs, if pooled runs have different
/// analysis settings or lack instances, or if a folder cannot be written.
pub fn analyze(request: &AnalyzeRequest, context: &Context<'_>) -> Result<Vec<AnalyzeOutcome>, JobError> {
    let request = &AnalyzeRequest { runs: run_folders(&request.runs)?, ..request.clone() };
    let targets = targets(request)?;
    if request.is_pooled() {
        let parts: Vec<Part> = request
            .runs
            .iter()
            .map(|path| Part::read(path, request, context))
            .collect::<Result<_, JobError>>()?;
        if !request.allow_incomplete {
            parts.iter().try_for_each(Part::check_complete)?;
        }
        return Ok(vec![conclude(&named_apart(parts), targets.first(), request, context)?]);
    }
    let mut outcomes = Vec::new();
    for (index, path) in request.runs.iter().enumerate() {
        let part = Part::read(path, request, context)?;
        outcomes.push(conclude(&[part], targets.get(index), request, context)?);
    }
    Ok(outcomes)
}

/// Analyses the parts as one run, and writes the files.
fn conclude(
    parts: &[Part],
    target: Option<&PathBuf>,
    request: &AnalyzeRequest,
    context: &Context<'_>,
) -> Result<AnalyzeOutcome, JobError> {
    let first = &parts[0];
    let Pooled { settings, notes } = pooled(parts)?;
    notes.iter().skip(1).for_each(|note| context.warn(note));
    let mut ids = HashSet::new();
    let all_ids = || parts.iter().flat_map(|part| &part.outcomes).map(|outcome| outcome.instance.id.as_str());
    let is_repeated = !all_ids().all(|id| ids.insert(id));
    let (outcomes, rows): (Vec<_>, Vec<_>) = parts.iter().map(|part| part.decided(is_repeated)).unzip();
    let outcomes: Vec<Outcome> = outcomes.into_iter().flatten().collect();
    let harm = parts.iter().find_map(|part| part.loaded.manifest.judge.harm.clone());
    let cascades = parts.iter().flat_map(|part| part.cascades.clone()).collect();
    let planned = parts.iter().map(|part| part.loaded.manifest.benchmark.instances).sum();
    let options = ReportOptions {
        intervals: request.intervals,
        cascades,
        notes,
        ..render::options(&settings, harm, planned)
    };
    let (predictions, report) = render::read(&outcomes, rows.into_iter().flatten().collect(), &options);
    let own = first.loaded.folder.as_ref().filter(|_| parts.len() == 1 && !first.is_changed);
    let path = match (target, own) {
        (Some(path), _) => {
            let folder = RunFolder::create(path, request.overwrite)?;
            if parts.len() == 1 && !first.loaded.entries.is_empty() {
                folder.write_manifest(&first.loaded.manifest)?;
                Journal::create(&folder.file(JOURNAL), &first.loaded.entries)?.sync()?;
            }
            render::write(&folder, &predictions, &report)?;
            atomic::write(&folder.file(SOURCES), &sources(parts, &settings, request)?)?;
            path.clone()
        }
        (None, Some(folder)) => {
            render::write(folder, &predictions, &report)?;
            folder.path().to_owned()
        }
        (None, None) => {
            context.note("note: nothing is written: name a folder for the files with --output DIR");
            first.loaded.path.clone()
        }
    };
    let engine = first.loaded.manifest.engine.clone().unwrap_or_default();
    Ok(AnalyzeOutcome {
        path,
        result: RunResult { ending: judged_run::ending(&outcomes, engine), predictions, report },
    })
}
