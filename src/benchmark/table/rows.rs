//! What the formats have in common: rows of cells, one at a time.

use super::cell::Cell;
use crate::benchmark::error::{BenchmarkError, Place};

/// A row as a format has it.
pub struct RawRow {
    /// Where it begins.
    pub place: Place,
    /// By column; columns beyond its end are missing.
    pub cells: Vec<Cell>,
}

impl RawRow {
    /// Whether nothing stands in it.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| match cell {
            Cell::Missing => true,
            Cell::Text(text) => text.trim().is_empty(),
            _ => false,
        })
    }
}

/// A format's reader.
pub trait Rows {
    /// Names of the columns.
    fn columns(&self) -> &[String];

    /// The next row; nothing at the end, and after an error that leaves nothing to read.
    fn next(&mut self) -> Result<Option<RawRow>, BenchmarkError>;

    /// Whether rows with nothing in them may stand at the end, as spreadsheets leave them.
    fn may_end_blank(&self) -> bool {
        false
    }

    /// What is to be said of how the file was read.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }

    /// A fault that was met while the columns were looked for.
    fn trouble(&mut self) -> Option<BenchmarkError> {
        None
    }
}

/// A name that stands twice; columns without a name cannot be asked for and may repeat.
pub fn repeated(columns: &[String]) -> Option<&String> {
    let mut seen = std::collections::HashSet::new();
    columns.iter().filter(|name| !name.is_empty()).find(|name| !seen.insert(name.as_str()))
}

/// Line breaks of any kind: LF, CRLF, CR; `after_return` tells that a CR stands before the bytes.
pub fn line_breaks(bytes: &[u8], after_return: bool) -> u64 {
    let count = |wanted: u8| bytes.iter().filter(|byte| **byte == wanted).count();
    let pairs = bytes.iter().zip(bytes.iter().skip(1)).filter(|pair| *pair == (&b'\r', &b'\n')).count();
    let begun = after_return && bytes.first() == Some(&b'\n');
    (count(b'\n') + count(b'\r') - pairs - usize::from(begun)) as u64
}
