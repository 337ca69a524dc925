//! `sweep.json`: the cells of a sweep, so that it can continue.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::grid::SweepCell;
use crate::jobs::differences::differences;
use crate::jobs::error::{InputError, JobError};
use crate::record::{OLDEST_SCHEMA_VERSION, SCHEMA_VERSION};
use crate::settings::Settings;
use crate::store::StoreError;

/// Name of the file.
pub const SWEEP: &str = "sweep.json";

/// Version of this file. Version 2 holds settings; version 1 held a command line.
const VERSION: u32 = 2;

/// The contents of `sweep.json` in the folder of a sweep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SweepFile {
    /// Version of the schema of run folders.
    pub schema_version: u32,
    /// Version of this file.
    pub sweep_version: u32,
    /// Script that answers instead of the models, for tests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<PathBuf>,
    /// Number of traces of each instance that drift is measured on; `None` to measure no drift.
    pub drift_traces: Option<u32>,
    /// Cells in the order named. The first cell of each benchmark is its reference.
    pub cells: Vec<SweepCell>,
}

/// A cell of a version 1 file, which has no settings of its own.
#[derive(Clone, Debug, Deserialize)]
pub struct OldCell {
    /// Name of the cell's folder in the sweep's folder.
    pub name: String,
    /// Model, as `--model` takes it.
    pub model: String,
    /// Name of the benchmark.
    pub benchmark: String,
    /// File of the benchmark, if one was named.
    pub data: Option<String>,
    /// Policy, as `--policies` takes it.
    pub policy: String,
    /// Seed of all traces.
    pub seed: u64,
}

/// The contents of a version 1 file: cells, and the options of `run` that apply to all of them.
#[derive(Clone, Debug, Deserialize)]
struct OldFile {
    options: Vec<String>,
    drift_traces: Option<u32>,
    cells: Vec<OldCell>,
}

/// A function that reads the settings and the script of a version 1 cell. Its options are a command line,
/// which only a program with a command line can parse.
pub type ReadOld<'a> = &'a dyn Fn(&[String], &OldCell) -> Result<(Settings, Option<PathBuf>), JobError>;

impl SweepFile {
    /// Lists the cells of a new sweep.
    #[must_use]
    pub fn new(cells: Vec<SweepCell>, script: Option<PathBuf>, drift_traces: Option<u32>) -> Self {
        Self { schema_version: SCHEMA_VERSION, sweep_version: VERSION, script, drift_traces, cells }
    }

    /// Reads the file of an earlier sweep, if there is one.
    ///
    /// # Errors
    /// Fails if the file cannot be read, has an unknown version, or lists a cell twice or outside the sweep's
    /// folder.
    pub fn read(path: &Path, old: ReadOld<'_>) -> Result<Option<Self>, JobError> {
        let file = path.join(SWEEP);
        if !file.is_file() {
            return Ok(None);
        }
        let text = fs_err::read_to_string(&file)?;
        let unfit = |what: String| StoreError::Manifest { file: file.clone(), what };
        let value: serde_json::Value =
            serde_json::from_str(&text).map_err(|error| unfit(error.to_string()))?;
        let number = |name: &str| value.get(name).and_then(serde_json::Value::as_u64);
        let (schema, version) = (number("schema_version"), number("sweep_version").unwrap_or(1));
        let readable = u64::from(OLDEST_SCHEMA_VERSION)..=u64::from(SCHEMA_VERSION);
        if !schema.is_some_and(|schema| readable.contains(&schema)) {
            let schema = schema.map_or("unknown".to_owned(), |schema| schema.to_string());
            return Err(unfit(format!(
                "schema version {schema} is not one of {OLDEST_SCHEMA_VERSION} to {SCHEMA_VERSION}"
            ))
            .into());
        }
        let found: Self = match version {
            1 => {
                let earlier: OldFile =
                    serde_json::from_value(value).map_err(|error| unfit(error.to_string()))?;
                of_version_1(earlier, old)?
            }
            2 => serde_json::from_value(value).map_err(|error| unfit(error.to_string()))?,
            version => return Err(unfit(format!("sweep version {version} is newer than {VERSION}")).into()),
        };
        let mut names = HashSet::new();
        for cell in &found.cells {
            let mut parts = Path::new(&cell.name).components();
            let is_plain = matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None));
            if !is_plain || !names.insert(&cell.name) {
                let what = format!("{:?} is not a valid cell name, or is listed twice", cell.name);
                return Err(unfit(what).into());
            }
        }
        Ok(Some(found))
    }

    /// Appends the new cells of another request. Known cells stay unchanged.
    ///
    /// # Errors
    /// Fails if the settings of a known cell differ, or a new cell has the name of another one.
    pub fn and(mut self, more: Self, path: &Path) -> Result<Self, InputError> {
        for cell in more.cells {
            let Some(known) = self.cells.iter().find(|other| other.name == cell.name) else {
                self.cells.push(cell);
                continue;
            };
            if (&known.model, &known.benchmark, &known.data) != (&cell.model, &cell.benchmark, &cell.data) {
                return Err(InputError::new(
                    format!("{} holds {} with another model or file", path.display(), cell.name),
                    "choose another --output, or give the file another name",
                ));
            }
            let found = differences(&known.settings, &cell.settings);
            if !found.is_empty() {
                let path = path.display();
                return Err(InputError::new(
                    format!("{path} holds a sweep with other settings: {}: {}", cell.name, found.join("; ")),
                    format!("sweep --resume {path} continues it; another --output begins a new one"),
                ));
            }
        }
        self.drift_traces = more.drift_traces;
        Ok(self)
    }

    /// Returns the first cell of a cell's benchmark.
    #[must_use]
    pub fn first_of<'a>(&'a self, cell: &'a SweepCell) -> &'a SweepCell {
        let alike = |other: &&SweepCell| other.benchmark == cell.benchmark && other.data == cell.data;
        self.cells.iter().find(alike).unwrap_or(cell)
    }
}

fn of_version_1(earlier: OldFile, old: ReadOld<'_>) -> Result<SweepFile, JobError> {
    let mut script = None;
    let mut cells = Vec::new();
    for cell in earlier.cells {
        let (mut settings, its_script) = old(&earlier.options, &cell)?;
        settings.benchmark.first = true;
        script = script.or(its_script);
        let OldCell { name, model, benchmark, data, policy, seed } = cell;
        cells.push(SweepCell { name, model, benchmark, data, policy, seed, settings });
    }
    Ok(SweepFile::new(cells, script, earlier.drift_traces))
}
