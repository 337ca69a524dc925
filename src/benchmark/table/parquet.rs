//! Reads Parquet row by row; pages may be plain or compressed with Snappy, gzip or Zstandard.
//!
//! The `parquet` crate (60.1) panics on some damaged files with a wrong offset or length.

use std::path::{Path, PathBuf};

use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::record::reader::RowIter;

use super::catch_panic::guarded;
use super::cell::Cell;
use super::rows::{RawRow, Rows, repeated};
use crate::benchmark::error::{BenchmarkError, Place};

/// Maximum unpacked size of a column in a row group, in bytes. Pages are unpacked as a whole, and some
/// writers store a column in one page.
const COLUMN_LIMIT: i64 = 512 << 20;

/// Rows of a Parquet file.
pub struct ParquetRows {
    file: PathBuf,
    columns: Vec<String>,
    rows: RowIter<'static>,
    index: u64,
    ended: bool,
}

impl ParquetRows {
    /// Opens a file and reads its schema.
    ///
    /// # Errors
    /// Fails if the metadata are not valid, a column of a row group declares more than 512 MiB, or two
    /// columns have the same name.
    pub fn open(file: &Path) -> Result<Self, BenchmarkError> {
        guarded(|| open(file)).unwrap_or_else(|words| Err(unsound(file, &words)))
    }
}

fn open(file: &Path) -> Result<ParquetRows, BenchmarkError> {
    let unreadable = |error: parquet::errors::ParquetError| unsound(file, &error.to_string());
    let reader = SerializedFileReader::new(fs_err::File::open(file)?.into_file()).map_err(unreadable)?;
    sized(reader.metadata(), COLUMN_LIMIT)
        .map_err(|what| BenchmarkError::Unreadable { file: file.to_owned(), what })?;
    let schema = reader.metadata().file_metadata().schema();
    let columns: Vec<String> = schema.get_fields().iter().map(|field| field.name().to_owned()).collect();
    if let Some(column) = repeated(&columns) {
        let what = format!("two columns are named {column:?}");
        return Err(BenchmarkError::Unreadable { file: file.to_owned(), what });
    }
    let rows = RowIter::from_file_into(Box::new(reader));
    Ok(ParquetRows { file: file.to_owned(), columns, rows, index: 0, ended: false })
}

/// Checks that no column of a row group declares more than the limit, before any is unpacked.
fn sized(metadata: &ParquetMetaData, limit: i64) -> Result<(), String> {
    for (number, group) in metadata.row_groups().iter().enumerate() {
        let beyond =
            |column: &&ColumnChunkMetaData| column.uncompressed_size().max(column.compressed_size()) > limit;
        if let Some(column) = group.columns().iter().find(beyond) {
            return Err(format!(
                "row group {number} (from 0), column {:?}: it unpacks to {} MiB, the limit is {} MiB; write the \
                 file again with fewer rows in a row group, or as JSON Lines",
                column.column_path().string(),
                column.uncompressed_size().max(column.compressed_size()) >> 20,
                limit >> 20
            ));
        }
    }
    Ok(())
}

impl Rows for ParquetRows {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn next(&mut self) -> Result<Option<RawRow>, BenchmarkError> {
        if self.ended {
            return Ok(None);
        }
        // After a damaged row, nothing can be trusted.
        self.ended = true;
        let rows = &mut self.rows;
        let row = guarded(|| rows.next()).map_err(|words| unsound(&self.file, &words))?;
        let Some(row) = row else { return Ok(None) };
        let place = Place::Row(self.index);
        let row = row.map_err(|error| {
            let what = explain(&error.to_string());
            BenchmarkError::BadRow { file: self.file.clone(), place, what }
        })?;
        self.ended = false;
        self.index += 1;
        let cells = row.into_columns().into_iter().map(|(_, field)| cell(field)).collect();
        Ok(Some(RawRow { place, cells }))
    }
}

fn unsound(file: &Path, words: &str) -> BenchmarkError {
    BenchmarkError::Unreadable {
        file: file.to_owned(),
        what: format!("this is not a valid Parquet file: {}", explain(words)),
    }
}

/// Returns the crate's message, shortened because it may contain whole fields. For invalid text it would list
/// the bytes.
fn explain(words: &str) -> String {
    match words.contains("Error reading BYTE_ARRAY as String") {
        true => "a text is not UTF-8".to_owned(),
        false => words.chars().take(200).collect(),
    }
}

fn cell(field: Field) -> Cell {
    match field {
        Field::Null => Cell::Missing,
        Field::Bool(truth) => Cell::Bool(truth),
        Field::Byte(number) => Cell::Integer(number.into()),
        Field::Short(number) => Cell::Integer(number.into()),
        Field::Int(number) => Cell::Integer(number.into()),
        Field::Long(number) => Cell::Integer(number),
        Field::UByte(number) => Cell::Integer(number.into()),
        Field::UShort(number) => Cell::Integer(number.into()),
        Field::UInt(number) => Cell::Integer(number.into()),
        Field::ULong(number) => i64::try_from(number).map_or(Cell::Number(number as f64), Cell::Integer),
        Field::Float(number) => Cell::Number(number.into()),
        Field::Double(number) => Cell::Number(number),
        Field::Str(text) => Cell::Text(text),
        // Some writers do not mark a column as text.
        Field::Bytes(bytes) => match String::from_utf8(bytes.data().to_vec()) {
            Ok(text) => Cell::Text(text),
            Err(_) => Cell::Other("bytes that are not UTF-8"),
        },
        Field::Group(_) => Cell::Other("an object"),
        Field::ListInternal(list) => {
            let texts = list.elements().iter().map(|field| match field {
                Field::Str(text) => Some(text.clone()),
                _ => None,
            });
            texts.collect::<Option<_>>().map_or(Cell::Other("a list"), Cell::Texts)
        }
        Field::MapInternal(_) => Cell::Other("a list"),
        _ => Cell::Other("a date or a decimal number"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_beyond_the_limit_is_told_before_it_is_unpacked() {
        let file =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/wildguard/wildguard_test.parquet");
        let reader = SerializedFileReader::new(std::fs::File::open(file).unwrap()).unwrap();
        assert_eq!(sized(reader.metadata(), COLUMN_LIMIT), Ok(()));
        let said = sized(reader.metadata(), 8).unwrap_err();
        assert!(said.starts_with("row group 0 (from 0), column \"prompt\": it unpacks to"), "{said}");
        assert!(said.contains("fewer rows in a row group"), "{said}");
    }
}
