//! CSV files as tables: quotes, embedded newlines, CRLF and a byte order mark are the reader's work;
//! every complaint names file and line.

use std::path::{Path, PathBuf};

use super::error::BenchmarkError;

/// A CSV file with a header.
pub struct Table {
    file: PathBuf,
    header: Vec<String>,
    rows: Vec<Row>,
}

/// One row, and the line at which it begins.
pub struct Row {
    /// 1-based.
    pub line: u64,
    fields: csv::StringRecord,
}

impl Table {
    /// Reads a whole file.
    ///
    /// # Errors
    /// If it is missing or empty, is no UTF-8, or a row has another number of fields than the header.
    pub fn read(file: &Path) -> Result<Self, BenchmarkError> {
        if !file.exists() {
            return Err(BenchmarkError::Missing(file.to_owned()));
        }
        let mut reader = csv::Reader::from_reader(fs_err::File::open(file)?);
        let bad_row = |error: csv::Error| {
            let line = error.position().map_or(1, csv::Position::line);
            BenchmarkError::BadRow { file: file.to_owned(), line, what: explain(&error) }
        };
        let header = reader.headers().map_err(bad_row)?.iter().map(|name| name.trim().to_owned()).collect();
        let mut rows = Vec::new();
        for record in reader.records() {
            let fields = record.map_err(bad_row)?;
            let line = fields.position().map_or(0, csv::Position::line);
            rows.push(Row { line, fields });
        }
        if rows.is_empty() {
            return Err(BenchmarkError::Empty(file.to_owned()));
        }
        Ok(Self { file: file.to_owned(), header, rows })
    }

    /// The rows, in the order of the file.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Where a column stands.
    ///
    /// # Errors
    /// [`BenchmarkError::MissingColumn`].
    pub fn column(&self, name: &'static str) -> Result<Column, BenchmarkError> {
        let index = self.header.iter().position(|column| column == name);
        index.map(|index| Column { name, index }).ok_or_else(|| BenchmarkError::MissingColumn {
            file: self.file.clone(),
            column: name,
            found: self.header.join(", "),
        })
    }

    /// A complaint about one field.
    pub fn bad_field(&self, row: &Row, column: Column, what: impl Into<String>) -> BenchmarkError {
        BenchmarkError::BadField {
            file: self.file.clone(),
            line: row.line,
            column: column.name,
            what: what.into(),
        }
    }
}

/// A column by name and place.
#[derive(Clone, Copy)]
pub struct Column {
    name: &'static str,
    index: usize,
}

impl Row {
    /// A field; every row has as many as the header.
    pub fn get(&self, column: Column) -> &str {
        self.fields.get(column.index).unwrap_or_default()
    }
}

fn explain(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("the row has {len} fields and the header {expected_len}")
        }
        csv::ErrorKind::Utf8 { err, .. } => format!("field {} is not UTF-8", err.field() + 1),
        _ => error.to_string(),
    }
}
