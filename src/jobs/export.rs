//! Writes instances, traces or tokens of runs as one table, for other programs and for spreadsheets.
//!
//! ```no_run
//! use std::sync::atomic::AtomicBool;
//! use safety_deepconf::export::tidy::Rows;
//! use safety_deepconf::jobs::export::{ExportRequest, export};
//! use safety_deepconf::jobs::{Context, Silent};
//!
//! let cancel = AtomicBool::new(false);
//! let context = Context { notify: &Silent, cancel: &cancel, offline: true };
//! // The ending of the file sets the format.
//! let request = ExportRequest { rows: Rows::Trace, ..ExportRequest::new(["results/first"]) };
//! let exported = export(&request, "traces.parquet".as_ref(), &context)?;
//! println!("{} traces of {} runs", exported.rows, exported.runs);
//! # Ok::<(), safety_deepconf::jobs::JobError>(())
//! ```

use std::collections::{HashMap, HashSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::context::Context;
use super::error::{InputError, JobError};
use super::judged_run::JudgedRun;
use super::run_folders::run_folders;
use super::{open_run, output};
use crate::analysis::predictions::{decide_all, divide};
use crate::analysis::{Predictions, State};
use crate::export::tidy::{Format, NoTokens, Remark, Rows, TableWriter, TidyRun, TooManyRows, begin};
use crate::record::BoxError;
use crate::record::manifest::Manifest;
use crate::settings::Settings;
use crate::store::atomic;

/// A request to write a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportRequest {
    /// Run folders, comparisons and sweeps, or trace files of other programs.
    pub runs: Vec<PathBuf>,
    /// What a row is about.
    pub rows: Rows,
    /// Format; by the ending of the file if absent.
    pub format: Option<Format>,
    /// Judges whose verdicts count; each run's own if empty.
    pub judges: Vec<String>,
    /// Whether texts of a CSV file that a spreadsheet would read as formulas get an apostrophe.
    pub spreadsheet_safe: bool,
}

impl ExportRequest {
    /// Requests a row for each instance of these runs.
    pub fn new<P: Into<PathBuf>>(runs: impl IntoIterator<Item = P>) -> Self {
        Self { runs: runs.into_iter().map(Into::into).collect(), ..Self::default() }
    }
}

/// A table that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exported {
    /// Format of the table.
    pub format: Format,
    /// Number of runs.
    pub runs: usize,
    /// Number of rows, without the header.
    pub rows: u64,
}

/// Writes the table to a file, complete or not at all.
///
/// # Errors
/// Fails if the format is not known from the request or the file's ending, the file is one of a run, a run cannot
/// be read, a trace lacks what the rows need, or a workbook would have too many rows.
pub fn export(request: &ExportRequest, file: &Path, context: &Context<'_>) -> Result<Exported, JobError> {
    let format = request.format.or_else(|| Format::of(file)).ok_or_else(|| {
        let known = Format::ALL.map(|format| format!(".{}", format.name())).join(", ");
        InputError::new(
            format!("the ending of {} names no format: known are {known}", file.display()),
            "name the format: --format csv",
        )
    })?;
    check(request, format)?;
    output::check(file, request.runs.iter().map(PathBuf::as_path), "--output")?;
    atomic::stream(file, |to| write(request, format, to, context))
}

/// Writes the table to a writer, such as standard output.
///
/// # Errors
/// Fails as [`export`] does. What was written before stays written.
pub fn export_to(
    request: &ExportRequest,
    to: &mut (dyn Write + Send),
    context: &Context<'_>,
) -> Result<Exported, JobError> {
    let format = request.format.ok_or_else(|| {
        InputError::new("standard output has no ending that names a format", "name it: --format csv")
    })?;
    check(request, format)?;
    write(request, format, to, context)
}

fn check(request: &ExportRequest, format: Format) -> Result<(), InputError> {
    if request.spreadsheet_safe && format != Format::Csv {
        let format = format.name();
        return Err(InputError::plain(format!("--spreadsheet-safe is for csv: {format} holds no formulas")));
    }
    Ok(())
}

