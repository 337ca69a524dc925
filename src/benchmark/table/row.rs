//! One row of a table: its fields by column, and complaints that name them.

use std::borrow::Cow;
use std::path::PathBuf;
use std::rc::Rc;

use super::cell::Cell;
use crate::benchmark::error::{BenchmarkError, Place};

/// Spellings of "missing" where a column may be without a value: empty cells of CSV files, and what
/// Python's libraries write for theirs.
const MISSING: [&str; 4] = ["", "null", "None", "nan"];

/// What all rows of a file share.
#[derive(Debug)]
pub struct Header {
    /// The file.
    pub file: PathBuf,
    /// Names of its columns.
    pub columns: Vec<String>,
}

/// One row, and where it begins.
#[derive(Debug)]
pub struct Row {
    /// What it shares with the others.
    pub header: Rc<Header>,
    /// Where it begins.
    pub place: Place,
    /// Its number, from 0.
    pub index: u64,
    /// By column; columns beyond its end are missing.
    pub cells: Vec<Cell>,
}

/// A column by its place.
#[derive(Clone, Copy, Debug)]
pub struct Column(pub usize);

impl Row {
    /// Where a column stands, if there is one of this name.
    pub fn column(&self, name: &str) -> Option<Column> {
        self.header.columns.iter().position(|column| column == name).map(Column)
    }

    /// What stands in a column.
    pub fn cell(&self, column: Column) -> &Cell {
        self.cells.get(column.0).unwrap_or(&Cell::Missing)
    }

    /// A text, as it stands.
    ///
    /// # Errors
    /// If the cell is missing or holds something else.
    pub fn text(&self, column: Column) -> Result<&str, BenchmarkError> {
        match self.cell(column) {
            Cell::Text(text) => Ok(text),
            other => Err(self.bad(column, format!("a text is wanted, and this is {other}"))),
        }
    }

    /// A text, as it stands, that is not blank.
    ///
    /// # Errors
    /// If it is, with `name` for what is empty; or the cell is missing or holds something else.
    pub fn filled(&self, column: Column, name: &str) -> Result<&str, BenchmarkError> {
        let text = self.text(column)?;
        if text.trim().is_empty() {
            return Err(self.bad(column, format!("the {name} is empty")));
        }
        Ok(text)
    }

    /// A text, as it stands, that may be missing.
    ///
    /// # Errors
    /// If the cell holds something else.
    pub fn optional_text(&self, column: Column) -> Result<Option<&str>, BenchmarkError> {
        match self.cell(column) {
            Cell::Missing => Ok(None),
            _ => self.text(column).map(Some),
        }
    }

    /// A word of a column that may be without a value; `None` for a missing cell, and for the
    /// spellings of one: empty, `null`, `None`, `nan`.
    ///
    /// # Errors
    /// If the cell holds something else than text.
    pub fn word(&self, column: Column) -> Result<Option<&str>, BenchmarkError> {
        let word = self.optional_text(column)?.map(str::trim);
        Ok(word.filter(|word| !MISSING.contains(word)))
    }

    /// A text, number or truth value as it would be typed, trimmed; `None` where it is missing, in any
    /// of the spellings of that.
    ///
    /// # Errors
    /// For a list, an object, bytes.
    pub fn plain(&self, column: Column) -> Result<Option<Cow<'_, str>>, BenchmarkError> {
        let cell = self.cell(column);
        if *cell == Cell::Missing {
            return Ok(None);
        }
        let Some(text) = cell.plain() else {
            let what = format!("a text, a number, true or false is wanted, and this is {cell}");
            return Err(self.bad(column, what));
        };
        let text = match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text),
        };
        Ok(Some(text).filter(|text| !MISSING.contains(&text.as_ref())))
    }

    /// A 0 or a 1, as a number or as text.
    ///
    /// # Errors
    /// For everything else, 0.0 and 1.0 among it: numbers with a point come from columns that had
    /// gaps.
    pub fn bit(&self, column: Column) -> Result<bool, BenchmarkError> {
        match self.cell(column) {
            Cell::Integer(0) => Ok(false),
            Cell::Integer(1) => Ok(true),
            Cell::Text(text) if text.trim() == "0" => Ok(false),
            Cell::Text(text) if text.trim() == "1" => Ok(true),
            other => Err(self.bad(column, format!("0 or 1 is wanted, and this is {other}"))),
        }
    }

    /// True or false, in any case of letters; `None` where the cell is missing.
    ///
    /// # Errors
    /// For everything else.
    pub fn truth(&self, column: Column) -> Result<Option<bool>, BenchmarkError> {
        match self.cell(column) {
            Cell::Missing => Ok(None),
            Cell::Bool(truth) => Ok(Some(*truth)),
            Cell::Text(text) if MISSING.contains(&text.trim()) => Ok(None),
            Cell::Text(text) if text.trim().eq_ignore_ascii_case("true") => Ok(Some(true)),
            Cell::Text(text) if text.trim().eq_ignore_ascii_case("false") => Ok(Some(false)),
            other => Err(self.bad(column, format!("true or false is wanted, and this is {other}"))),
        }
    }

    /// A complaint about one field.
    pub fn bad(&self, column: Column, what: impl Into<String>) -> BenchmarkError {
        BenchmarkError::BadField {
            file: self.header.file.clone(),
            place: self.place,
            column: self.header.columns.get(column.0).cloned().unwrap_or_default(),
            what: what.into(),
        }
    }
}
