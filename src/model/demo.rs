//! The demo model inside the binary: a Qwen3 with 3 M parameters, for trying the program offline.
//!
//! Its results say nothing about the confidence or safety of any real model (models/README.md).

use std::io::Write;
use std::path::PathBuf;

use super::digest::{sha256_bytes, sha256_file};

/// Bytes of the GGUF file.
const BYTES: &[u8] = include_bytes!("../../models/demo-qwen3-3m-F16.gguf");

/// File name of the demo model.
pub const FILE_NAME: &str = "demo-qwen3-3m-F16.gguf";

/// Writes the demo model to a file that llama.cpp can map, unless it exists already, and returns the path.
/// Tries `$XDG_CACHE_HOME/safety-deepconf` (or `~/.cache/safety-deepconf`), then the system's temporary
/// folder.
///
/// # Errors
/// Fails if none of these folders can be written; the error names the last one.
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

/// Writes the file under another name first, so that no reader sees a partial file.
fn write(folder: &std::path::Path, path: &std::path::Path) -> std::io::Result<()> {
    fs_err::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(BYTES)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
