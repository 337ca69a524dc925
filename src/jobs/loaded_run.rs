//! A recorded run in memory.

use std::path::PathBuf;

use crate::analysis::{Outcome, outcomes};
use crate::record::journal::Entry;
use crate::record::manifest::Manifest;
use crate::settings::Settings;
use crate::store::folder::RunFolder;

/// A recorded run in memory.
pub struct LoadedRun {
    /// Path as given by the caller.
    pub path: PathBuf,
    /// Run folder; `None` for a trace file.
    pub folder: Option<RunFolder>,
    /// Manifest of the run.
    pub manifest: Manifest<Settings>,
    /// Entries of the journal.
    pub entries: Vec<Entry>,
}

impl LoadedRun {
    /// Returns the name of the folder or file.
    pub fn name(&self) -> String {
        let path = std::path::absolute(&self.path).unwrap_or_else(|_| self.path.clone());
        path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
    }

    /// Returns the outcome of each instance. Takes the entries out of `self`.
    pub fn outcomes(&mut self) -> Vec<Outcome> {
        outcomes(std::mem::take(&mut self.entries))
    }
}
