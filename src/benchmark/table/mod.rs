//! Files as tables, whatever their format: columns by name, rows one at a time, cells that may be
//! missing. Every complaint names file, place and column.

mod cell;
mod csv;
#[cfg(feature = "parquet")]
mod guard;
mod input;
mod json;
#[cfg(feature = "parquet")]
mod parquet;
mod row;
mod rows;

use std::path::Path;
use std::rc::Rc;

use super::error::BenchmarkError;
pub use cell::Cell;
pub use input::{COMPRESSIONS, stem_and_extension};
use row::Header;
pub use row::{Column, Row};
use rows::{RawRow, Rows};

/// The extensions that can be read; those but Parquet's with one of [`COMPRESSIONS`] behind them too.
pub const EXTENSIONS: [&str; 4] = ["csv", "jsonl", "json", "parquet"];

/// Whether a name's end tells a file that can be read.
pub fn is_table(file: &Path) -> bool {
    let (_, extension) = stem_and_extension(file);
    EXTENSIONS.contains(&extension.as_str()) && !(extension == "parquet" && input::is_packed(file))
}

/// A file with named columns, its rows one at a time.
pub struct Table {
    header: Rc<Header>,
    rows: Box<dyn Rows>,
    /// The first row, which was read to see that there is one.
    first: Option<Result<RawRow, BenchmarkError>>,
    next_index: u64,
}

impl Table {
    /// Opens a file in the format that its extension names.
    ///
    /// # Errors
    /// If it is missing or without rows, its extension is none of [`EXTENSIONS`], it is not sound in
    /// its format as far as its beginning tells, or two columns have one name.
    pub fn open(file: &Path) -> Result<Self, BenchmarkError> {
        if !file.exists() {
            return Err(BenchmarkError::Missing(file.to_owned()));
        }
        let unreadable = |what: String| BenchmarkError::Unreadable { file: file.to_owned(), what };
        if file.is_dir() {
            return Err(unreadable("this is a folder, and a file is wanted".to_owned()));
        }
        let (_, extension) = stem_and_extension(file);
        let mut rows: Box<dyn Rows> = match extension.as_str() {
            "csv" => Box::new(csv::CsvRows::open(file)?),
            "jsonl" | "json" => Box::new(json::JsonRows::open(file)?),
            "parquet" if input::is_packed(file) => {
                let what = "Parquet is compressed within: unpack the file first";
                return Err(unreadable(what.to_owned()));
            }
            #[cfg(feature = "parquet")]
            "parquet" => Box::new(parquet::ParquetRows::open(file)?),
            #[cfg(not(feature = "parquet"))]
            "parquet" => {
                let what = "this build reads no Parquet (cargo's feature `parquet` is off); \
                            the same table as .csv or .jsonl can be read";
                return Err(unreadable(what.to_owned()));
            }
            _ => {
                return Err(unreadable(format!(
                    "the name's end tells the format, and has to be one of .{}, or of the first three with .{} \
                     behind it",
                    EXTENSIONS.join(", ."),
                    COMPRESSIONS.join(" or .")
                )));
            }
        };
        let first = rows.next().transpose();
        if first.is_none() {
            return Err(BenchmarkError::Empty(file.to_owned()));
        }
        let header = Rc::new(Header { file: file.to_owned(), columns: rows.columns().to_vec() });
        Ok(Self { header, rows, first, next_index: 0 })
    }

    /// The next row; nothing at the end. After an error the rows behind it may be asked for: there are
    /// none where the fault leaves nothing to read.
    ///
    /// # Errors
    /// If the row is not sound in its format.
    pub fn next_row(&mut self) -> Result<Option<Row>, BenchmarkError> {
        let Some(raw) = self.first.take().or_else(|| self.rows.next().transpose()) else { return Ok(None) };
        let index = self.next_index;
        self.next_index += 1;
        let RawRow { place, cells } = raw?;
        Ok(Some(Row { header: Rc::clone(&self.header), place, index, cells }))
    }

    /// Rows so far, unsound ones among them.
    pub fn rows_read(&self) -> u64 {
        self.next_index
    }

    /// Names of the columns.
    pub fn columns(&self) -> &[String] {
        &self.header.columns
    }

    /// Where a column stands.
    ///
    /// # Errors
    /// [`BenchmarkError::MissingColumn`].
    pub fn column(&mut self, name: &str) -> Result<Column, BenchmarkError> {
        match self.optional_column(name) {
            Some(column) => Ok(column),
            None => Err(self.missing(name)),
        }
    }

    /// Where a column stands, if there is one of this name.
    pub fn optional_column(&self, name: &str) -> Option<Column> {
        self.columns().iter().position(|column| column == name).map(Column)
    }

    /// Where a column stands, whose name may be in any case of letters; as it is given counts most.
    ///
    /// # Errors
    /// [`BenchmarkError::MissingColumn`].
    pub fn column_in_any_case(&mut self, name: &str) -> Result<Column, BenchmarkError> {
        let like = self.columns().iter().position(|column| column.eq_ignore_ascii_case(name)).map(Column);
        match self.optional_column(name).or(like) {
            Some(column) => Ok(column),
            None => Err(self.missing(name)),
        }
    }

    /// That there is no such column, or what kept it from being found.
    fn missing(&mut self, name: &str) -> BenchmarkError {
        self.rows.trouble().unwrap_or_else(|| BenchmarkError::MissingColumn {
            file: self.header.file.clone(),
            column: name.to_owned(),
            found: self.columns().join(", "),
        })
    }
}
