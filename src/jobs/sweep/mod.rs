//! Runs every combination of models, benchmarks, policies and seeds, and compares the runs.
//!
//! ```no_run
//! use std::sync::atomic::AtomicBool;
//! use safety_deepconf::deepconf::stop::name::RuleParameters;
//! use safety_deepconf::jobs::name_lists::benchmarks;
//! use safety_deepconf::jobs::sweep::{Axes, Common, InProcess, SweepRequest, sweep};
//! use safety_deepconf::jobs::{Context, Silent};
//! use safety_deepconf::settings::Settings;
//!
//! let cancel = AtomicBool::new(false);
//! let context = Context { notify: &Silent, cancel: &cancel, offline: true };
//! let common = Common {
//!     settings: Settings::new("demo"),
//!     parameters: RuleParameters::default(),
//!     vote: None,
//! };
//! let axes = Axes {
//!     models: vec!["demo".to_owned()],
//!     benchmarks: benchmarks(&["synthetic".to_owned()], None)?,
//!     policies: vec!["baseline".to_owned(), "fixed:5".to_owned()],
//!     seeds: vec![0, 1],
//! };
//! let outcome = sweep(&SweepRequest::new(axes, common), &InProcess, &context)?;
//! println!("{} of {} cells have a result", outcome.table.rows.len(), outcome.cells);
//! # Ok::<(), safety_deepconf::jobs::JobError>(())
//! ```

mod execute;
mod file;
mod grid;
mod models;
mod outcome;
mod preview;
mod relay;
mod state;
mod tables;
mod worker;

use std::path::{Path, PathBuf};

use self::execute::Sweep;
pub use self::file::{OldCell, ReadOld, SWEEP, SweepFile};
pub use self::grid::{Axes, Common, SweepCell, policy, seeds};
pub use self::outcome::{CellEnd, SweepOutcome};
pub use self::preview::{Preview, PreviewLine};
pub use self::relay::Relay;
pub use self::worker::{ChildProcess, Ended, InProcess, WorkItem, Worker, carry_out};
use super::context::Context;
use super::error::{InputError, JobError};
use crate::chat::PromptFormat;
use crate::settings::Settings;
use crate::store::folder;

/// A sweep to begin, or to continue with more cells.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepRequest {
    /// Values that differ between cells.
    pub axes: Axes,
    /// Settings that all cells share.
    pub common: Common,
    /// Script that answers instead of the models, for tests.
    pub script: Option<PathBuf>,
    /// Number of traces of each instance that drift is measured on; `None` to measure no drift.
    pub drift_traces: Option<u32>,
    /// Output folder; a new one under `results/` if absent.
    pub output: Option<PathBuf>,
    /// Whether to replace the contents of the folder.
    pub overwrite: bool,
}

impl SweepRequest {
    /// Requests a sweep in a new folder, with drift measured on each instance's first trace.
    #[must_use]
    pub fn new(axes: Axes, common: Common) -> Self {
        Self { axes, common, script: None, drift_traces: Some(1), output: None, overwrite: false }
    }

    /// Returns the cells, after checking their settings.
    ///
    /// # Errors
    /// Fails if two cells are the same, a policy is invalid, or a setting is out of its range.
    pub fn file(&self) -> Result<SweepFile, JobError> {
        let cells = self.axes.cells(&self.common).map_err(InputError::plain)?;
        check(&cells)?;
        Ok(SweepFile::new(cells, self.script.clone(), self.drift_traces))
    }
}

/// Begins a sweep. If the folder holds a sweep with the same settings, continues it and appends the new
/// cells.
///
/// # Errors
/// Fails before the first cell if a cell's settings are invalid, or if the folder holds anything else. A cell
/// that fails is reported in the outcome and does not stop the others.
pub fn sweep(
    request: &SweepRequest,
    worker: &dyn Worker,
    context: &Context<'_>,
) -> Result<SweepOutcome, JobError> {
    let file = request.file()?;
    let models = open_models(&file, context);
    let path = match &request.output {
        Some(path) => path.clone(),
        None => folder::fresh(Path::new("results"), "sweep")?,
    };
    let file = execute::begin(&path, file, request.overwrite, &no_old)?;
    Sweep { path, file, models, worker }.carry_out(context)
}

