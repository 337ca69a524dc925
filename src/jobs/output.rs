//! Output files that the caller names, outside run folders.

use std::path::Path;

use super::error::{InputError, JobError};
use crate::store::atomic;
use crate::store::folder::is_ours;

/// Checks that an output file would not overwrite a file of a run or an input.
///
/// # Errors
/// Returns [`InputError`] that names the file.
pub fn check<'a>(
    path: &Path,
    inputs: impl IntoIterator<Item = &'a Path>,
    option: &str,
) -> Result<(), InputError> {
    let is_same = |input: &Path| matches!((input.canonicalize(), path.canonicalize()), (Ok(one), Ok(other)) if one == other);
    if is_ours(path) || inputs.into_iter().any(is_same) {
        let message = format!("{} would be overwritten", path.display());
        return Err(InputError::new(message, format!("choose another name for {option}")));
    }
    Ok(())
}

/// Writes a file atomically.
///
/// # Errors
/// Fails if the file cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), JobError> {
    Ok(atomic::write(path, bytes)?)
}
