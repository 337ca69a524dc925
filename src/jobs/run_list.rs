//! The runs of a folder, at a glance: manifests and reports are read, journals at most counted.

use std::cmp::Reverse;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::context::Context;
use super::error::{InputError, JobError};
use super::run_folders::run_folders;
use crate::analysis::run_summary::RunSummary;
use crate::export::json::nested;
use crate::record::manifest::{Manifest, Status};
use crate::store::folder::{JOURNAL, MANIFEST, RunFolder};

/// Depth to which a folder is searched for runs: `results/night/seed-1`.
const DEPTH: u32 = 3;

/// Lists the runs under a folder, newest first. A folder that cannot be read is noted and left out.
///
/// # Errors
/// Fails if the folder cannot be read or holds no run.
pub fn run_list(folder: &Path, context: &Context<'_>) -> Result<Vec<RunSummary>, JobError> {
    let mut runs: Vec<RunSummary> = Vec::new();
    for path in runs_under(folder)? {
        match summary(&path, folder) {
            Ok(run) => runs.push(run),
            Err(error) => context.note(&format!("note: {} is left out: {error}", path.display())),
        }
    }
    if runs.is_empty() {
        return Err(no_run(folder).into());
    }
    // Times of one form sort as text.
    runs.sort_by(|a, b| Reverse(&a.started).cmp(&Reverse(&b.started)).then(a.name.cmp(&b.name)));
    Ok(runs)
}

/// Returns the run under a folder that was begun last.
///
/// # Errors
/// Fails if there is none.
pub fn newest(folder: &Path) -> Result<PathBuf, JobError> {
    let begun = |path: PathBuf| Some((manifest(&path).ok()?.started, path));
    let runs = if folder.is_dir() { runs_under(folder)? } else { Vec::new() };
    let newest = runs.into_iter().filter_map(begun).max();
    Ok(newest.ok_or_else(|| no_run(folder))?.1)
}

fn no_run(folder: &Path) -> InputError {
    InputError::new(
        format!("there is no run in {}", folder.display()),
        "`safety-deepconf run -m demo` makes one; `show RUN` reads the run in another folder",
    )
}

/// Returns the run folders under a folder; a comparison or a sweep stands for its runs.
fn runs_under(folder: &Path) -> Result<Vec<PathBuf>, JobError> {
    let mut found = Vec::new();
    collect(folder, DEPTH, &mut found)?;
    Ok(found)
}

fn collect(folder: &Path, depth: u32, found: &mut Vec<PathBuf>) -> Result<(), JobError> {
    let cells = run_folders(&[folder.to_owned()]).unwrap_or_default();
    let is_run = |path: &PathBuf| path.join(MANIFEST).is_file();
    if cells.iter().any(is_run) {
        found.extend(cells.into_iter().filter(is_run));
    } else if depth > 0 {
        for entry in fs_err::read_dir(folder)? {
            let entry = entry?;
            // Links may lead round in circles.
            if entry.file_type()?.is_dir() {
                collect(&entry.path(), depth - 1, found)?;
            }
        }
    }
    Ok(())
}

/// Settings have changed between versions, and a list needs none of them.
fn manifest(path: &Path) -> Result<Manifest<Value>, JobError> {
    Ok(RunFolder::open(path)?.read_manifest()?)
}

fn summary(path: &Path, folder: &Path) -> Result<RunSummary, JobError> {
    let manifest = manifest(path)?;
    // The report of a run that goes on is older than its journal.
    let report = match manifest.status {
        Status::Running => None,
        Status::Interrupted | Status::Complete => report(path),
    };
    let overall = |key: &str| report.as_ref().map(|report| report["overall"][key].clone());
    let count = |key: &str| overall(key).and_then(|count| count.as_u64()).map(|count| count as usize);
    let rate = |key: &str| overall(key).and_then(|rate| rate["point"].as_f64());
    let done = match (count("num_instances"), count("failed")) {
        (Some(completed), Some(failed)) => completed + failed,
        _ => decided(&path.join(JOURNAL))?,
    };
    let name = path.strip_prefix(folder).ok().filter(|name| *name != Path::new("")).unwrap_or(path);
    Ok(RunSummary {
        path: path.to_owned(),
        name: name.display().to_string(),
        model: manifest.model.with_adapters(&manifest.model.name),
        quantization: manifest.model.quantization,
        benchmark: manifest.benchmark.name,
        status: manifest.status,
        done,
        planned: manifest.benchmark.instances,
        started: manifest.started,
        refusal_rate_unsafe: rate("refusal_rate_unsafe"),
        over_refusal_rate: rate("over_refusal_rate"),
        refusal_rate: rate("refusal_rate"),
    })
}

/// Returns the run's report; `None` if it is missing or damaged: the journal is still there.
fn report(path: &Path) -> Option<Value> {
    let text = fs_err::read_to_string(path.join("analysis.json")).ok()?;
    serde_json::from_str(&text).ok().map(nested)
}

/// Counts the instances that a journal decides, without reading its entries.
fn decided(journal: &Path) -> Result<usize, JobError> {
    const BEGINNING: &str = r#"{"crc":"01234567","entry":{"kind":"#;
    let mut reader = BufReader::with_capacity(1 << 20, fs_err::File::open(journal)?);
    let (mut line, mut count) = (Vec::new(), 0);
    while reader.read_until(b'\n', &mut line)? > 0 {
        let kind = line.get(BEGINNING.len()..).unwrap_or_default();
        count += usize::from(line.ends_with(b"\n") && kind.starts_with(b"\"decision\""));
        line.clear();
    }
    Ok(count)
}
