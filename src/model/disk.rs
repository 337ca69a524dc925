//! Room on the disk of a folder.

use std::path::Path;

/// Bytes that may be written on the file system of a path that exists; `None` where the system does
/// not tell.
#[must_use]
pub fn free(path: &Path) -> Option<u64> {
    // Some file systems of networks say 0 of 0.
    let total = fs4::total_space(path).ok()?;
    fs4::available_space(path).ok().filter(|_| total > 0)
}
