//! Files that the caller names, beside those of run folders.

use std::path::Path;

use super::error::{InputError, JobError};
use crate::store::atomic;
use crate::store::folder::is_ours;

/// Sees that a file to write takes the place of nothing that a run wrote or that is read.
///
/// # Errors
/// [`InputError`], which names the file.
pub fn check<'a>(
    path: &Path,
    inputs: impl IntoIterator<Item = &'a Path>,
    option: &str,
) -> Result<(), InputError> {
    let is_same = |input: &Path| matches!((input.canonicalize(), path.canonicalize()), (Ok(one), Ok(other)) if one == other);
    if is_ours(path) || inputs.into_iter().any(is_same) {
        let message = format!("{} would be overwritten", path.display());
        return Err(InputError::new(message, format!("{option} takes a name of its own")));
    }
    Ok(())
}

/// Writes a file, whole or not at all.
///
/// # Errors
/// If it cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), JobError> {
    Ok(atomic::write(path, bytes)?)
}
