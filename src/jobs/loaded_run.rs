//! A recorded run in memory.

use std::path::PathBuf;

use crate::analysis::{Outcome, outcomes};
use crate::record::journal::Entry;
use crate::record::manifest::Manifest;
use crate::settings::Settings;
use crate::store::folder::RunFolder;

/// A recorded run in memory.
pub struct LoadedRun {
    /// As it was named.
    pub path: PathBuf,
    /// Its folder; none for a file of traces.
    pub folder: Option<RunFolder>,
    /// What is known of the run.
    pub manifest: Manifest<Settings>,
    /// What was learned.
    pub entries: Vec<Entry>,
}

impl LoadedRun {
    /// The name of the folder or file.
    pub fn name(&self) -> String {
        let path = std::path::absolute(&self.path).unwrap_or_else(|_| self.path.clone());
        path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
    }

    /// What became of each instance; the entries are used up.
    pub fn outcomes(&mut self) -> Vec<Outcome> {
        outcomes(std::mem::take(&mut self.entries))
    }
}
