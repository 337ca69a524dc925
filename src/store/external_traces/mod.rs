//! Traces that another program sampled: JSON Lines, one trace per line (docs/files.md).

mod collector;
mod columns;
mod line;

use std::io::{BufRead, BufReader};
use std::path::Path;

use crate::record::Judgement;
use collector::Collector;

pub use collector::ExternalTraces;

/// Error of reading a file of traces.
#[derive(Debug, thiserror::Error)]
pub enum ExternalTracesError {
    /// A line is not a valid trace.
    #[error("{file}{at}: {what}")]
    Line {
        /// Path of the file.
        file: String,
        /// `, line N`, 1-based; empty for errors of the whole file.
        at: String,
        /// Description of the error, with the field's name.
        what: String,
    },
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Reads a file of traces. `judge` takes the user turn and the answer of each trace without a verdict.
///
/// # Errors
/// Returns [`ExternalTracesError`] with the line and the field.
pub fn read(
    path: &Path,
    judge: &dyn Fn(&str, &str) -> Judgement,
    window: usize,
) -> Result<ExternalTraces, ExternalTracesError> {
    let error = |line: usize, what: String| ExternalTracesError::Line {
        file: path.display().to_string(),
        at: if line > 0 { format!(", line {line}") } else { String::new() },
        what,
    };
    let mut found = Collector::default();
    for (number, text) in (1..).zip(BufReader::new(fs_err::File::open(path)?).lines()) {
        let text = text.map_err(|bad| error(number, bad.to_string()))?;
        let text = text.trim_start_matches('\u{feff}').trim();
        if !text.is_empty() {
            let line = serde_json::from_str(text).map_err(|bad| error(number, bad.to_string()))?;
            found.take(line, judge, window).map_err(|what| error(number, what))?;
        }
    }
    found.finish().map_err(|what| error(0, what))
}