/// Continues a sweep from its `sweep.json`.
///
/// # Errors
/// Fails if the folder holds no sweep. Otherwise fails as [`sweep`] does.
pub fn resume(
    path: &Path,
    changes: &ResumeSweep<'_>,
    worker: &dyn Worker,
    context: &Context<'_>,
) -> Result<SweepOutcome, JobError> {
    let mut file = read(path, changes.old)?;
    if let Some(traces) = changes.drift_traces {
        file.drift_traces = traces;
    }
    check(&file.cells)?;
    let models = open_models(&file, context);
    Sweep { path: path.to_owned(), file, models, worker }.carry_out(context)
}

/// What may change when a sweep continues.
#[derive(Clone, Copy)]
pub struct ResumeSweep<'a> {
    /// New number of traces that drift is measured on, if given.
    pub drift_traces: Option<Option<u32>>,
    /// Function that reads the settings of a cell of a version 1 file; [`no_old`] if there are none.
    pub old: ReadOld<'a>,
}

/// Estimates downloads, memory and time of a new sweep. Runs no cell and downloads nothing.
///
/// # Errors
/// Fails as [`sweep`] does.
pub fn preview(request: &SweepRequest, context: &Context<'_>) -> Result<Preview, JobError> {
    let context = Context { offline: true, ..*context };
    let file = request.file()?;
    let models = open_models(&file, &context);
    preview::preview(request.output.as_deref(), &file, &models, &context)
}

/// Estimates downloads, memory and time of the rest of a sweep. Runs no cell and downloads nothing.
///
/// # Errors
/// Fails as [`resume`] does.
pub fn preview_resume(path: &Path, old: ReadOld<'_>, context: &Context<'_>) -> Result<Preview, JobError> {
    let context = Context { offline: true, ..*context };
    let file = read(path, old)?;
    check(&file.cells)?;
    let models = open_models(&file, &context);
    preview::preview(Some(path), &file, &models, &context)
}

fn read(path: &Path, old: ReadOld<'_>) -> Result<SweepFile, JobError> {
    SweepFile::read(path, old)?.ok_or_else(|| {
        let message = format!("{} holds no sweep ({SWEEP})", path.display());
        InputError::new(message, "name the folder that `sweep --output` wrote").into()
    })
}

fn check(cells: &[SweepCell]) -> Result<(), JobError> {
    cells.iter().try_for_each(|cell| {
        cell.settings.check().map_err(|error| JobError::from(error).about(cell.name.clone()))
    })
}

fn open_models(file: &SweepFile, context: &Context<'_>) -> Vec<models::Opened> {
    let mut names: Vec<&str> = Vec::new();
    for cell in &file.cells {
        if !names.contains(&cell.model.as_str()) {
            names.push(&cell.model);
        }
    }
    // All cells have the same adapters.
    let adapters = file.cells.first().map(|cell| cell.settings.adapters.clone()).unwrap_or_default();
    // Cells share the format of their prompts.
    let own = file.cells.iter().all(|cell| cell.settings.chat.format == PromptFormat::Own);
    models::open(&names, &adapters, file.script.is_some(), own, context)
}

/// Refuses cells of a version 1 file, for programs that have no command line to parse them.
///
/// # Errors
/// Always fails: `sweep --resume` continues a version 1 sweep.
pub fn no_old(_: &[String], _: &OldCell) -> Result<(Settings, Option<PathBuf>), JobError> {
    Err(InputError::new(
        "this folder holds a sweep of version 1, whose settings are a command line",
        "safety-deepconf sweep --resume DIR continues it",
    )
    .into())
}
