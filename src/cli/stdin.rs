//! Standard input, where `-` stands for a file.

use std::io::{IsTerminal, Read};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::exit::InputError;

/// Bytes at most: they are held while they are read.
const LIMIT: u64 = 512 << 20;

/// Whether a file's name stands for standard input.
pub fn is_meant(file: &Path) -> bool {
    file.as_os_str() == "-"
}

/// All of it; it is read once, however often it is asked for.
///
/// # Errors
/// If it is a terminal, too long, or cannot be read.
pub fn read() -> anyhow::Result<Arc<[u8]>> {
    static READ: OnceLock<Arc<[u8]>> = OnceLock::new();
    if let Some(bytes) = READ.get() {
        return Ok(Arc::clone(bytes));
    }
    let input = std::io::stdin();
    let wrong = |message: String| InputError {
        message,
        hint: Some("prompts go in through a pipe: safety-deepconf run --data - < mine.csv".to_owned()),
    };
    if input.is_terminal() {
        return Err(wrong("standard input is a terminal".to_owned()).into());
    }
    let mut bytes = Vec::new();
    input.lock().take(LIMIT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LIMIT {
        let message = format!("standard input is longer than {} MiB: pass a file", LIMIT >> 20);
        return Err(wrong(message).into());
    }
    Ok(Arc::clone(READ.get_or_init(|| bytes.into())))
}
