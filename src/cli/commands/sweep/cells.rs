//! The cells of a sweep, one after the other.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::{CommandFactory, FromArgMatches};

use super::child::{self, Ended};
use super::file::{SWEEP, SweepFile};
use super::matrix::{self, CellPlan};
use super::models::Opened;
use super::{folder_of, option, results};
use crate::analysis::Report;
use crate::cli::args::{Cli, Command};
use crate::cli::commands::cell::Cell;
use crate::cli::commands::drift::DriftFile;
use crate::cli::exit::{Exit, InputError};
use crate::cli::printer::Printer;
use crate::deepconf::split::Split;
use crate::export::json;
use crate::model::digest::sha256_file;
use crate::plan::{RecordMode, Settings};
use crate::record::manifest::{Manifest, Status};
use crate::store::folder::{JOURNAL, MANIFEST, RunFolder};
use crate::store::journal::Journal;
use crate::store::{StoreError, atomic};

/// How far a cell's model is from the reference's, in the cell's folder.
pub const DRIFT: &str = "drift.json";

/// How long a cell of a sweep that was killed may take to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// A sweep and its folder.
pub struct Sweep {
    pub path: PathBuf,
    pub file: SweepFile,
    pub models: Vec<Opened>,
    /// What is said to every child beside its options.
    pub common: Vec<OsString>,
}

/// What became of a cell.
pub struct CellEnd {
    pub plan: CellPlan,
    /// Why it has no result.
    pub trouble: Option<String>,
}

/// Sees that a cell's options are sound.
///
/// # Errors
/// As `run` would.
pub fn check(file: &SweepFile, cell: &CellPlan) -> anyhow::Result<Settings> {
    let program = [OsString::from("safety-deepconf")];
    let arguments = program.into_iter().chain(file.arguments(cell)?);
    let parsed =
        Cli::command().try_get_matches_from(arguments).and_then(|matches| Cli::from_arg_matches(&matches));
    match parsed {
        Ok(Cli { command: Command::Run(run), .. }) => run.settings().with_context(|| cell.name.clone()),
        Ok(_) => anyhow::bail!("{}: no run", cell.name),
        Err(error) => {
            let message =
                format!("{}: {}", cell.name, error.to_string().trim_start_matches("error: ").trim());
            Err(InputError { message, hint: None }.into())
        }
    }
}

/// Takes a folder for a sweep: a new one, or one with the same sweep, or a part of it. What is to be done there is
/// on disk when this returns.
///
/// # Errors
/// If it holds anything else.
pub fn begin(path: &Path, file: SweepFile, overwrite: bool) -> anyhow::Result<SweepFile> {
    let file = match SweepFile::read(path)? {
        Some(earlier) if !overwrite => earlier.and(file, path)?,
        Some(earlier) => {
            for cell in &earlier.cells {
                let folder = folder_of(path, &cell.name);
                if folder.is_dir() {
                    RunFolder::create(&folder, true)?;
                    let _ = fs_err::remove_file(folder.join(DRIFT));
                    // Stays if somebody put something else there.
                    let _ = fs_err::remove_dir(&folder);
                }
            }
            file
        }
        None => {
            crate::store::folder::prepare(path, overwrite)?;
            file
        }
    };
    atomic::write(&path.join(SWEEP), &json::pretty(&file)?)?;
    Ok(file)
}

impl Sweep {
    /// Runs what is not done, and writes the tables.
    pub fn carry_out(self, printer: &Printer) -> anyhow::Result<Exit> {
        let total = self.file.cells.len();
        let mut ends = Vec::new();
        let mut exit = Exit::Done;
        for (number, cell) in self.file.cells.iter().enumerate() {
            printer.note(&format!("[{}/{total}] {}", number + 1, cell.name));
            let ended = match self.cell(cell, printer) {
                Ok(ended) => ended,
                Err(error) => Ended::Failed(format!("{error:#}")),
            };
            let trouble = match ended {
                Ended::Interrupted => {
                    exit = Exit::Interrupted;
                    break;
                }
                Ended::Failed(trouble) => {
                    printer.note(&format!("{}: failed ({trouble}); going on", cell.name));
                    Some(trouble)
                }
                Ended::Done { failed } => {
                    if failed {
                        exit = Exit::SomeFailed;
                    }
                    None
                }
            };
            ends.push(CellEnd { plan: cell.clone(), trouble });
        }
        for end in ends.iter_mut().filter(|end| end.trouble.is_none()) {
            if let Err(error) = self.divide(&end.plan, printer) {
                end.trouble = Some(format!("{error:#}"));
            }
        }
        results::write(&self, &mut ends, printer)?;
        let failed: Vec<&CellEnd> = ends.iter().filter(|end| end.trouble.is_some()).collect();
        if !failed.is_empty() {
            exit = if exit == Exit::Done { Exit::SomeFailed } else { exit };
            printer.note(&format!("{} of {total} cells failed:", failed.len()));
            for end in failed {
                printer.note(&format!("  {}: {}", end.plan.name, end.trouble.as_deref().unwrap_or_default()));
            }
        }
        if exit == Exit::Interrupted {
            let path = self.path.display();
            printer.note(&format!("interrupted; continue with: safety-deepconf sweep --resume {path}"));
        }
        Ok(exit)
    }

