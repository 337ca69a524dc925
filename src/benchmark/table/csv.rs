//! Reads CSV row by row, with quotes, embedded newlines and CRLF. Every row must have as many fields as the
//! header, except blank rows.
//!
//! A quote opens only at the beginning of a field, as in the `csv` crate; a test compares the two. In
//! addition, this reader limits the size of a row and reports quotes that stay open or close inside a field.

use std::path::PathBuf;

use super::cell::Cell;
use super::dialect::Dialect;
use super::input::{Input, ROW_LIMIT, Text, too_long};
use super::rows::{RawRow, Rows, line_breaks, repeated};
use crate::benchmark::error::{BenchmarkError, Place};

/// Rows of a CSV file.
pub struct CsvRows {
    file: PathBuf,
    input: Input,
    delimiter: u8,
    columns: Vec<String>,
    record: Record,
    ended: bool,
}

/// Fields of a row, stored one after the other.
#[derive(Default)]
struct Record {
    line: u64,
    bytes: Vec<u8>,
    /// End of each field.
    ends: Vec<usize>,
}

/// State of the reader.
#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Before a row; line breaks are skipped.
    Start,
    /// Before the first byte of a field.
    Field,
    /// In an unquoted field.
    Plain,
    /// Inside quotes.
    Quoted,
    /// After a quote inside quotes: it closes them unless another one follows.
    Quote,
}

impl CsvRows {
    /// Opens a file and reads its header.
    ///
    /// # Errors
    /// Fails if the file cannot be read, or two columns have the same name.
    pub fn open(text: &Text, dialect: Dialect) -> Result<Self, BenchmarkError> {
        let mut rows = Self::at_header(text, dialect)?;
        if rows.read_record()? {
            let names: Result<Vec<String>, _> =
                (0..rows.record.ends.len()).map(|at| rows.field(at)).collect();
            rows.columns = names?.iter().map(|name| name.trim().to_owned()).collect();
            if let Some(column) = repeated(&rows.columns) {
                return Err(rows.bad_field(column.clone(), "two columns have this name"));
            }
        }
        Ok(rows)
    }

    fn at_header(text: &Text, dialect: Dialect) -> Result<Self, BenchmarkError> {
        let mut input = Input::open(text)?;
        let mut skip = dialect.skip;
        while skip > 0 {
            let bytes = input.chunk()?.len().min(skip);
            input.consume(bytes);
            skip -= bytes.max(1);
        }
        Ok(Self {
            file: text.data.path().to_owned(),
            input,
            delimiter: dialect.delimiter,
            columns: Vec::new(),
            record: Record::default(),
            ended: false,
        })
    }

    /// Reads the next row; returns false at the end.
    fn read_record(&mut self) -> Result<bool, BenchmarkError> {
        let record = &mut self.record;
        record.bytes.clear();
        record.ends.clear();
        let mut state = State::Start;
        loop {
            let (line, after_return) = (self.input.line, self.input.after_return);
            let chunk = self.input.chunk()?;
            if chunk.is_empty() {
                return match state {
                    State::Start => Ok(false),
                    State::Quoted => Err(self.bad_row("a quote opens in this row and is never closed")),
                    _ => {
                        record.ends.push(record.bytes.len());
                        Ok(true)
                    }
                };
            }
            let length = chunk.len();
            let mut at = 0;
            let mut is_whole = false;
            let mut is_malformed = false;
            while at < length && !is_whole {
                let byte = chunk[at];
                if state == State::Start && !matches!(byte, b'\r' | b'\n') {
                    record.line = line + line_breaks(&chunk[..at], after_return);
                    state = State::Field;
                }
                match (state, byte) {
                    (State::Start, _) => {}
                    (State::Field, b'"') => state = State::Quoted,
                    (State::Quoted, b'"') => state = State::Quote,
                    (State::Quoted, _) => {
                        // Take the longest piece without a quote.
                        let rest = &chunk[at..];
                        let end = rest.iter().position(|byte| *byte == b'"').unwrap_or(rest.len());
                        record.bytes.extend_from_slice(&rest[..end]);
                        at += end;
                        continue;
                    }
                    (State::Quote, b'"') => {
                        record.bytes.push(b'"');
                        state = State::Quoted;
                    }
                    (_, byte) if byte == self.delimiter => {
                        record.ends.push(record.bytes.len());
                        state = State::Field;
                    }
                    (_, b'\r' | b'\n') => {
                        record.ends.push(record.bytes.len());
                        is_whole = true;
                    }
                    (State::Quote, _) => {
                        is_malformed = true;
                        break;
                    }
                    (_, _) => {
                        record.bytes.push(byte);
                        state = State::Plain;
                    }
                }
                at += 1;
            }
            self.input.consume(at);
            if is_malformed {
                let what = "the quotes close before the field ends: write a quote inside quotes twice";
                return Err(match self.columns.get(self.record.ends.len()) {
                    Some(column) => self.bad_field(column.clone(), what),
                    None => self.bad_row(what),
                });
            }
            if is_whole {
                return Ok(true);
            }
            if record.bytes.len() + record.ends.len() * size_of::<usize>() > ROW_LIMIT {
                self.ended = true;
                return Err(too_long(&self.file, record.line));
            }
        }
    }

