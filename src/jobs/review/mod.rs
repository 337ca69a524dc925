//! Draws answers for a person to judge blind, and compares the person's verdicts with the judge's.
//!
//! [`draw`] writes a sheet with a key. Once a person has filled in the sheet, [`read`] evaluates it.
//!
//! ```no_run
//! use std::sync::atomic::AtomicBool;
//! use safety_deepconf::jobs::review::{DrawRequest, draw};
//! use safety_deepconf::jobs::{Context, Silent};
//!
//! let cancel = AtomicBool::new(false);
//! let context = Context { notify: &Silent, cancel: &cancel, offline: true };
//! for drawn in draw(&DrawRequest::new("results/001-synthetic-demo", 100), &context)? {
//!     println!("{} answers: {}", drawn.answers, drawn.sheet.display());
//! }
//! # Ok::<(), safety_deepconf::jobs::JobError>(())
//! ```

mod sheet;

use std::path::{Path, PathBuf};

use super::context::Context;
use super::error::{InputError, JobError};
use super::judged_run::JudgedRun;
use super::open_run;
use super::run_folders::run_folders;
use crate::analysis::review::{ReviewKey, ReviewRow, sample};
use crate::analysis::reviewed::{ReviewReport, evaluate};
use crate::export::{csv as tables, json};
use crate::model::digest::sha256_bytes;
use crate::record::Category;
use crate::store::atomic;

/// Name of the sheet in a run folder.
const SHEET: &str = "review.csv";
/// Name of the key that links a sheet to its run.
const KEY: &str = "review.key.json";
/// Name of the report.
const REPORT: &str = "review.json";

/// A request to draw a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawRequest {
    /// Run folder.
    pub run: PathBuf,
    /// Number of answers to draw, equally many from each quadrant as far as available.
    pub sample: usize,
    /// Seed of the draw.
    pub seed: u64,
    /// Judges whose verdicts are compared with the person's; the run's own if empty.
    pub judges: Vec<String>,
    /// Path of the sheet; `review.csv` in the run folder if absent.
    pub sheet: Option<PathBuf>,
    /// Path of the key; `review.key.json` in the run folder if absent.
    pub key: Option<PathBuf>,
    /// Whether to replace an existing sheet.
    pub overwrite: bool,
}

impl DrawRequest {
    /// Requests a sample by the run's own judge, in the run folder.
    pub fn new(run: impl Into<PathBuf>, sample: usize) -> Self {
        let (judges, sheet, key) = (Vec::new(), None, None);
        Self { run: run.into(), sample, seed: 0, judges, sheet, key, overwrite: false }
    }
}

/// A sheet that was drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// Run folder.
    pub run: PathBuf,
    /// Path of the sheet.
    pub sheet: PathBuf,
    /// Number of answers on the sheet.
    pub answers: usize,
    /// Quadrants that have answers, but none on the sheet.
    pub not_drawn: Vec<Category>,
}

/// Draws a sheet and writes it with its key; one sheet per run of a comparison or sweep.
///
/// # Errors
/// Fails if a run cannot be read or has no answer whose verdict votes, if a sheet or key already exists, or if one path
/// is given for the sheets of several runs.
pub fn draw(request: &DrawRequest, context: &Context<'_>) -> Result<Vec<Drawn>, JobError> {
    let runs = run_folders(std::slice::from_ref(&request.run))?;
    if runs.len() > 1 && (request.sheet.is_some() || request.key.is_some()) {
        let message =
            format!("{} holds {} runs, and each has its own sheet", request.run.display(), runs.len());
        return Err(InputError::new(message, "leave out --output and --key, or name one of the runs").into());
    }
    runs.iter().map(|run| draw_one(run, request, context)).collect()
}

fn draw_one(path: &Path, request: &DrawRequest, context: &Context<'_>) -> Result<Drawn, JobError> {
    let loaded = open_run::open(path, context)?;
    let sheet = request.sheet.clone().unwrap_or_else(|| path.join(SHEET));
    let key_file = request.key.clone().unwrap_or_else(|| path.join(KEY));
    for (path, what) in [
        (&sheet, "a person may have filled it in"),
        (&key_file, "an earlier sheet cannot be read without it"),
    ] {
        if !request.overwrite && path.exists() {
            let message = format!("{} already exists: {what}", path.display());
            return Err(InputError::new(message, "draw again with --overwrite").into());
        }
    }
    let run = loaded.name();
    let judged = JudgedRun::of(loaded, &request.judges)?;
    let (predictions, _) = judged.predictions();
    let (mut key, rows) =
        sample(&judged.outcomes, &predictions, (&run, &judged.judge), request.sample, request.seed);
    if rows.is_empty() {
        let message = format!("{} has no answer whose verdict votes", path.display());
        return Err(InputError::plain(message).into());
    }
    key.sample = name_of(&key, &rows)?;
    // The key is written first, so that a new sheet always has its key. The sample's name exposes an older
    // sheet.
    atomic::write(&key_file, &json::pretty(&key)?)?;
    atomic::write(&sheet, &tables::review_sheet(&key.sample, &rows)?)?;
    Ok(Drawn { run: path.to_owned(), sheet, answers: rows.len(), not_drawn: key.not_drawn() })
}

/// Returns the name that a sheet shares with its key alone: a hash of run, seed, items and texts.
fn name_of(key: &ReviewKey, rows: &[ReviewRow]) -> serde_json::Result<String> {
    let words: Vec<(&str, &str)> =
        rows.iter().map(|row| (row.prompt.as_str(), row.answer.as_str())).collect();
    let hash = sha256_bytes(&serde_json::to_vec(&(key, words))?);
    // The letter in front prevents spreadsheets from reading the hash as a number.
    Ok(format!("s{}", &hash[..11]))
}

/// Reads a sheet that a person filled in, and writes the report to `review.json` in the run folder.
///
/// # Errors
/// Fails if the sheet is invalid, naming file and line, or if it has no verdict yet.
pub fn read(run: &Path, sheet: &Path, key: Option<&Path>) -> Result<ReviewReport, JobError> {
    let key_file = key.map_or_else(|| run.join(KEY), Path::to_owned);
    let key = fs_err::read_to_string(&key_file)?;
    let key: ReviewKey = serde_json::from_str(&key).map_err(|error| InputError {
        message: format!("{}: {error}", key_file.display()),
        hint: Some("the key is written next to the sheet when the sample is drawn".to_owned()),
    })?;
    let reviewed = sheet::read(sheet, &key, &key_file)?;
    let report = evaluate(&key, &reviewed);
    if report.n == 0 {
        return Err(InputError {
            message: format!("{} has no verdict yet", sheet.display()),
            hint: Some("fill in the column `verdict`: refusal, partial_refusal or compliance".to_owned()),
        }
        .into());
    }
    atomic::write(&run.join(REPORT), &json::pretty(&report)?)?;
    Ok(report)
}
