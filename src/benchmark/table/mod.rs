//! Files as tables, whatever their format: columns by name, cells that may be missing. Every complaint
//! names file, place and column.

mod cell;
mod csv;
#[cfg(feature = "parquet")]
mod guard;
mod json;
#[cfg(feature = "parquet")]
mod parquet;

use std::path::{Path, PathBuf};

use super::error::{BenchmarkError, Place};
use cell::Cell;

/// The extensions that can be read.
pub const EXTENSIONS: [&str; 4] = ["csv", "jsonl", "json", "parquet"];

/// Spellings of "missing" where a column may be without a value: empty cells of CSV files, and what
/// Python's libraries write for theirs.
const MISSING: [&str; 4] = ["", "null", "None", "nan"];

/// A file with named columns.
#[derive(Debug)]
pub struct Table {
    file: PathBuf,
    columns: Vec<String>,
    rows: Vec<Row>,
}

/// One row, and where it begins.
#[derive(Debug)]
pub struct Row {
    place: Place,
    /// By column; columns beyond its end are missing.
    cells: Vec<Cell>,
}

/// A column by name and place.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    name: &'static str,
    index: usize,
}

impl Table {
    /// Reads a whole file, in the format that its extension names.
    ///
    /// # Errors
    /// If it is missing or without rows, its extension is none of [`EXTENSIONS`], it is not sound in
    /// its format, or two columns have one name.
    pub fn read(file: &Path) -> Result<Self, BenchmarkError> {
        if !file.exists() {
            return Err(BenchmarkError::Missing(file.to_owned()));
        }
        let extension = file.extension().map(|text| text.to_string_lossy().to_ascii_lowercase());
        let table = match extension.as_deref() {
            Some("csv") => csv::read(file)?,
            Some("jsonl" | "json") => json::read(file)?,
            #[cfg(feature = "parquet")]
            Some("parquet") => parquet::read(file)?,
            #[cfg(not(feature = "parquet"))]
            Some("parquet") => {
                let what = "this build reads no Parquet (cargo's feature `parquet` is off); \
                            the same table as .csv or .jsonl can be read";
                return Err(BenchmarkError::Unreadable { file: file.to_owned(), what: what.to_owned() });
            }
            _ => {
                let what = format!(
                    "the name's end tells the format, and has to be one of .{}",
                    EXTENSIONS.join(", .")
                );
                return Err(BenchmarkError::Unreadable { file: file.to_owned(), what });
            }
        };
        if table.rows.is_empty() {
            return Err(BenchmarkError::Empty(file.to_owned()));
        }
        Ok(table)
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
        self.optional_column(name).ok_or_else(|| BenchmarkError::MissingColumn {
            file: self.file.clone(),
            column: name,
            found: self.columns.join(", "),
        })
    }

    /// Where a column stands, if there is one of this name.
    pub fn optional_column(&self, name: &'static str) -> Option<Column> {
        let index = self.columns.iter().position(|column| column == name)?;
        Some(Column { name, index })
    }

    /// A text, as it stands.
    ///
    /// # Errors
    /// If the cell is missing or holds something else.
    pub fn text<'a>(&self, row: &'a Row, column: Column) -> Result<&'a str, BenchmarkError> {
        match row.cell(column) {
            Cell::Text(text) => Ok(text),
            other => Err(self.bad_field(row, column, format!("a text is wanted, and this is {other}"))),
        }
    }

    /// A text, as it stands, that may be missing.
    ///
    /// # Errors
    /// If the cell holds something else.
    pub fn optional_text<'a>(&self, row: &'a Row, column: Column) -> Result<Option<&'a str>, BenchmarkError> {
        match row.cell(column) {
            Cell::Missing => Ok(None),
            _ => self.text(row, column).map(Some),
        }
    }

    /// A word of a column that may be without a value; `None` for a missing cell, and for the
    /// spellings of one: empty, `null`, `None`, `nan`.
    ///
    /// # Errors
    /// If the cell holds something else than text.
    pub fn word<'a>(&self, row: &'a Row, column: Column) -> Result<Option<&'a str>, BenchmarkError> {
        let word = self.optional_text(row, column)?.map(str::trim);
        Ok(word.filter(|word| !MISSING.contains(word)))
    }

    /// A 0 or a 1, as a number or as text.
    ///
    /// # Errors
    /// For everything else, 0.0 and 1.0 among it: numbers with a point come from columns that had
    /// gaps.
    pub fn bit(&self, row: &Row, column: Column) -> Result<bool, BenchmarkError> {
        match row.cell(column) {
            Cell::Integer(0) => Ok(false),
            Cell::Integer(1) => Ok(true),
            Cell::Text(text) if text.trim() == "0" => Ok(false),
            Cell::Text(text) if text.trim() == "1" => Ok(true),
            other => Err(self.bad_field(row, column, format!("0 or 1 is wanted, and this is {other}"))),
        }
    }

    /// True or false, in any case of letters; `None` where the cell is missing.
    ///
    /// # Errors
    /// For everything else.
    pub fn truth(&self, row: &Row, column: Column) -> Result<Option<bool>, BenchmarkError> {
        match row.cell(column) {
            Cell::Missing => Ok(None),
            Cell::Bool(truth) => Ok(Some(*truth)),
            Cell::Text(text) if MISSING.contains(&text.trim()) => Ok(None),
            Cell::Text(text) if text.trim().eq_ignore_ascii_case("true") => Ok(Some(true)),
            Cell::Text(text) if text.trim().eq_ignore_ascii_case("false") => Ok(Some(false)),
            other => {
                Err(self.bad_field(row, column, format!("true or false is wanted, and this is {other}")))
            }
        }
    }

    /// A complaint about one field.
    pub fn bad_field(&self, row: &Row, column: Column, what: impl Into<String>) -> BenchmarkError {
        BenchmarkError::BadField {
            file: self.file.clone(),
            place: row.place,
            column: column.name.to_owned(),
            what: what.into(),
        }
    }
}

impl Row {
    fn cell(&self, column: Column) -> &Cell {
        self.cells.get(column.index).unwrap_or(&Cell::Missing)
    }
}

/// A name that stands twice; columns without a name cannot be asked for and may repeat.
fn repeated(columns: &[String]) -> Option<&String> {
    let stands_before = |(index, name): &(usize, &String)| columns[..*index].contains(name);
    columns.iter().enumerate().filter(|(_, name)| !name.is_empty()).find(stands_before).map(|(_, name)| name)
}

/// A whole file as text, without its byte order mark.
fn read_text(file: &Path) -> Result<String, BenchmarkError> {
    let mut text = String::from_utf8(fs_err::read(file)?).map_err(|error| {
        let sound = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let place = Place::Line(1 + line_breaks(sound));
        BenchmarkError::BadRow { file: file.to_owned(), place, what: "this is not UTF-8".to_owned() }
    })?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}

fn line_breaks(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}
