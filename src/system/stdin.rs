//! Standard input, for the file name `-`.

use std::io::{self, IsTerminal, Read};
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// Maximum number of bytes, because all of them are held in memory.
const LIMIT: u64 = 512 << 20;

/// Returns whether a file name means standard input.
pub fn is_meant(file: &Path) -> bool {
    file.as_os_str() == "-"
}

/// Returns all bytes of standard input. Later calls return the bytes of the first.
///
/// # Errors
/// Fails if standard input is a terminal, is longer than 512 MiB, or cannot be read.
pub fn read() -> io::Result<Arc<[u8]>> {
    static READ: OnceLock<Arc<[u8]>> = OnceLock::new();
    if let Some(bytes) = READ.get() {
        return Ok(Arc::clone(bytes));
    }
    let input = io::stdin();
    let wrong = |what: String| io::Error::new(io::ErrorKind::InvalidInput, what);
    if input.is_terminal() {
        let what = "standard input is a terminal: pipe prompts into it, as in `--data - < mine.csv`";
        return Err(wrong(what.to_owned()));
    }
    let mut bytes = Vec::new();
    input.lock().take(LIMIT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LIMIT {
        return Err(wrong(format!("standard input is longer than {} MiB: pass a file instead", LIMIT >> 20)));
    }
    Ok(Arc::clone(READ.get_or_init(|| bytes.into())))
}
