//! The cells of a sweep, one after the other.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{CommandFactory, FromArgMatches};
use serde::{Deserialize, Serialize};

use super::child::{self, Ended};
use super::matrix::{self, CellPlan};
use super::{folder_of, option, results};
use crate::analysis::Report;
use crate::cli::args::{Cli, Command};
use crate::cli::commands::cell::Cell;
use crate::cli::exit::{Exit, InputError};
use crate::cli::printer::Printer;
use crate::cli::sweep_args::SweepArgs;
use crate::deepconf::split::Split;
use crate::export::json;
use crate::plan::Settings;
use crate::record::manifest::{Manifest, Status};
use crate::store::folder::{JOURNAL, MANIFEST, RunFolder};
use crate::store::{StoreError, atomic};

/// What OUT/sweep.json keeps, so that a sweep can be gone on with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepFile {
    /// Version of the schema.
    pub schema_version: u32,
    /// Options of `run` that hold for all cells.
    pub options: Vec<String>,
    /// The cells; of each benchmark the first is the reference.
    pub cells: Vec<CellPlan>,
}

pub const SWEEP: &str = "sweep.json";
/// How far a cell's model is from the reference's, in the cell's folder.
pub const DRIFT: &str = "drift.json";

/// A sweep and its folder.
pub struct Sweep {
    pub path: PathBuf,
    pub file: SweepFile,
}

/// What became of a cell.
pub struct CellEnd {
    pub plan: CellPlan,
    /// Why it has no result.
    pub trouble: Option<String>,
}

impl SweepFile {
    /// The file of an earlier sweep, if there is one.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn read(path: &Path) -> anyhow::Result<Option<Self>> {
        let file = path.join(SWEEP);
        if !file.is_file() {
            return Ok(None);
        }
        let text = fs_err::read_to_string(&file)?;
        let found = serde_json::from_str(&text)
            .map_err(|error| StoreError::Manifest { file, what: error.to_string() })?;
        Ok(Some(found))
    }

    /// The arguments of a cell's run, its folder and what goes on left out.
    fn arguments(&self, cell: &CellPlan) -> Result<Vec<OsString>, InputError> {
        let mut arguments: Vec<OsString> = vec!["run".into()];
        arguments.extend(self.options.iter().map(OsString::from));
        arguments.push(option("model", &cell.model));
        arguments.push(option("benchmark", &cell.benchmark));
        arguments.extend(cell.data.iter().map(|data| option("data", data)));
        arguments.push(option("seed", cell.seed.to_string()));
        if let Some(policy) = &cell.policy {
            let options = matrix::policy(policy).map_err(|message| InputError { message, hint: None })?;
            arguments.extend(options.into_iter().map(OsString::from));
        }
        Ok(arguments)
    }
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

impl Sweep {
    /// Takes a folder for a sweep: a new one, or one with the same sweep, or a part of it.
    ///
    /// # Errors
    /// If it holds anything else.
    pub fn begin(path: PathBuf, mut file: SweepFile, overwrite: bool) -> anyhow::Result<Self> {
        let earlier = SweepFile::read(&path)?;
        match earlier {
            Some(earlier) if !overwrite => {
                if earlier.options != file.options {
                    return Err(InputError {
                        message: format!("{} holds a sweep with other options", path.display()),
                        hint: Some(format!(
                            "sweep --resume {} goes on with it; another --output begins anew",
                            path.display()
                        )),
                    }
                    .into());
                }
                // Cells may be added; those that are not named now stay in the table.
                let mut cells = earlier.cells;
                cells.retain(|cell| !file.cells.contains(cell));
                file.cells.extend(cells);
            }
            Some(earlier) => {
                for cell in &earlier.cells {
                    let folder = folder_of(&path, &cell.name);
                    if folder.is_dir() {
                        RunFolder::create(&folder, true)?;
                        let _ = fs_err::remove_file(folder.join(DRIFT));
                        // Stays if somebody put something else there.
                        let _ = fs_err::remove_dir(&folder);
                    }
                }
            }
            None => crate::store::folder::prepare(&path, overwrite)?,
        }
        atomic::write(&path.join(SWEEP), &json::pretty(&file)?)?;
        Ok(Self { path, file })
    }