    fn field(&self, at: usize) -> Result<String, BenchmarkError> {
        let begin = if at == 0 { 0 } else { self.record.ends[at - 1] };
        let bytes = &self.record.bytes[begin..self.record.ends[at]];
        let text = std::str::from_utf8(bytes);
        text.map(str::to_owned).map_err(|_| match self.columns.get(at) {
            Some(column) => self.bad_field(column.clone(), "this is not UTF-8"),
            None => self.bad_row("this is not UTF-8"),
        })
    }

    fn bad_row(&self, what: impl Into<String>) -> BenchmarkError {
        let place = Place::Line(self.record.line);
        BenchmarkError::BadRow { file: self.file.clone(), place, what: what.into() }
    }

    fn bad_field(&self, column: String, what: &str) -> BenchmarkError {
        let place = Place::Line(self.record.line);
        BenchmarkError::BadField { file: self.file.clone(), place, column, what: what.to_owned() }
    }
}

impl Rows for CsvRows {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn may_end_blank(&self) -> bool {
        true
    }

    fn next(&mut self) -> Result<Option<RawRow>, BenchmarkError> {
        if self.ended {
            return Ok(None);
        }
        // Reading can continue only after errors in complete rows.
        self.ended = true;
        if !self.read_record()? {
            return Ok(None);
        }
        self.ended = false;
        let (found, wanted) = (self.record.ends.len(), self.columns.len());
        if self.record.bytes.iter().all(u8::is_ascii_whitespace) && found != wanted {
            return Ok(Some(RawRow { place: Place::Line(self.record.line), cells: Vec::new() }));
        }
        if found != wanted {
            return Err(self.bad_row(format!("the row has {found} fields and the header {wanted}")));
        }
        let cells: Result<Vec<Cell>, _> = (0..found).map(|at| self.field(at).map(Cell::Text)).collect();
        Ok(Some(RawRow { place: Place::Line(self.record.line), cells: cells? }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::benchmark::table::data::Data;

    /// Rows as this reader parses them; `None` if the quotes are malformed.
    fn ours(text: &str) -> Option<Vec<Vec<String>>> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.csv");
        fs_err::write(&file, text).unwrap();
        let text = Text { data: Data::File(file), encoding: encoding_rs::UTF_8 };
        let mut rows = CsvRows::at_header(&text, Dialect { delimiter: b',', skip: 0 }).unwrap();
        let mut found = Vec::new();
        while rows.read_record().ok()? {
            found.push((0..rows.record.ends.len()).map(|at| rows.field(at).unwrap()).collect());
        }
        Some(found)
    }

    fn theirs(text: &str) -> Vec<Vec<String>> {
        let mut builder = csv::ReaderBuilder::new();
        let reader = builder.has_headers(false).flexible(true).from_reader(text.as_bytes());
        let rows = reader.into_records().map(|row| row.unwrap().iter().map(str::to_owned).collect());
        rows.collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn rows_are_those_of_the_csv_crate(text in "[ab,\"\r\n]{0,24}") {
            if let Some(rows) = ours(&text) {
                prop_assert_eq!(rows, theirs(&text), "{:?}", text);
            }
        }
    }
}
