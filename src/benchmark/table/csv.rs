//! CSV: quotes, embedded newlines, CRLF and a byte order mark are read; every row has as many fields
//! as the header.

use std::path::Path;

use super::{Cell, Row, Table, line_breaks, read_text, repeated};
use crate::benchmark::error::{BenchmarkError, Place};

/// A row put behind the file's last. It is read back as itself unless a quote is still open, which
/// the CSV reader would pass over.
const END: &str = "\n\0";

pub fn read(file: &Path) -> Result<Table, BenchmarkError> {
    let mut text = read_text(file)?;
    let length = text.len();
    text.push_str(END);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut lines = Lines { bytes: &text.as_bytes()[..length], offset: 0, line: 1 };
    let mut columns: Option<Vec<String>> = None;
    let mut rows = Vec::new();
    let bad_row =
        |line, what| BenchmarkError::BadRow { file: file.to_owned(), place: Place::Line(line), what };
    for record in reader.records() {
        let record = record.map_err(|error| bad_row(lines.line, error.to_string()))?;
        let offset = record.position().map_or(0, csv::Position::byte);
        let line = lines.of(usize::try_from(offset).unwrap_or(length));
        match record.iter().next_back() {
            Some("\0") if record.len() == 1 => break,
            Some(last) if last.ends_with(END) => {
                return Err(bad_row(line, "a quote opens in this row and is never closed".to_owned()));
            }
            _ => {}
        }
        let Some(header) = &columns else {
            let names: Vec<String> = record.iter().map(|name| name.trim().to_owned()).collect();
            if let Some(column) = repeated(&names) {
                return Err(BenchmarkError::BadField {
                    file: file.to_owned(),
                    place: Place::Line(line),
                    column: column.clone(),
                    what: "two columns have this name".to_owned(),
                });
            }
            columns = Some(names);
            continue;
        };
        if record.len() != header.len() {
            let what = format!("the row has {} fields and the header {}", record.len(), header.len());
            return Err(bad_row(line, what));
        }
        let cells = record.iter().map(|field| Cell::Text(field.to_owned())).collect();
        rows.push(Row { place: Place::Line(line), cells });
    }
    Ok(Table { file: file.to_owned(), columns: columns.unwrap_or_default(), rows })
}

/// Lines of growing offsets.
struct Lines<'a> {
    bytes: &'a [u8],
    offset: usize,
    line: u64,
}

impl Lines<'_> {
    /// The 1-based line of the first byte from an offset on that is no line break: the CSV reader's
    /// rows begin between the two characters of a CRLF.
    fn of(&mut self, offset: usize) -> u64 {
        let rest = self.bytes.get(offset..).unwrap_or_default();
        let breaks = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let begin = (offset + breaks).clamp(self.offset, self.bytes.len());
        self.line += line_breaks(&self.bytes[self.offset..begin]);
        self.offset = begin;
        self.line
    }
}
