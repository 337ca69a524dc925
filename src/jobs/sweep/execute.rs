//! Runs the cells of a sweep, one after the other.

use std::path::{Path, PathBuf};

use super::file::{ReadOld, SWEEP, SweepFile};
use super::grid::{SweepCell, reference as reference_of};
use super::models::Opened;
use super::outcome::{CellEnd, SweepOutcome};
use super::state::{State, has_result, state, wait_for};
use super::tables;
use super::worker::{Ended, WorkItem, Worker};
use crate::deepconf::split::Split;
use crate::export::json::{self, nested};
use crate::jobs::active_run::ActiveRun;
use crate::jobs::analysis_file::AnalysisFile;
use crate::jobs::context::Context;
use crate::jobs::drift::DriftFile;
use crate::jobs::error::{InputError, JobError};
use crate::jobs::notify::{Cell, Notice};
use crate::jobs::run::RunRequest;
use crate::jobs::status::Status;
use crate::model::digest::sha256_file;
use crate::record::manifest::{Manifest, ModelFacts};
use crate::settings::{RecordMode, Settings};
use crate::store::atomic;
use crate::store::folder::{self, JOURNAL, RunFolder};

/// Name of the drift report in a cell's folder.
pub const DRIFT: &str = "drift.json";

/// A sweep, ready to run.
pub struct Sweep<'a> {
    pub path: PathBuf,
    pub file: SweepFile,
    pub models: Vec<Opened>,
    pub worker: &'a dyn Worker,
}

/// Prepares a folder for a sweep: a new folder, or one that holds the same sweep or a part of it. The list of
/// cells is on disk when this returns.
///
/// # Errors
/// Fails if the folder holds anything else.
pub fn begin(path: &Path, file: SweepFile, overwrite: bool, old: ReadOld<'_>) -> Result<SweepFile, JobError> {
    let file = match SweepFile::read(path, old)? {
        Some(earlier) if !overwrite => earlier.and(file, path)?,
        Some(earlier) => {
            for cell in &earlier.cells {
                let cell = path.join(&cell.name);
                if cell.is_dir() {
                    RunFolder::create(&cell, true)?;
                    let _ = fs_err::remove_file(cell.join(DRIFT));
                    // The folder stays if it holds files of others.
                    let _ = fs_err::remove_dir(&cell);
                }
            }
            file
        }
        None => {
            folder::prepare(path, overwrite)?;
            file
        }
    };
    atomic::write(&path.join(SWEEP), &json::pretty(&file)?)?;
    Ok(file)
}

