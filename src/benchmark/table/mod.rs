//! Files as tables, whatever their format: columns by name, rows one at a time, cells that may be
//! missing. Every complaint names file, place and column.

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

/// A file with named columns, its rows one at a time.
pub struct Table {
    header: Rc<Header>,
    rows: Trimmed,
    /// What is to be said of how it was read, but for what its rows tell.
    notes: Vec<String>,
    /// The first row, which was read to see that there is one.
    first: Option<Result<RawRow, BenchmarkError>>,
    next_index: u64,
}

impl Table {
    /// Opens a table in the format that the file's extension names, or that standard input's beginning tells.
    ///
    /// # Errors
    /// If it is missing or without rows, its extension is none of [`EXTENSIONS`], it is not sound in
    /// its format as far as its beginning tells, or two columns have one name.
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

    /// What is to be said of how it was read; all of it when all rows were.
    pub fn notes(&self) -> Vec<String> {
        self.notes.iter().cloned().chain(self.rows.notes()).collect()
    }

    /// The next row; nothing at the end. After an error the rows behind it may be asked for: there are
    /// none where the fault leaves nothing to read.
    ///
    /// # Errors
    /// If the row is not sound in its format.
    pub fn next_row(&mut self) -> Result<Option<Row>, BenchmarkError> {
        let Some(raw) = self.first.take().or_else(|| self.rows.next()) else { return Ok(None) };
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
        self.rows.rows().trouble().unwrap_or_else(|| BenchmarkError::MissingColumn {
            file: self.header.file.clone(),
            column: name.to_owned(),
            found: self.columns().join(", "),
        })
    }
}

/// The rows of a table, and what is to be said of how they are read.
fn opened(data: &Data) -> Result<(Box<dyn Rows>, Vec<String>), BenchmarkError> {
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
        return Err(unreadable("this is a folder, and a file is wanted".to_owned()));
    }
    let (_, extension) = stem_and_extension(file);
    match Format::of(&extension) {
        Some(format) if format.is_binary() && format::is_packed(file) => {
            Err(unreadable(format!("{} is compressed within: unpack the file first", format.name())))
        }
        Some(format) => Ok(format),
        None => Err(unreadable(format!(
            "the name's end tells the format, and has to be one of .{}, or one of these but .parquet and .xlsx with \
             .{} behind it",
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
            let what = "Parquet is read from files only: pass --data FILE.parquet".to_owned();
            Err(BenchmarkError::Unreadable { file: data.path().to_owned(), what })
        }
    }
}

#[cfg(not(feature = "parquet"))]
fn parquet_rows(data: &Data) -> Result<Box<dyn Rows>, BenchmarkError> {
    let what = "this build reads no Parquet (cargo's feature `parquet` is off); the same table as .csv or .jsonl can \
                be read";
    Err(BenchmarkError::Unreadable { file: data.path().to_owned(), what: what.to_owned() })
}
