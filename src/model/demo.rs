//! The demo model inside the binary: a 3 M parameter Qwen3, for trying the whole path offline.
//!
//! Nothing about any real model's confidence or safety follows from it (models/README.md).

use std::io::Write;
use std::path::PathBuf;

use super::digest::{sha256_bytes, sha256_file};

/// The GGUF file.
const BYTES: &[u8] = include_bytes!("../../models/demo-qwen3-3m-F16.gguf");

/// Its name as a file.
pub const FILE_NAME: &str = "demo-qwen3-3m-F16.gguf";

/// Writes the demo model where llama.cpp can map it, once, and returns the path:
/// `$XDG_CACHE_HOME/safety-deepconf`, `~/.cache/safety-deepconf`, or the system's temporary folder.
///
/// # Errors
/// If none of these can be written; the error names the last.
pub fn unpack() -> std::io::Result<PathBuf> {
    let sha256 = sha256_bytes(BYTES);
    let mut last_error = None;
    for folder in folders() {
        let path = folder.join(format!("{}-{FILE_NAME}", &sha256[..12]));
        let present = sha256_file(&path).is_ok_and(|found| found == sha256);
        let written = if present { Ok(()) } else { write(&folder, &path) };
        match written {
            Ok(()) => return Ok(path),
            Err(error) => last_error = Some(error),
        }
    }
    Err(last_error.unwrap_or_else(|| std::io::Error::other("no folder to write the demo model to")))
}

fn folders() -> Vec<PathBuf> {
    let under_home = || std::env::home_dir().map(|home| home.join(".cache"));
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).or_else(under_home);
    let named = |folder: PathBuf| folder.join("safety-deepconf");
    cache.into_iter().map(named).chain([named(std::env::temp_dir())]).collect()
}

/// Under another name first, so that no reader sees half a file.
fn write(folder: &std::path::Path, path: &std::path::Path) -> std::io::Result<()> {
    fs_err::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(BYTES)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
