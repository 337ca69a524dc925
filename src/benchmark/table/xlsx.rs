//! Reads Excel workbooks: the first visible sheet that is not blank, with its first filled row as the header.
//!
//! A workbook stores its texts separately, so a whole sheet is read before its first row is returned.

use std::collections::BTreeMap;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};
use zip::ZipArchive;

use super::catch_panic::guarded;
use super::cell::Cell;
use super::data::{Data, ReadSeek};
use super::input::{ROW_LIMIT, too_long_at};
use super::rows::{RawRow, Rows, repeated};
use crate::benchmark::error::{BenchmarkError, Place};

/// Maximum unpacked size of a workbook, and of the texts of a sheet, in bytes.
const UNPACKED: u64 = 256 << 20;

/// Maximum number of parts in a workbook.
const PARTS: usize = 10_000;

/// First bytes of a ZIP file, and of an older or a protected Excel file.
const ZIP: &[u8] = b"PK\x03\x04";
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0";

/// Filled cells of a sheet, by row and column.
type Sheet = BTreeMap<u32, Vec<(u32, Cell)>>;

/// Rows of a sheet.
pub struct XlsxRows {
    file: PathBuf,
    columns: Vec<String>,
    /// Position of the first named column in the sheet.
    first: u32,
    rows: std::collections::btree_map::IntoIter<u32, Vec<(u32, Cell)>>,
    /// Number of filled cells outside the header's columns.
    outside: usize,
    notes: Vec<String>,
}

impl XlsxRows {
    /// Opens a workbook and reads a sheet.
    ///
    /// # Errors
    /// Fails if the workbook is not valid or unpacks to more than 256 MiB, or if two columns have the same
    /// name.
    pub fn open(data: &Data) -> Result<Self, BenchmarkError> {
        guarded(|| open(data, UNPACKED)).unwrap_or_else(|words| Err(unsound(data.path(), &words)))
    }
}

fn open(data: &Data, limit: u64) -> Result<XlsxRows, BenchmarkError> {
    let file = data.path();
    let mut beginning = Vec::new();
    data.open()?.take(ZIP.len() as u64).read_to_end(&mut beginning)?;
    if beginning == COMPOUND {
        let what = "this is an older .xls file or has a password: save it as .xlsx without one, or as CSV";
        return Err(unreadable(file, what.to_owned()));
    }
    if beginning != ZIP {
        return Err(unsound(file, "it does not begin like a ZIP file"));
    }
    sized(data, limit)?;
    let mut book: Xlsx<BufReader<Box<dyn ReadSeek>>> =
        Xlsx::new(BufReader::new(data.open()?)).map_err(|error| unsound(file, &error.to_string()))?;
    let sheets: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet)
        .map(|sheet| sheet.name.clone())
        .collect();
    for name in &sheets {
        let mut sheet = cells(&mut book, name, file, limit)?;
        let all = sheet.len();
        let is_filled = |cell: &Cell| !matches!(cell, Cell::Text(text) if text.trim().is_empty());
        sheet.retain(|_, cells| cells.iter().any(|(_, cell)| is_filled(cell)));
        let blank = all - sheet.len();
        let Some((_, header)) = sheet.pop_first() else { continue };
        let mut notes = Vec::new();
        if sheets.len() > 1 {
            let others: Vec<&str> =
                sheets.iter().filter(|other| *other != name).map(String::as_str).collect();
            notes.push(format!("sheet {name:?} was read, and not {}", others.join(", ")));
        }
        match blank {
            0 => {}
            1 => notes.push("a blank row left out".to_owned()),
            _ => notes.push(format!("{blank} blank rows left out")),
        }
        return rows(file, header, sheet, notes);
    }
    Err(BenchmarkError::Empty(file.to_owned()))
}

/// Checks that a workbook does not unpack to more than the limit. Unpacks it, because the declared sizes may
/// be wrong.
fn sized(data: &Data, limit: u64) -> Result<(), BenchmarkError> {
    let file = data.path();
    let mut archive =
        ZipArchive::new(BufReader::new(data.open()?)).map_err(|error| unsound(file, &error.to_string()))?;
    if archive.len() > PARTS {
        return Err(unreadable(
            file,
            format!("the workbook has more than {PARTS} parts: this is not a table"),
        ));
    }
    let mut left = limit;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| unsound(file, &error.to_string()))?;
        let unpacked = io::copy(&mut part.take(left + 1), &mut io::sink());
        let unpacked = unpacked.map_err(|error| unsound(file, &error.to_string()))?;
        left = left.checked_sub(unpacked).ok_or_else(|| {
            unreadable(
                file,
                format!("the workbook unpacks to more than {} MiB: save the sheet as CSV", limit >> 20),
            )
        })?;
    }
    Ok(())
}

