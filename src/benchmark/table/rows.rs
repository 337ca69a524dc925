//! Common interface of the formats: rows of cells, one at a time.

use super::cell::Cell;
use crate::benchmark::error::{BenchmarkError, Place};

/// A row as a format stores it.
pub struct RawRow {
    /// Position where the row begins.
    pub place: Place,
    /// Cells by column. Columns beyond the end are missing.
    pub cells: Vec<Cell>,
}

impl RawRow {
    /// Returns whether all cells are blank.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| match cell {
            Cell::Missing => true,
            Cell::Text(text) => text.trim().is_empty(),
            _ => false,
        })
    }
}

/// Reader of a format.
pub trait Rows {
    /// Returns the names of the columns.
    fn columns(&self) -> &[String];

    /// Returns the next row; `None` at the end, and after an error that makes the rest unreadable.
    fn next(&mut self) -> Result<Option<RawRow>, BenchmarkError>;

    /// Returns whether blank rows may follow the last row, as spreadsheets leave them.
    fn may_end_blank(&self) -> bool {
        false
    }

    /// Returns the notes on how the file was read.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }

    /// Takes the first error that occurred while the columns were collected.
    fn trouble(&mut self) -> Option<BenchmarkError> {
        None
    }
}

/// Returns a name that appears twice. Columns without a name may repeat, because they cannot be requested.
pub fn repeated(columns: &[String]) -> Option<&String> {
    let mut seen = std::collections::HashSet::new();
    columns.iter().filter(|name| !name.is_empty()).find(|name| !seen.insert(name.as_str()))
}

/// Counts line breaks of any kind: LF, CRLF, CR. `after_return` means that a CR precedes the bytes.
pub fn line_breaks(bytes: &[u8], after_return: bool) -> u64 {
    let count = |wanted: u8| bytes.iter().filter(|byte| **byte == wanted).count();
    let pairs = bytes.iter().zip(bytes.iter().skip(1)).filter(|pair| *pair == (&b'\r', &b'\n')).count();
    let begun = after_return && bytes.first() == Some(&b'\n');
    (count(b'\n') + count(b'\r') - pairs - usize::from(begun)) as u64
}