impl Sweep<'_> {
    /// Runs the cells that are not done, and writes the tables.
    pub fn carry_out(self, context: &Context<'_>) -> Result<SweepOutcome, JobError> {
        let total = self.file.cells.len();
        let works: Vec<f64> = self.file.cells.iter().map(|cell| self.work_of(cell)).collect();
        let mut ends = Vec::new();
        let mut status = Status::Done;
        for (number, cell) in self.file.cells.iter().enumerate() {
            let (work, later) = (works[number], works[number + 1..].iter().sum());
            let name = cell.name.as_str();
            context.notify.hear(Notice::Cell(Cell { name, number: number + 1, total, work, later }));
            let ended = match self.cell(cell, context) {
                Ok(ended) => ended,
                Err(error) => Ended::Failed(error.to_string()),
            };
            let trouble = match ended {
                Ended::Interrupted => {
                    status = Status::Interrupted;
                    break;
                }
                Ended::Failed(trouble) => {
                    context.warn(&format!("{} failed ({trouble}); continuing", cell.name));
                    Some(trouble)
                }
                Ended::Done { failed } => {
                    if failed {
                        status = Status::SomeFailed;
                    }
                    None
                }
            };
            ends.push(CellEnd { cell: cell.clone(), trouble });
        }
        for end in ends.iter_mut().filter(|end| end.trouble.is_none()) {
            if let Err(error) = self.divide(&end.cell, context) {
                end.trouble = Some(error.to_string());
            }
        }
        let known_drift = |cell: &SweepCell| self.known_drift(cell);
        let (table, reports) = tables::write(&self.path, &self.file, &mut ends, &known_drift, context)?;
        if ends.iter().any(|end| end.trouble.is_some()) {
            status = status.max(Status::SomeFailed);
        }
        Ok(SweepOutcome { path: self.path, cells: total, ends, table, reports, status })
    }

    /// Returns the work that a cell is expected to be, next to the others: the traces that its rule takes at
    /// least, on the prompts that it is limited to.
    fn work_of(&self, cell: &SweepCell) -> f64 {
        let is_done = matches!(state(&self.path.join(&cell.name)), Ok(State::Complete));
        let settings = &cell.settings;
        let prompts = settings.benchmark.num_instances.map_or(1.0, |count| count as f64);
        if is_done { 0.0 } else { prompts * f64::from(settings.stop.min_traces()) }
    }

    fn cell(&self, cell: &SweepCell, context: &Context<'_>) -> Result<Ended, JobError> {
        let folder = self.path.join(&cell.name);
        wait_for(&folder.join(JOURNAL));
        let state = state(&folder)?;
        if state != State::Missing {
            self.is_still_the_same(cell, &folder)?;
        }
        let ended = match state {
            State::Complete => Ended::Done { failed: false },
            State::Begun => {
                let script = self.file.script.clone();
                self.worker.work(&WorkItem::Resume { folder, script }, context)?
            }
            State::Missing => {
                let request = RunRequest {
                    settings: cell.settings.clone(),
                    script: self.file.script.clone(),
                    output: Some(folder),
                    // Replaces what a process left that was killed before it wrote its manifest.
                    overwrite: true,
                };
                self.worker.work(&WorkItem::Run(Box::new(request)), context)?
            }
        };
        match ended {
            Ended::Done { failed } => Ok(match self.drift(cell, context)? {
                Ended::Done { .. } => Ended::Done { failed },
                other => other,
            }),
            ended => Ok(ended),
        }
    }

    fn opened(&self, name: &str) -> Option<&crate::model::ModelFile> {
        self.models.iter().find(|one| one.name == name)?.file.as_ref()
    }

    /// Checks that the model and data files of a cell are those it began with.
    fn is_still_the_same(&self, cell: &SweepCell, folder: &Path) -> Result<(), JobError> {
        let manifest: Manifest<Settings> = RunFolder::open(folder)?.read_manifest()?;
        let changed = |what: &str| {
            InputError::plain(format!(
                "{what} has changed since {} began: choose another --output to run it again",
                cell.name
            ))
        };
        if let Some(file) = self.opened(&cell.model) {
            let now = file.facts();
            if now.sha256 != manifest.model.sha256 {
                return Err(changed(&cell.model).into());
            }
            if now.adapters != manifest.model.adapters {
                return Err(changed(&format!("an adapter of {}", cell.model)).into());
            }
        }
        if let (Some(data), Some(sha256)) = (&cell.data, &manifest.benchmark.sha256)
            && Path::new(data).is_file()
            && sha256_file(Path::new(data))? != *sha256
        {
            return Err(changed(data).into());
        }
        Ok(())
    }

    /// Divides a complete cell at the split value of the first cell of its benchmark that has a result.
    fn divide(&self, cell: &SweepCell, context: &Context<'_>) -> Result<(), JobError> {
        let first = self.file.cells.iter().find(|other| {
            self.file.first_of(other) == self.file.first_of(cell) && has_result(&self.path.join(&other.name))
        });
        let Some(first) = first.filter(|first| *first != cell) else { return Ok(()) };
        let analysis = AnalysisFile::read(&self.path.join(&first.name))?;
        let Some(split) = analysis.and_then(|analysis| analysis.split.value) else { return Ok(()) };
        let folder = self.path.join(&cell.name);
        let manifest: Manifest<Settings> = RunFolder::open(&folder)?.read_manifest()?;
        if manifest.settings.analysis.split != Split::Value(split) {
            let mut run = ActiveRun::resume(RunFolder::open(&folder)?, context)?;
            run.set_split(split)?;
            run.finished()?;
        }
        Ok(())
    }

    /// Measures the drift from the same cell of the first model, if the models differ. Measures once for each
    /// model and benchmark: other policies draw the same traces, and other seeds similar ones.
    fn drift(&self, cell: &SweepCell, context: &Context<'_>) -> Result<Ended, JobError> {
        let done = Ok(Ended::Done { failed: false });
        let (Some(reference), Some(traces)) = (self.drifts_from(cell), self.file.drift_traces) else {
            return done;
        };
        let from = self.path.join(&reference.name);
        let file = self.path.join(&cell.name).join(DRIFT);
        if !has_result(&from) || self.known_drift(cell).is_some() {
            return done;
        }
        let manifest: Manifest<Settings> = RunFolder::open(&from)?.read_manifest()?;
        if manifest.settings.record == RecordMode::Summary {
            context.note("note: drift is left out: it needs --record tokens");
            return done;
        }
        if let (Some(one), Some(other)) = (self.opened(&reference.model), self.opened(&cell.model)) {
            let tokens = |file: &crate::model::ModelFile| (file.header.vocabulary(), file.header.tokens_crc);
            if tokens(one) != tokens(other) {
                context.note(&format!("note: {}: no drift, because its vocabulary differs", cell.name));
                return done;
            }
        }
        let item = WorkItem::Drift { run: from, model: cell.model.clone(), traces, output: file };
        Ok(match self.worker.work(&item, context)? {
            Ended::Failed(what) => Ended::Failed(format!("drift: {what}")),
            ended => ended,
        })
    }

    /// Returns the cell on whose answers the drift of a cell's model is measured.
    fn drifts_from(&self, cell: &SweepCell) -> Option<&SweepCell> {
        let reference = reference_of(&self.file.cells, cell)?;
        let is_first = |other: &SweepCell| {
            reference_of(&self.file.cells, other).is_none_or(|first| first.model != other.model)
        };
        (self.file.script.is_none() && reference.model != cell.model && is_first(reference))
            .then_some(reference)
    }

    /// Returns a cell's drift if it was measured with its current weights and those of its reference.
    pub fn known_drift(&self, cell: &SweepCell) -> Option<DriftFile> {
        let reference = self.drifts_from(cell)?;
        let read = |name: &str| -> Option<Manifest<Settings>> {
            RunFolder::open(&self.path.join(name)).ok()?.read_manifest().ok()
        };
        let (from, own) = (read(&reference.name)?, read(&cell.name)?);
        let text = fs_err::read_to_string(self.path.join(&cell.name).join(DRIFT)).ok()?;
        let found: DriftFile = serde_json::from_value(nested(serde_json::from_str(&text).ok()?)).ok()?;
        let weights = |facts: &ModelFacts| (facts.sha256.clone(), facts.adapters.clone());
        let is_it = found.texts == reference.name
            && weights(&found.reference) == weights(&from.model)
            && weights(&found.model) == weights(&own.model)
            && found.traces_per_instance == self.file.drift_traces;
        is_it.then_some(found)
    }
}
