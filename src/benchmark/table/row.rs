//! A row of a table: access to its fields, and errors that name them.

use std::borrow::Cow;
use std::path::PathBuf;
use std::rc::Rc;

use super::cell::Cell;
use crate::benchmark::error::{BenchmarkError, Place};

/// Values that mean "missing" in optional columns: empty cells of CSV files, and what Python's libraries
/// write.
const MISSING: [&str; 4] = ["", "null", "None", "nan"];

/// Data that all rows of a file share.
#[derive(Debug)]
pub struct Header {
    /// Path of the file.
    pub file: PathBuf,
    /// Names of the columns.
    pub columns: Vec<String>,
}

/// A row with its position.
#[derive(Debug)]
pub struct Row {
    /// Data shared with the other rows.
    pub header: Rc<Header>,
    /// Position where the row begins.
    pub place: Place,
    /// Number of the row, from 0.
    pub index: u64,
    /// Cells by column. Columns beyond the end are missing.
    pub cells: Vec<Cell>,
}

/// Index of a column.
#[derive(Clone, Copy, Debug)]
pub struct Column(pub usize);

impl Row {
    /// Returns a column by its name, if it exists.
    pub fn column(&self, name: &str) -> Option<Column> {
        self.header.columns.iter().position(|column| column == name).map(Column)
    }

    /// Returns the cell of a column.
    pub fn cell(&self, column: Column) -> &Cell {
        self.cells.get(column.0).unwrap_or(&Cell::Missing)
    }

    /// Returns a text.
    ///
    /// # Errors
    /// Fails if the cell is missing or not a text.
    pub fn text(&self, column: Column) -> Result<&str, BenchmarkError> {
        match self.cell(column) {
            Cell::Text(text) => Ok(text),
            other => Err(self.bad(column, format!("expected a text, found {other}"))),
        }
    }

    /// Returns a text that is not blank.
    ///
    /// # Errors
    /// Fails if the cell is missing or not a text, or if it is blank; the error then calls it `name`.
    pub fn filled(&self, column: Column, name: &str) -> Result<&str, BenchmarkError> {
        let text = self.text(column)?;
        if text.trim().is_empty() {
            return Err(self.bad(column, format!("the {name} is empty")));
        }
        Ok(text)
    }

    /// Returns a text that may be missing.
    ///
    /// # Errors
    /// Fails if the cell is not a text.
    pub fn optional_text(&self, column: Column) -> Result<Option<&str>, BenchmarkError> {
        match self.cell(column) {
            Cell::Missing => Ok(None),
            _ => self.text(column).map(Some),
        }
    }

    /// Returns a word of an optional column. `None` for a missing cell, or one of the texts that mean
    /// missing: empty, `null`, `None`, `nan`.
    ///
    /// # Errors
    /// Fails if the cell is not a text.
    pub fn word(&self, column: Column) -> Result<Option<&str>, BenchmarkError> {
        let word = self.optional_text(column)?.map(str::trim);
        Ok(word.filter(|word| !MISSING.contains(word)))
    }

    /// Returns a text, number or boolean as it would be typed, trimmed. `None` for a missing cell, or one of
    /// the texts that mean missing.
    ///
    /// # Errors
    /// Fails for a list, an object or bytes.
    pub fn plain(&self, column: Column) -> Result<Option<Cow<'_, str>>, BenchmarkError> {
        let cell = self.cell(column);
        if *cell == Cell::Missing {
            return Ok(None);
        }
        let Some(text) = cell.plain() else {
            let what = format!("expected a text, a number, true or false, found {cell}");
            return Err(self.bad(column, what));
        };
        let text = match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text),
        };
        Ok(Some(text).filter(|text| !MISSING.contains(&text.as_ref())))
    }

    /// Returns a 0 or a 1, stored as a number or as text.
    ///
    /// # Errors
    /// Fails for all other values, including 0.0 and 1.0: such numbers come from columns that had gaps.
    pub fn bit(&self, column: Column) -> Result<bool, BenchmarkError> {
        match self.cell(column) {
            Cell::Integer(0) => Ok(false),
            Cell::Integer(1) => Ok(true),
            Cell::Text(text) if text.trim() == "0" => Ok(false),
            Cell::Text(text) if text.trim() == "1" => Ok(true),
            other => Err(self.bad(column, format!("expected 0 or 1, found {other}"))),
        }
    }

    /// Returns true or false, ignoring case; `None` for a missing cell.
    ///
    /// # Errors
    /// Fails for all other values.
    pub fn truth(&self, column: Column) -> Result<Option<bool>, BenchmarkError> {
        match self.cell(column) {
            Cell::Missing => Ok(None),
            Cell::Bool(truth) => Ok(Some(*truth)),
            Cell::Text(text) if MISSING.contains(&text.trim()) => Ok(None),
            Cell::Text(text) if text.trim().eq_ignore_ascii_case("true") => Ok(Some(true)),
            Cell::Text(text) if text.trim().eq_ignore_ascii_case("false") => Ok(Some(false)),
            other => Err(self.bad(column, format!("expected true or false, found {other}"))),
        }
    }

    /// Returns an error about one field.
    pub fn bad(&self, column: Column, what: impl Into<String>) -> BenchmarkError {
        BenchmarkError::BadField {
            file: self.header.file.clone(),
            place: self.place,
            column: self.header.columns.get(column.0).cloned().unwrap_or_default(),
            what: what.into(),
        }
    }
}
