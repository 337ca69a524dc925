//! The state of a cell.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::jobs::analysis_file::AnalysisFile;
use crate::jobs::error::JobError;
use crate::record::manifest::{Manifest, Status};
use crate::settings::Settings;
use crate::store::StoreError;
use crate::store::folder::{JOURNAL, MANIFEST, RunFolder};
use crate::store::journal::Journal;

/// Time that a cell of a killed sweep may take to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until no process writes to the journal: a killed sweep leaves a cell that is about to end.
pub fn wait_for(journal: &Path) {
    let begun = Instant::now();
    while journal.is_file() && begun.elapsed() < PATIENCE {
        match Journal::open(journal) {
            Err(StoreError::Locked(_)) => std::thread::sleep(Duration::from_millis(100)),
            // The cell reports any other error itself.
            _ => return,
        }
    }
}

/// Returns whether a cell was sampled to its end, apart from failed instances.
pub fn has_result(folder: &Path) -> bool {
    let manifest = RunFolder::open(folder).and_then(|run| run.read_manifest::<Settings>());
    manifest.is_ok_and(|manifest| manifest.status == Status::Complete)
        && folder.join("analysis.json").is_file()
}

/// The state of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The cell has no run.
    Missing,
    /// The run is not complete, some instances failed, or the run has a panel.
    Begun,
    /// The run is complete.
    Complete,
}

/// Reads the state of a cell.
///
/// # Errors
/// Fails if the manifest or `analysis.json` cannot be parsed.
pub fn state(folder: &Path) -> Result<State, JobError> {
    if !folder.join(MANIFEST).is_file() || !folder.join(JOURNAL).is_file() {
        return Ok(State::Missing);
    }
    let run = RunFolder::open(folder)?;
    let manifest: Manifest<Settings> = run.read_manifest()?;
    if manifest.status != Status::Complete {
        return Ok(State::Begun);
    }
    let Some(analysis) = AnalysisFile::read(folder)? else { return Ok(State::Begun) };
    let failed = analysis.overall.failed;
    // Resuming continues the judging of a panel, and costs nothing if that is complete.
    let has_panel = !manifest.settings.panel.is_empty();
    Ok(if failed > 0 || has_panel { State::Begun } else { State::Complete })
}