fn write(
    request: &ExportRequest,
    format: Format,
    to: &mut (dyn Write + Send),
    context: &Context<'_>,
) -> Result<Exported, JobError> {
    let paths = once(run_folders(&request.runs)?, context);
    let mut table = begin(format, request.rows.columns(), request.spreadsheet_safe, to)?;
    let mut rows = 0;
    for (path, name) in paths.iter().zip(names(&paths)) {
        rows += write_run(request, path, name, table.as_mut(), context)?;
    }
    match table.finish()? {
        Some(Remark::Loss(text)) => context.warn(&text),
        Some(Remark::Formulas(text)) => context.note(&format!("note: {text}")),
        None => {}
    }
    Ok(Exported { format, runs: paths.len(), rows })
}

/// Writes the rows of one run and returns their number.
fn write_run(
    request: &ExportRequest,
    path: &Path,
    name: String,
    table: &mut dyn TableWriter,
    context: &Context<'_>,
) -> Result<u64, JobError> {
    let loaded = open_run::open(path, context)?;
    let manifest = loaded.manifest.clone();
    let judged = JudgedRun::of(loaded, &request.judges)?;
    let analysis = judged.settings.analysis;
    let predictions = divide(decide_all(&judged.outcomes, &judged.settings.policy()), analysis.split);
    let missing = judged.outcomes.len() - predictions.rows.len();
    if missing > 0 {
        let all = judged.outcomes.len();
        context.note(&format!("note: {missing} of {all} instances of {} have no decision", path.display()));
    }
    let run = tidy(path, name, &manifest, &judged, &predictions);
    request.rows.write(&run, table).map_err(told)
}

fn tidy<'a>(
    path: &Path,
    name: String,
    manifest: &'a Manifest<Settings>,
    judged: &'a JudgedRun,
    predictions: &'a Predictions,
) -> TidyRun<'a> {
    let traces = judged.outcomes.iter().filter_map(|outcome| match &outcome.state {
        State::Decided { traces, .. } => Some(traces.as_slice()),
        State::Failed { .. } | State::Open => None,
    });
    TidyRun {
        name,
        folder: path.display().to_string(),
        model: manifest.model.with_adapters(&manifest.model.name),
        quantization: &manifest.model.quantization,
        benchmark: &manifest.benchmark.name,
        seed: manifest.settings.seed,
        judge: &judged.judge,
        split: predictions.split_value,
        rows: &predictions.rows,
        traces: traces.collect(),
    }
}

/// Leaves out runs that were named before: their rows could not be told apart.
fn once(paths: Vec<PathBuf>, context: &Context<'_>) -> Vec<PathBuf> {
    let mut known: HashSet<PathBuf> = HashSet::new();
    let mut is_new = |path: &PathBuf| {
        let is_new = known.insert(path.canonicalize().unwrap_or_else(|_| path.clone()));
        if !is_new {
            context.note(&format!("note: {} is named more than once, and taken once", path.display()));
        }
        is_new
    };
    paths.into_iter().filter(|path| is_new(path)).collect()
}

/// Returns the names of runs: those of the folders, or the whole paths of runs that share a name.
fn names(paths: &[PathBuf]) -> Vec<String> {
    let short = |path: &PathBuf| {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
    };
    let mut counts: HashMap<String, usize> = HashMap::new();
    for path in paths {
        *counts.entry(short(path)).or_default() += 1;
    }
    let name = |path: &PathBuf| match counts.get(&short(path)) {
        Some(1) => short(path),
        _ => path.display().to_string(),
    };
    paths.iter().map(name).collect()
}

/// Says what to do about a table that cannot be written.
fn told(error: BoxError) -> JobError {
    if error.is::<TooManyRows>() {
        return InputError::new(error.to_string(), "write a .csv or .parquet file, or fewer runs").into();
    }
    if error.is::<NoTokens>() {
        return InputError::plain(error.to_string()).into();
    }
    error.into()
}
