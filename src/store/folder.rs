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
/// Name of what a run told while it ran.
pub const LOG: &str = "log.txt";
/// Name of what judges said beside the run's own.
pub const VERDICTS: &str = "verdicts.jsonl";
/// Name of the file that says what an analysis in a folder of its own was made of.
pub const SOURCES: &str = "sources.json";
/// Name of the table of a replay.
pub const REPLAY: &str = "replay.csv";
/// Files of a run that only the program itself writes.
pub const RESERVED: [&str; 6] = [MANIFEST, JOURNAL, TIMINGS, LOG, VERDICTS, SOURCES];
/// Files that are rendered from the journal.
pub const RENDERED: [&str; 6] = [
    "predictions.jsonl",
    "predictions.csv",
    "traces.csv",
    "subgroups.csv",
    "hypothesis.csv",
    "analysis.json",
];

/// What lists the cells of a comparison or a sweep.
const LISTS: [&str; 2] = ["compare.json", "sweep.json"];
/// Tables that stand beside such a list.
const TABLES: [&str; 7] =
    ["comparison.json", "comparison.csv", "table.json", "table.csv", "table.md", "paired.json", "paired.csv"];

/// Whether a file of this name and place is a run's, a comparison's or a sweep's: nothing else is to be written over
/// it.
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
    /// Makes a folder for a new run, or takes an empty one. With `overwrite` the files of an
    /// earlier run in it are removed; files that are not ours stay.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`] for a folder with something in it, or if it cannot be written.
    pub fn create(path: &Path, overwrite: bool) -> Result<Self, StoreError> {
        prepare(path, overwrite)?;
        let folder = Self { path: path.to_owned() };
        // A run that still writes here would go on into a removed file.
        if folder.file(JOURNAL).is_file() {
            Journal::open(&folder.file(JOURNAL))?;
        }
        for name in [MANIFEST, JOURNAL, TIMINGS, LOG, VERDICTS, REPLAY, SOURCES].into_iter().chain(RENDERED) {
            remove_if_there(&folder.file(name))?;
        }
        Ok(folder)
    }

    /// The folder of an earlier run.
    ///
    /// # Errors
    /// [`StoreError::NotARun`] if it has no manifest or journal.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let folder = Self { path: path.to_owned() };
        for missing in [MANIFEST, JOURNAL] {
            if !folder.file(missing).is_file() {
                return Err(StoreError::NotARun { folder: path.to_owned(), missing });
            }
        }
        Ok(folder)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path of a file in it.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Writes a file, whole or not at all.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        Ok(atomic::write(&self.file(name), bytes)?)
    }

    /// Writes the manifest.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write_manifest<S: Serialize>(&self, manifest: &Manifest<S>) -> Result<(), StoreError> {
        let mut bytes = serde_json::to_vec_pretty(manifest).map_err(io::Error::from)?;
        bytes.push(b'\n');
        self.write(MANIFEST, &bytes)
    }

    /// Reads the manifest.
    ///
    /// # Errors
    /// [`StoreError::Manifest`] if it is no manifest of this program.
    pub fn read_manifest<S: DeserializeOwned>(&self) -> Result<Manifest<S>, StoreError> {
        let file = self.file(MANIFEST);
        let text = fs_err::read_to_string(&file)?;
        serde_json::from_str(&text).map_err(|error| StoreError::Manifest { file, what: error.to_string() })
    }
}

/// Makes `path` a folder that may be written: new, empty, or with `overwrite` any.
///
/// # Errors
/// [`StoreError::NotEmpty`], [`StoreError::NotAFolder`], or what the system says; that it can be
/// written is tried, so that a run does not fail at its end.
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

/// Tries [`prepare`] and leaves nothing behind: for a word before long work.
///
/// # Errors
/// As [`prepare`].
pub fn probe(path: &Path, overwrite: bool) -> Result<(), StoreError> {
    let is_new = !path.exists();
    prepare(path, overwrite)?;
    if is_new {
        fs_err::remove_dir(path)?;
    }
    Ok(())
}

/// A new folder `PARENT/NNN-LABEL`, one number above the highest there.
///
/// # Errors
/// If it cannot be made.
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
        // Making the folder is what takes the number: another process may be doing the same.
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
