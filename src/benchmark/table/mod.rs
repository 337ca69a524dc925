//! Reads files of several formats as tables: named columns, rows one at a time, cells that may be missing.
//! Every error names file, place and column.

mod blank;
mod catch_panic;
mod cell;
mod csv;
mod data;
mod dialect;
mod encoding;
mod format;
mod gzip;
mod input;
mod json;
mod lines;
#[cfg(feature = "parquet")]
mod parquet;
mod row;
mod rows;
mod sniff;
mod xlsx;

use std::rc::Rc;

use super::error::BenchmarkError;
use crate::model::lfs;
use blank::Trimmed;
pub use cell::Cell;
pub use data::Data;
use dialect::Dialect;
use format::Format;
pub use format::{COMPRESSIONS, EXTENSIONS, is_table, stem_and_extension};
use input::Text;
use row::Header;
pub use row::{Column, Row};
use rows::{RawRow, Rows};

/// A table with named columns that is read row by row.
pub struct Table {
    header: Rc<Header>,
    rows: Trimmed,
    /// Notes on how the file is read, without those on its rows.
    notes: Vec<String>,
    /// First row, which is read early to detect empty files.
    first: Option<Result<RawRow, BenchmarkError>>,
    next_index: u64,
}

impl Table {
    /// Opens a table. The format follows from the file's extension, or from the beginning of standard input.
    ///
    /// # Errors
    /// Fails if the file is missing or has no rows, the extension is not one of [`EXTENSIONS`], the beginning
    /// is not valid in its format, or two columns have the same name.
    pub fn open(data: &Data) -> Result<Self, BenchmarkError> {
        let (rows, notes) = opened(data)?;
        let mut rows = Trimmed::of(rows);
        let first = rows.next();
        if first.is_none() {
            return Err(BenchmarkError::Empty(data.path().to_owned()));
        }
        let columns = rows.rows().columns().to_vec();
        let header = Rc::new(Header { file: data.path().to_owned(), columns });
        Ok(Self { header, rows, notes, first, next_index: 0 })
    }

    /// Returns the notes on how the file was read; complete after the last row.
    pub fn notes(&self) -> Vec<String> {
        self.notes.iter().cloned().chain(self.rows.notes()).collect()
    }

    /// Returns the next row; `None` at the end. After an error, further rows follow unless the fault makes
    /// them unreadable.
    ///
    /// # Errors
    /// Fails if the row is not valid in its format.
    pub fn next_row(&mut self) -> Result<Option<Row>, BenchmarkError> {
        let Some(raw) = self.first.take().or_else(|| self.rows.next()) else { return Ok(None) };
        let index = self.next_index;
        self.next_index += 1;
        let RawRow { place, cells } = raw?;
        Ok(Some(Row { header: Rc::clone(&self.header), place, index, cells }))
    }

    /// Returns the number of rows read so far, including invalid ones.
    pub fn rows_read(&self) -> u64 {
        self.next_index
    }

    /// Returns the names of the columns.
    pub fn columns(&self) -> &[String] {
        &self.header.columns
    }

    /// Returns a column by its name.
    ///
    /// # Errors
    /// Returns [`BenchmarkError::MissingColumn`].
    pub fn column(&mut self, name: &str) -> Result<Column, BenchmarkError> {
        match self.optional_column(name) {
            Some(column) => Ok(column),
            None => Err(self.missing(name)),
        }
    }

    /// Returns a column by its name, if it exists.
    pub fn optional_column(&self, name: &str) -> Option<Column> {
        self.columns().iter().position(|column| column == name).map(Column)
    }

    /// Returns a column by its name, ignoring case; an exact match takes precedence.
    ///
    /// # Errors
    /// Returns [`BenchmarkError::MissingColumn`].
    pub fn column_in_any_case(&mut self, name: &str) -> Result<Column, BenchmarkError> {
        let like = self.columns().iter().position(|column| column.eq_ignore_ascii_case(name)).map(Column);
        match self.optional_column(name).or(like) {
            Some(column) => Ok(column),
            None => Err(self.missing(name)),
        }
    }

