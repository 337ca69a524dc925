//! Opens recorded traces: a run folder, or a trace file of another program.

use std::path::Path;

use super::context::Context;
use super::error::{InputError, JobError};
use super::loaded_run::LoadedRun;
use super::traces_file;
use crate::record::manifest::{Manifest, Status};
use crate::record::{OLDEST_SCHEMA_VERSION, SCHEMA_VERSION};
use crate::settings::Settings;
use crate::store::folder::{JOURNAL, RunFolder};
use crate::store::journal;

/// Checks that a run folder's manifest and journal are of a version that this program reads.
///
/// # Errors
/// Fails if they are older or newer.
pub fn check_version(path: &Path, version: u32) -> Result<(), InputError> {
    if (OLDEST_SCHEMA_VERSION..=SCHEMA_VERSION).contains(&version) {
        return Ok(());
    }
    Err(InputError::new(
        format!(
            "{} has files of schema version {version}; this program reads versions {OLDEST_SCHEMA_VERSION} to \
             {SCHEMA_VERSION}",
            path.display()
        ),
        "use the program version that wrote it",
    ))
}

/// Reads a recorded run, and notes if it is not complete.
///
/// # Errors
/// Fails if the path is neither a run folder of this version nor a valid trace file.
pub fn open(path: &Path, context: &Context<'_>) -> Result<LoadedRun, JobError> {
    open_as(path, &|_| {}, context)
}

/// Reads a recorded run as [`open`] does. `change` sets the settings of a trace file, which has none of its
/// own.
///
/// # Errors
/// Fails as [`open`] does.
pub fn open_as(
    path: &Path,
    change: &dyn Fn(&mut Settings),
    context: &Context<'_>,
) -> Result<LoadedRun, JobError> {
    if path.is_file() {
        return traces_file::read(path, change, context);
    }
    let folder = RunFolder::open(path)?;
    let manifest: Manifest<Settings> = folder.read_manifest()?;
    check_version(path, manifest.schema_version)?;
    let (entries, _) = journal::read(&folder.file(JOURNAL))?;
    if manifest.status != Status::Complete {
        context.note(&format!("note: the run in {} is not complete", path.display()));
    }
    Ok(LoadedRun { path: path.to_owned(), folder: Some(folder), manifest, entries })
}