    fn cell(&self, cell: &CellPlan, printer: &Printer) -> anyhow::Result<Ended> {
        let folder = folder_of(&self.path, &cell.name);
        wait_for(&folder.join(JOURNAL));
        let state = state(&folder)?;
        if state != State::Missing {
            self.is_still_the_same(cell, &folder)?;
        }
        let ended = match state {
            State::Complete => Ended::Done { failed: false },
            State::Begun => {
                let mut arguments: Vec<OsString> = vec!["run".into(), option("resume", &folder)];
                arguments.extend(self.file.script().map(OsString::from));
                self.child(arguments)?
            }
            State::Missing => {
                let mut arguments = self.file.arguments(cell)?;
                arguments.push(option("output", &folder));
                // What a process left that was killed before it wrote its manifest.
                arguments.push("--overwrite".into());
                self.child(arguments)?
            }
        };
        match ended {
            Ended::Done { failed } => Ok(match self.drift(cell, printer)? {
                Ended::Done { .. } => Ended::Done { failed },
                other => other,
            }),
            ended => Ok(ended),
        }
    }

    fn child(&self, mut arguments: Vec<OsString>) -> std::io::Result<Ended> {
        arguments.extend(self.common.iter().cloned());
        child::run(&arguments)
    }

    fn opened(&self, name: &str) -> Option<&crate::model::ModelFile> {
        self.models.iter().find(|one| one.name == name)?.file.as_ref()
    }

    /// A cell that was begun goes on with the files that it was begun with.
    fn is_still_the_same(&self, cell: &CellPlan, folder: &Path) -> anyhow::Result<()> {
        let manifest: Manifest<Settings> = RunFolder::open(folder)?.read_manifest()?;
        let changed = |what: &str| {
            anyhow::anyhow!(
                "{what} is another file now than {} was run with: another --output runs it anew",
                cell.name
            )
        };
        if self.opened(&cell.model).is_some_and(|file| file.sha256 != manifest.model.sha256) {
            return Err(changed(&cell.model));
        }
        if let (Some(data), Some(sha256)) = (&cell.data, &manifest.benchmark.sha256)
            && Path::new(data).is_file()
            && sha256_file(Path::new(data))? != *sha256
        {
            return Err(changed(data));
        }
        Ok(())
    }

    /// Has a complete cell divided at the value of its benchmark's first cell that has a result.
    fn divide(&self, cell: &CellPlan, printer: &Printer) -> anyhow::Result<()> {
        let first = self.file.cells.iter().find(|other| {
            self.file.first_of(other) == self.file.first_of(cell)
                && has_result(&folder_of(&self.path, &other.name))
        });
        let Some(first) = first.filter(|first| *first != cell) else { return Ok(()) };
        let text = fs_err::read_to_string(folder_of(&self.path, &first.name).join("analysis.json"))?;
        let Some(split) = serde_json::from_str::<Report>(&text)?.split.value else { return Ok(()) };
        let folder = folder_of(&self.path, &cell.name);
        let manifest: Manifest<Settings> = RunFolder::open(&folder)?.read_manifest()?;
        if manifest.settings.reading.split != Split::Value(split) {
            let mut cell = Cell::resume(RunFolder::open(&folder)?, printer)?;
            cell.set_split(split)?;
            cell.finished()?;
        }
        Ok(())
    }

