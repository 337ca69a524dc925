//! The files of a run folder, by name.

use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::journal::Journal;
use super::{StoreError, atomic};
use crate::record::manifest::Manifest;

/// Name of the manifest.
pub const MANIFEST: &str = "manifest.json";
/// Name of the journal.
pub const JOURNAL: &str = "journal.jsonl";
/// Name of the clock readings.
pub const TIMINGS: &str = "timings.jsonl";
/// Name of the log of a run's messages.
pub const LOG: &str = "log.txt";
/// Name of the file with the verdicts of further judges.
pub const VERDICTS: &str = "verdicts.jsonl";
/// Name of the file that lists the inputs of an analysis that has its own folder.
pub const SOURCES: &str = "sources.json";
/// Name of the table of a replay.
pub const REPLAY: &str = "replay.csv";
/// Name of the page of a run, a comparison or a sweep.
pub const REPORT_PAGE: &str = "report.html";
/// Files of a run that only the program itself writes.
pub const RESERVED: [&str; 6] = [MANIFEST, JOURNAL, TIMINGS, LOG, VERDICTS, SOURCES];
/// Files that are rendered from the journal.
pub const RENDERED: [&str; 6] = [
    "predictions.jsonl", "predictions.csv", "traces.csv", "subgroups.csv", "hypothesis.csv", "analysis.json",
];

/// Files that list the cells of a comparison or a sweep.
const LISTS: [&str; 2] = ["compare.json", "sweep.json"];
/// Tables next to such a list.
const TABLES: [&str; 7] =
    ["comparison.json", "comparison.csv", "table.json", "table.csv", "table.md", "paired.json", "paired.csv"];

/// Returns whether a path is a file of a run, a comparison or a sweep. Other output must not overwrite it.
#[must_use]
pub fn is_ours(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = |list: &&str| path.with_file_name(list).is_file();
    let of_a_run = RESERVED.contains(&&*name) || RENDERED.contains(&&*name);
    of_a_run || LISTS.contains(&&*name) || TABLES.contains(&&*name) && LISTS.iter().any(beside)
}

/// A run folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunFolder {
    path: PathBuf,
}

impl RunFolder {
    /// Creates the folder of a new run, or takes an empty one. `overwrite` removes the files of an earlier
    /// run and keeps all others.
    ///
    /// # Errors
    /// Returns [`StoreError::NotEmpty`] if the folder is not empty; fails if it cannot be written or another
    /// run is writing to it.
    pub fn create(path: &Path, overwrite: bool) -> Result<Self, StoreError> {
        prepare(path, overwrite)?;
        let folder = Self { path: path.to_owned() };
        // A run in progress would continue to write into a removed file.
        if folder.file(JOURNAL).is_file() {
            Journal::open(&folder.file(JOURNAL))?;
        }
        for name in [MANIFEST, JOURNAL, TIMINGS, LOG, VERDICTS, REPLAY, SOURCES, REPORT_PAGE]
            .into_iter()
            .chain(RENDERED)
        {
            remove_if_there(&folder.file(name))?;
        }
        Ok(folder)
    }

    /// Opens the folder of an earlier run.
    ///
    /// # Errors
    /// Returns [`StoreError::NotARun`] if the manifest or the journal is missing.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let folder = Self { path: path.to_owned() };
        for missing in [MANIFEST, JOURNAL] {
            if !folder.file(missing).is_file() {
                return Err(StoreError::NotARun { folder: path.to_owned(), missing });
            }
        }
        Ok(folder)
    }

    /// Returns the folder's path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the path of a file in the folder.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Writes a file atomically.
    ///
    /// # Errors
    /// Fails if the file cannot be written.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        Ok(atomic::write(&self.file(name), bytes)?)
    }

    /// Writes the manifest.
    ///
    /// # Errors
    /// Fails if the file cannot be written.
    pub fn write_manifest<S: Serialize>(&self, manifest: &Manifest<S>) -> Result<(), StoreError> {
        let mut bytes = serde_json::to_vec_pretty(manifest).map_err(io::Error::from)?;
        bytes.push(b'\n');
        self.write(MANIFEST, &bytes)
    }

    /// Reads the manifest.
    ///
    /// # Errors
    /// Returns [`StoreError::Manifest`] if the file is not a manifest of this program.
    pub fn read_manifest<S: DeserializeOwned>(&self) -> Result<Manifest<S>, StoreError> {
        let file = self.file(MANIFEST);
        let text = fs_err::read_to_string(&file)?;
        serde_json::from_str(&text).map_err(|error| StoreError::Manifest { file, what: error.to_string() })
    }
}

/// Makes `path` a writable folder: new, empty, or with `overwrite` any. Tests that it can be written, so that
/// a run does not fail at its end.
///
/// # Errors
/// Returns [`StoreError::NotEmpty`], [`StoreError::NotAFolder`], or the error of the system.
pub fn prepare(path: &Path, overwrite: bool) -> Result<(), StoreError> {
    if path.exists() && !path.is_dir() {
        return Err(StoreError::NotAFolder(path.to_owned()));
    }
    fs_err::create_dir_all(path)?;
    if !overwrite && fs_err::read_dir(path)?.next().is_some() {
        return Err(StoreError::NotEmpty(path.to_owned()));
    }
    tempfile::tempfile_in(path).map_err(|error| {
        io::Error::new(error.kind(), format!("cannot write to the output folder {}: {error}", path.display()))
    })?;
    Ok(())
}

/// Runs [`prepare`] and removes the folder again if it was new. This finds errors before long work.
///
/// # Errors
/// The same as [`prepare`].
pub fn probe(path: &Path, overwrite: bool) -> Result<(), StoreError> {
    let is_new = !path.exists();
    prepare(path, overwrite)?;
    if is_new {
        fs_err::remove_dir(path)?;
    }
    Ok(())
}

/// Creates the folder `PARENT/NNN-LABEL`, numbered one above the highest number in `parent`.
///
/// # Errors
/// Fails if the folder cannot be created.
pub fn fresh(parent: &Path, label: &str) -> Result<PathBuf, StoreError> {
    fs_err::create_dir_all(parent)?;
    let mut highest = 0;
    for entry in fs_err::read_dir(parent)? {
        let name = entry?.file_name();
        let number = name.to_string_lossy().split('-').next().and_then(|digits| digits.parse::<u32>().ok());
        highest = highest.max(number.unwrap_or(0));
    }
    loop {
        highest += 1;
        let path = parent.join(format!("{highest:03}-{label}"));
        // Creating the folder claims the number, because another process may be doing the same.
        match fs_err::create_dir(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn remove_if_there(path: &Path) -> Result<(), StoreError> {
    match fs_err::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