/// Returns the filled cells of a sheet.
fn cells(
    book: &mut Xlsx<BufReader<Box<dyn ReadSeek>>>,
    name: &str,
    file: &Path,
    limit: u64,
) -> Result<Sheet, BenchmarkError> {
    let broken = |error: calamine::XlsxError| unsound(file, &format!("sheet {name:?}: {error}"));
    let mut reader = book.worksheet_cells_reader(name).map_err(broken)?;
    let (mut sheet, mut left) = (Sheet::new(), limit);
    while let Some(found) = reader.next_cell().map_err(broken)? {
        let (row, column) = found.get_position();
        let value = found.get_value();
        let bytes = match value {
            // A cell with formatting but no value.
            DataRef::Empty => {
                sheet.entry(row).or_default();
                continue;
            }
            DataRef::SharedString(text) => text.len(),
            DataRef::String(text) => text.len(),
            _ => 0,
        };
        if bytes > ROW_LIMIT {
            return Err(too_long_at(file, Place::Sheet(u64::from(row) + 1)));
        }
        // Many cells may share one text.
        left = left.checked_sub(bytes as u64).ok_or_else(|| {
            let what = format!("the texts of sheet {name:?} take more than {} MiB", limit >> 20);
            unreadable(file, what)
        })?;
        sheet.entry(row).or_default().push((column, cell(value)));
    }
    Ok(sheet)
}

fn rows(
    file: &Path,
    header: Vec<(u32, Cell)>,
    sheet: Sheet,
    notes: Vec<String>,
) -> Result<XlsxRows, BenchmarkError> {
    let named = header.iter().filter_map(|(column, cell)| {
        let name = cell.plain()?.trim().to_owned();
        (!name.is_empty()).then_some((*column, name))
    });
    let named: BTreeMap<u32, String> = named.collect();
    let (Some((first, _)), Some((last, _))) = (named.first_key_value(), named.last_key_value()) else {
        return Err(unreadable(file, "the first filled row names no column".to_owned()));
    };
    let columns: Vec<String> =
        (*first..=*last).map(|column| named.get(&column).cloned().unwrap_or_default()).collect();
    if let Some(column) = repeated(&columns) {
        return Err(unreadable(file, format!("two columns are named {column:?}")));
    }
    Ok(XlsxRows { file: file.to_owned(), columns, first: *first, rows: sheet.into_iter(), outside: 0, notes })
}

impl Rows for XlsxRows {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = self.notes.clone();
        if self.outside > 0 {
            notes.push(format!("cells outside the header's columns, not read: {}", self.outside));
        }
        notes
    }

    fn next(&mut self) -> Result<Option<RawRow>, BenchmarkError> {
        let Some((row, found)) = self.rows.next() else { return Ok(None) };
        let place = Place::Sheet(u64::from(row) + 1);
        let mut cells = Vec::new();
        let mut bytes = 0;
        for (column, cell) in found {
            if let Cell::Text(text) = &cell {
                bytes += text.len();
            }
            match column.checked_sub(self.first).map(|at| at as usize) {
                Some(at) if at < self.columns.len() => {
                    if cells.len() <= at {
                        cells.resize(at + 1, Cell::Missing);
                    }
                    cells[at] = cell;
                }
                _ => self.outside += 1,
            }
        }
        match bytes > ROW_LIMIT {
            true => Err(too_long_at(&self.file, place)),
            false => Ok(Some(RawRow { place, cells })),
        }
    }
}

fn cell(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Missing,
        DataRef::String(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Bool(truth) => Cell::Bool(*truth),
        DataRef::Int(number) => Cell::Integer(*number),
        // Excel stores all numbers as floats; up to 15 digits they are exact.
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
            Cell::Integer(*number as i64)
        }
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::DateTime(_) | DataRef::DateTimeIso(_) | DataRef::DurationIso(_) => {
            Cell::Other("a date or a time")
        }
        DataRef::Error(_) => Cell::Other("an error value such as #N/A"),
    }
}

fn unreadable(file: &Path, what: String) -> BenchmarkError {
    BenchmarkError::Unreadable { file: file.to_owned(), what }
}

fn unsound(file: &Path, words: &str) -> BenchmarkError {
    let words: String = words.chars().take(200).collect();
    unreadable(file, format!("this is not a valid XLSX file: {words}"))
}