    /// Measures the drift from the same cell of the first model, if the models differ. Once for each model and
    /// benchmark: other policies draw the same traces, and other seeds more of the kind.
    fn drift(&self, cell: &CellPlan, printer: &Printer) -> anyhow::Result<Ended> {
        let done = Ok(Ended::Done { failed: false });
        let (Some(reference), Some(traces)) = (self.drifts_from(cell), self.file.drift_traces) else {
            return done;
        };
        let from = folder_of(&self.path, &reference.name);
        let file = folder_of(&self.path, &cell.name).join(DRIFT);
        if !has_result(&from) || self.known_drift(cell).is_some() {
            return done;
        }
        let manifest: Manifest<Settings> = RunFolder::open(&from)?.read_manifest()?;
        if manifest.settings.record == RecordMode::Summary {
            printer.note("note: drift needs --record tokens: it is left out");
            return done;
        }
        if let (Some(one), Some(other)) = (self.opened(&reference.model), self.opened(&cell.model)) {
            let tokens = |file: &crate::model::ModelFile| (file.header.vocabulary(), file.header.tokens_crc);
            if tokens(one) != tokens(other) {
                printer.note(&format!("note: {}: another vocabulary, no drift", cell.name));
                return done;
            }
        }
        let arguments: Vec<OsString> = vec![
            "drift".into(),
            from.into(),
            option("model", &cell.model),
            option("output", &file),
            option("traces", traces.to_string()),
        ];
        Ok(match self.child(arguments)? {
            Ended::Failed(what) => Ended::Failed(format!("drift: {what}")),
            ended => ended,
        })
    }

    /// The cell whose answers a cell's model is held against.
    fn drifts_from(&self, cell: &CellPlan) -> Option<&CellPlan> {
        let reference = matrix::reference(&self.file.cells, cell)?;
        let is_first = |other: &CellPlan| {
            matrix::reference(&self.file.cells, other).is_none_or(|first| first.model != other.model)
        };
        (self.file.script().is_none() && reference.model != cell.model && is_first(reference))
            .then_some(reference)
    }

    /// A cell's drift, if it was measured, of these weights against those of its reference on its answers.
    pub fn known_drift(&self, cell: &CellPlan) -> Option<DriftFile> {
        let reference = self.drifts_from(cell)?;
        let read = |name: &str| -> Option<Manifest<Settings>> {
            RunFolder::open(&folder_of(&self.path, name)).ok()?.read_manifest().ok()
        };
        let (from, own) = (read(&reference.name)?, read(&cell.name)?);
        let text = fs_err::read_to_string(folder_of(&self.path, &cell.name).join(DRIFT)).ok()?;
        let found: DriftFile = serde_json::from_str(&text).ok()?;
        let is_it = found.texts == reference.name
            && (&found.reference.sha256, &found.model.sha256) == (&from.model.sha256, &own.model.sha256)
            && found.traces_per_instance == self.file.drift_traces;
        is_it.then_some(found)
    }
}

/// A sweep that was killed leaves a cell that is about to end.
fn wait_for(journal: &Path) {
    let begun = Instant::now();
    while journal.is_file() && begun.elapsed() < PATIENCE {
        match Journal::open(journal) {
            Err(StoreError::Locked(_)) => std::thread::sleep(Duration::from_millis(100)),
            // Any other trouble is the cell's own to tell.
            _ => return,
        }
    }
}

/// Whether a cell was sampled to its end, instances that failed aside.
pub fn has_result(folder: &Path) -> bool {
    let manifest = RunFolder::open(folder).and_then(|run| run.read_manifest::<Settings>());
    manifest.is_ok_and(|manifest| manifest.status == Status::Complete)
        && folder.join("analysis.json").is_file()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// There is no run.
    Missing,
    /// It was begun, some instances failed, or not every judge has spoken.
    Begun,
    /// It is complete.
    Complete,
}

/// How far a cell is.
///
/// # Errors
/// If its manifest cannot be read.
pub fn state(folder: &Path) -> anyhow::Result<State> {
    if !folder.join(MANIFEST).is_file() || !folder.join(JOURNAL).is_file() {
        return Ok(State::Missing);
    }
    let run = RunFolder::open(folder)?;
    let manifest: Manifest<Settings> = run.read_manifest()?;
    if manifest.status != Status::Complete {
        return Ok(State::Begun);
    }
    let Ok(text) = fs_err::read_to_string(folder.join("analysis.json")) else { return Ok(State::Begun) };
    let failed = serde_json::from_str::<Report>(&text)?.overall.failed;
    // Judging goes on where it ended, and costs nothing where all is said.
    let has_panel = !manifest.settings.panel.is_empty();
    Ok(if failed > 0 || has_panel { State::Begun } else { State::Complete })
}
