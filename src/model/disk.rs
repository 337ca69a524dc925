//! Free disk space.

use std::path::Path;

/// Returns the bytes available on the file system of an existing path, or `None` if the system does not
/// report them.
#[must_use]
pub fn free(path: &Path) -> Option<u64> {
    // Some network file systems report 0 of 0 bytes.
    let total = fs4::total_space(path).ok()?;
    fs4::available_space(path).ok().filter(|_| total > 0)
}

/// Returns bytes as text in megabytes: `12 MB`.
#[must_use]
pub fn megabytes(bytes: u64) -> String {
    format!("{:.0} MB", bytes as f64 / 1e6)
}
