//! Atomic writes: a file is either complete or unchanged.

use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// Suffix of temporary files.
const SUFFIX: &str = ".tmp";

/// Writes a file under a temporary name in the same folder, then renames it.
///
/// # Errors
/// Fails if the folder cannot be written. An earlier file of this name is left unchanged.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    stream(path, |file| file.write_all(bytes).map_err(|error| unwritten(path, error)))
}

/// Writes a file as [`write()`] does, piece by piece.
///
/// # Errors
/// Fails as `fill` does, or if the folder cannot be written. An earlier file of this name is left unchanged.
pub fn stream<T, E: From<io::Error>>(
    path: &Path,
    fill: impl FnOnce(&mut (dyn Write + Send)) -> Result<T, E>,
) -> Result<T, E> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let named = |error: io::Error| unwritten(path, error);
    let mut file = temporary(folder, ".writing-").map_err(named)?;
    let filled = fill(file.as_file_mut())?;
    file.as_file().sync_all().map_err(named)?;
    file.persist(path).map_err(|error| named(error.error))?;
    Ok(filled)
}

fn unwritten(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot write {}: {error}", path.display()))
}

/// Creates an empty file with a temporary name; dropping the value removes the file.
fn temporary(folder: &Path, prefix: &str) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix).suffix(SUFFIX);
    as_other_files(&mut builder);
    builder.tempfile_in(folder)
}

/// Creates a locked temporary file. [`remove_abandoned`] of other processes skips it while this process
/// lives.
///
/// # Errors
/// Fails if the folder cannot be written; the error names the folder.
pub fn locked(folder: &Path, prefix: &str) -> io::Result<NamedTempFile> {
    let file = temporary(folder, prefix).map_err(|error| {
        io::Error::new(error.kind(), format!("cannot write to {}: {error}", folder.display()))
    })?;
    // Some network file systems have no locks. On Windows a lock would block every other writer.
    if cfg!(unix) {
        let _ = file.as_file().try_lock();
    }
    Ok(file)
}

/// Removes the [`locked`] files that killed processes left in a folder, and returns their number. Removes
/// nothing on systems without locks.
pub fn remove_abandoned(folder: &Path, prefix: &str) -> usize {
    let Ok(entries) = fs_err::read_dir(folder) else { return 0 };
    let is_ours = |name: &str| name.starts_with(prefix) && name.ends_with(SUFFIX);
    entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_str().is_some_and(is_ours))
        .filter(|entry| {
            let file = std::fs::File::open(entry.path());
            cfg!(unix)
                && file.is_ok_and(|file| file.try_lock().is_ok())
                && fs_err::remove_file(entry.path()).is_ok()
        })
        .count()
}

/// Temporary files are private by default. Results must follow the umask like any other file.
#[cfg(unix)]
fn as_other_files(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(std::fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn as_other_files(_: &mut tempfile::Builder<'_, '_>) {}