    /// Runs what is not done, and writes the tables.
    pub fn carry_out(self, args: &SweepArgs, printer: &Printer) -> anyhow::Result<Exit> {
        let total = self.file.cells.len();
        let mut ends = Vec::new();
        let mut exit = Exit::Done;
        for (number, cell) in self.file.cells.iter().enumerate() {
            printer.note(&format!("[{}/{total}] {}", number + 1, cell.name));
            let ended = match self.cell(cell, args, printer) {
                Ok(ended) => ended,
                Err(error) => Ended::Failed(format!("{error:#}")),
            };
            match ended {
                Ended::Interrupted => {
                    exit = Exit::Interrupted;
                    break;
                }
                Ended::Failed(trouble) => {
                    printer.note(&format!("{}: failed ({trouble}); going on", cell.name));
                    exit = Exit::SomeFailed;
                    ends.push(CellEnd { plan: cell.clone(), trouble: Some(trouble) });
                }
                Ended::Done { failed } => {
                    if failed {
                        exit = Exit::SomeFailed;
                    }
                    ends.push(CellEnd { plan: cell.clone(), trouble: None });
                }
            }
        }
        results::write(&self, &ends, printer)?;
        let failed: Vec<&CellEnd> = ends.iter().filter(|end| end.trouble.is_some()).collect();
        if !failed.is_empty() {
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

    fn cell(&self, cell: &CellPlan, args: &SweepArgs, printer: &Printer) -> anyhow::Result<Ended> {
        let folder = folder_of(&self.path, &cell.name);
        let split = self.split(cell);
        let ended = match state(&folder)? {
            State::Complete => Ended::Done { failed: false },
            State::Begun => {
                let mut arguments: Vec<OsString> = vec!["run".into(), option("resume", &folder)];
                arguments.extend(self.scripted());
                common(&mut arguments, printer);
                child::run(&arguments)?
            }
            State::Missing => {
                let mut arguments = self.file.arguments(cell)?;
                arguments.push(option("output", &folder));
                // What a process left that was killed before it wrote its manifest.
                arguments.push("--overwrite".into());
                arguments.extend(split.map(|split| option("split", split.to_string())));
                common(&mut arguments, printer);
                child::run(&arguments)?
            }
        };
        if let (Ended::Done { .. }, Some(split)) = (&ended, split) {
            divide(&folder, split, printer)?;
        }
        match ended {
            Ended::Done { failed } if !args.no_drift && !self.has_script() => {
                Ok(match self.drift(cell, args, printer)? {
                    Ended::Done { .. } => Ended::Done { failed },
                    other => other,
                })
            }
            ended => Ok(ended),
        }
    }

    /// The reference's split, once it is known.
    fn split(&self, cell: &CellPlan) -> Option<f64> {
        let first = self
            .file
            .cells
            .iter()
            .find(|other| other.benchmark == cell.benchmark && other.data == cell.data)?;
        if first == cell {
            return None;
        }
        let text = fs_err::read_to_string(folder_of(&self.path, &first.name).join("analysis.json")).ok()?;
        serde_json::from_str::<Report>(&text).ok()?.split.value
    }

    /// Measures the drift from the same cell of the first model, if the models differ. Once for each model and
    /// benchmark: other policies draw the same traces, and other seeds more of the kind.
    fn drift(&self, cell: &CellPlan, args: &SweepArgs, printer: &Printer) -> anyhow::Result<Ended> {
        let done = Ok(Ended::Done { failed: false });
        let Some(reference) = matrix::reference(&self.file.cells, cell) else { return done };
        let file = folder_of(&self.path, &cell.name).join(DRIFT);
        let from = folder_of(&self.path, &reference.name);
        let is_first = |other: &CellPlan| {
            matrix::reference(&self.file.cells, other).is_none_or(|first| first.model != other.model)
        };
        if reference.model == cell.model
            || !is_first(reference)
            || file.is_file()
            || state(&from)? != State::Complete
        {
            return done;
        }
        let mut arguments: Vec<OsString> =
            vec!["drift".into(), from.into(), option("model", &cell.model), option("output", &file)];
        arguments.push(option("traces", args.drift_traces.to_string()));
        if args.run.hub.offline {
            arguments.push("--offline".into());
        }
        common(&mut arguments, printer);
        child::run(&arguments).map_err(Into::into).map(|ended| match ended {
            Ended::Failed(what) => Ended::Failed(format!("drift: {what}")),
            ended => ended,
        })
    }

    fn scripted(&self) -> impl Iterator<Item = OsString> + '_ {
        self.file.options.iter().filter(|option| option.starts_with("--scripted=")).map(OsString::from)
    }

    fn has_script(&self) -> bool {
        self.scripted().next().is_some()
    }
}

fn common(arguments: &mut Vec<OsString>, printer: &Printer) {
    if printer.is_quiet() {
        arguments.push("--quiet".into());
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// There is no run.
    Missing,
    /// It was begun.
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
    let manifest: Manifest<Settings> = RunFolder::open(folder)?.read_manifest()?;
    Ok(if manifest.status == Status::Complete { State::Complete } else { State::Begun })
}

/// Renders a complete cell with the reference's split, if it was divided otherwise.
fn divide(folder: &Path, split: f64, printer: &Printer) -> anyhow::Result<()> {
    let manifest: Manifest<Settings> = RunFolder::open(folder)?.read_manifest()?;
    if manifest.settings.reading.split != Split::Value(split) {
        let mut cell = Cell::resume(RunFolder::open(folder)?, printer)?;
        cell.set_split(split)?;
        cell.finished()?;
    }
    Ok(())
}
