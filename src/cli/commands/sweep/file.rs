//! `sweep.json`: what a sweep is made of, so that it can be gone on with.

use std::collections::HashSet;
use std::ffi::OsString;
use std::path::{Component, Path};

use serde::{Deserialize, Serialize};

use super::matrix::{self, CellPlan};
use super::option;
use crate::cli::exit::InputError;
use crate::record::SCHEMA_VERSION;
use crate::store::StoreError;

pub const SWEEP: &str = "sweep.json";

/// What OUT/sweep.json keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepFile {
    /// Version of the schema.
    pub schema_version: u32,
    /// Options of `run` that hold for all cells.
    pub options: Vec<String>,
    /// Traces of each instance that drift is measured on; none if it is not.
    pub drift_traces: Option<u32>,
    /// The cells in the order they were named; of each benchmark the first is the reference.
    pub cells: Vec<CellPlan>,
}

impl SweepFile {
    /// The file of an earlier sweep, if there is one.
    ///
    /// # Errors
    /// If it cannot be read, is of another version, or names a cell that is no folder of its own below the
    /// sweep's.
    pub fn read(path: &Path) -> anyhow::Result<Option<Self>> {
        let file = path.join(SWEEP);
        if !file.is_file() {
            return Ok(None);
        }
        let text = fs_err::read_to_string(&file)?;
        let unfit = |what: String| StoreError::Manifest { file: file.clone(), what };
        let found: Self = serde_json::from_str(&text).map_err(|error| unfit(error.to_string()))?;
        if found.schema_version != SCHEMA_VERSION {
            return Err(unfit(format!("schema {} is not {SCHEMA_VERSION}", found.schema_version)).into());
        }
        let mut names = HashSet::new();
        for cell in &found.cells {
            let mut parts = Path::new(&cell.name).components();
            let is_plain = matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None));
            if !is_plain || !names.insert(&cell.name) {
                return Err(unfit(format!("{:?} is no name of a cell, or stands twice", cell.name)).into());
            }
        }
        Ok(Some(found))
    }

    /// Adds the cells of another call behind these; what is there stays what it is.
    ///
    /// # Errors
    /// If options differ, or another cell has a name that is taken.
    pub fn and(mut self, more: Self, path: &Path) -> Result<Self, InputError> {
        if self.options != more.options {
            return Err(InputError {
                message: format!("{} holds a sweep with other options", path.display()),
                hint: Some(format!(
                    "sweep --resume {} goes on with it; another --output begins anew",
                    path.display()
                )),
            });
        }
        for cell in more.cells {
            if self.cells.contains(&cell) {
                continue;
            }
            if self.cells.iter().any(|other| other.name == cell.name) {
                return Err(InputError {
                    message: format!("{} holds another model or file as {}", path.display(), cell.name),
                    hint: Some("choose another --output, or give the file another name".to_owned()),
                });
            }
            self.cells.push(cell);
        }
        self.drift_traces = more.drift_traces;
        Ok(self)
    }

    /// The arguments of a cell's run, its folder and what goes on left out.
    ///
    /// # Errors
    /// If its policy is none.
    pub fn arguments(&self, cell: &CellPlan) -> Result<Vec<OsString>, InputError> {
        let mut arguments: Vec<OsString> = vec!["run".into()];
        arguments.extend(self.options.iter().map(OsString::from));
        arguments.push(option("model", &cell.model));
        arguments.push(option("benchmark", &cell.benchmark));
        arguments.extend(cell.data.iter().map(|data| option("data", data)));
        arguments.push(option("seed", cell.seed.to_string()));
        let options = matrix::policy(&cell.policy).map_err(|message| InputError { message, hint: None })?;
        arguments.extend(options.into_iter().map(OsString::from));
        Ok(arguments)
    }

    /// The first cell of a cell's benchmark.
    pub fn first_of<'a>(&'a self, cell: &'a CellPlan) -> &'a CellPlan {
        let alike = |other: &&CellPlan| other.benchmark == cell.benchmark && other.data == cell.data;
        self.cells.iter().find(alike).unwrap_or(cell)
    }

    /// Whether all answers come from a script, for tests.
    pub fn script(&self) -> Option<&String> {
        self.options.iter().find(|option| option.starts_with("--scripted="))
    }
}
