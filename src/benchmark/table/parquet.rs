//! Parquet, read row by row: pages plain or compressed with Snappy, gzip or Zstandard.
//!
//! The `parquet` crate (60.1) panics on some damaged files, where an offset or a length is off.

use std::path::Path;

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;

use super::guard::guarded;
use super::{Cell, Row, Table, repeated};
use crate::benchmark::error::{BenchmarkError, Place};

pub fn read(file: &Path) -> Result<Table, BenchmarkError> {
    guarded(|| read_rows(file)).unwrap_or_else(|words| Err(unsound(file, &words)))
}

fn unsound(file: &Path, words: &str) -> BenchmarkError {
    BenchmarkError::Unreadable {
        file: file.to_owned(),
        what: format!("this is no sound Parquet file: {}", explain(words)),
    }
}

/// The crate's words, cut, since some hold whole fields; for text that is none they list its bytes.
fn explain(words: &str) -> String {
    match words.contains("Error reading BYTE_ARRAY as String") {
        true => "a text is not UTF-8".to_owned(),
        false => words.chars().take(200).collect(),
    }
}

fn read_rows(file: &Path) -> Result<Table, BenchmarkError> {
    let unreadable = |error: parquet::errors::ParquetError| unsound(file, &error.to_string());
    let reader = SerializedFileReader::new(fs_err::File::open(file)?.into_file()).map_err(unreadable)?;
    let schema = reader.metadata().file_metadata().schema();
    let columns: Vec<String> = schema.get_fields().iter().map(|field| field.name().to_owned()).collect();
    if let Some(column) = repeated(&columns) {
        let what = format!("two columns are named {column:?}");
        return Err(BenchmarkError::Unreadable { file: file.to_owned(), what });
    }
    let mut rows = Vec::new();
    for row in reader.get_row_iter(None).map_err(unreadable)? {
        let place = Place::Row(rows.len() as u64);
        let row = row.map_err(|error| BenchmarkError::BadRow {
            file: file.to_owned(),
            place,
            what: explain(&error.to_string()),
        })?;
        let cells = row.into_columns().into_iter().map(|(_, field)| cell(field)).collect();
        rows.push(Row { place, cells });
    }
    Ok(Table { file: file.to_owned(), columns, rows })
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
        // Some writers leave out that a column is text.
        Field::Bytes(bytes) => match String::from_utf8(bytes.data().to_vec()) {
            Ok(text) => Cell::Text(text),
            Err(_) => Cell::Other("bytes that are not UTF-8"),
        },
        Field::Group(_) => Cell::Other("an object"),
        Field::ListInternal(_) | Field::MapInternal(_) => Cell::Other("a list"),
        _ => Cell::Other("a date or a decimal number"),
    }
}
