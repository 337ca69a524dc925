//! Files that are there whole or not at all.

use std::io::{self, Write};
use std::path::Path;

/// Writes a file under a temporary name in its folder, then renames it.
///
/// # Errors
/// If the folder cannot be written; the old file, if any, is left as it was.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let named =
        |error: io::Error| io::Error::new(error.kind(), format!("cannot write {}: {error}", path.display()));
    let mut file =
        tempfile::Builder::new().prefix(".writing-").suffix(".tmp").tempfile_in(folder).map_err(named)?;
    file.write_all(bytes).map_err(named)?;
    file.as_file().sync_all().map_err(named)?;
    readable_by_all(file.as_file()).map_err(named)?;
    file.persist(path).map_err(|error| named(error.error))?;
    Ok(())
}

/// Temporary files are private; results are to be as readable as any other file.
#[cfg(unix)]
fn readable_by_all(file: &std::fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable_by_all(_: &std::fs::File) -> io::Result<()> {
    Ok(())
}