    /// Returns the error for a missing column, or an earlier fault that may have hidden it.
    fn missing(&mut self, name: &str) -> BenchmarkError {
        self.rows.rows().trouble().unwrap_or_else(|| BenchmarkError::MissingColumn {
            file: self.header.file.clone(),
            column: name.to_owned(),
            found: self.columns().join(", "),
        })
    }
}

/// Opens the rows of a table and returns them with the notes.
fn opened(data: &Data) -> Result<(Box<dyn Rows>, Vec<String>), BenchmarkError> {
    if let Data::File(file) = data
        && lfs::is_pointer(file)
    {
        return Err(BenchmarkError::LfsPointer(file.clone()));
    }
    let format = format_of(data)?;
    if format == Format::Xlsx {
        return Ok((Box::new(xlsx::XlsxRows::open(data)?), Vec::new()));
    }
    if format == Format::Parquet {
        return Ok((parquet_rows(data)?, Vec::new()));
    }
    let text = if format == Format::Json { Text::of_json(data)? } else { Text::of(data)? };
    let mut notes: Vec<String> = text.note().into_iter().collect();
    let rows: Box<dyn Rows> = match format {
        Format::Json => Box::new(json::JsonRows::open(&text)?),
        Format::Lines => Box::new(lines::LineRows::open(&text)?),
        _ => {
            let (beginning, is_cut) = text.beginning()?;
            let dialect = Dialect::of(&beginning, is_cut);
            let (_, extension) = stem_and_extension(data.path());
            let usual = if extension == "tsv" { b'\t' } else { b',' };
            if dialect.delimiter != usual {
                notes.push(format!("fields are parted by {}", dialect.words()));
            }
            Box::new(csv::CsvRows::open(&text, dialect)?)
        }
    };
    Ok((rows, notes))
}

fn format_of(data: &Data) -> Result<Format, BenchmarkError> {
    let file = match data {
        Data::Stdin(_) => return sniff::format(data),
        Data::File(file) => file,
    };
    if !file.exists() {
        return Err(BenchmarkError::Missing(file.clone()));
    }
    let unreadable = |what: String| BenchmarkError::Unreadable { file: file.clone(), what };
    if file.is_dir() {
        return Err(unreadable("this is a folder: pass a file".to_owned()));
    }
    let (_, extension) = stem_and_extension(file);
    match Format::of(&extension) {
        Some(format) if format.is_binary() && format::is_packed(file) => {
            Err(unreadable(format!("{} is already compressed: unpack the file first", format.name())))
        }
        Some(format) => Ok(format),
        None => Err(unreadable(format!(
            "unknown format: the file's extension has to be one of .{}; all but .parquet and .xlsx may \
             have .{} after it",
            EXTENSIONS.join(", ."),
            COMPRESSIONS.join(" or .")
        ))),
    }
}

#[cfg(feature = "parquet")]
fn parquet_rows(data: &Data) -> Result<Box<dyn Rows>, BenchmarkError> {
    match data {
        Data::File(file) => Ok(Box::new(parquet::ParquetRows::open(file)?)),
        Data::Stdin(_) => {
            let what = "Parquet can only be read from files: pass --data FILE.parquet".to_owned();
            Err(BenchmarkError::Unreadable { file: data.path().to_owned(), what })
        }
    }
}

#[cfg(not(feature = "parquet"))]
fn parquet_rows(data: &Data) -> Result<Box<dyn Rows>, BenchmarkError> {
    let what = "this build reads no Parquet (the Cargo feature `parquet` is off): convert the table to \
                .csv or .jsonl";
    Err(BenchmarkError::Unreadable { file: data.path().to_owned(), what: what.to_owned() })
}
