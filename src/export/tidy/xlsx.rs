//! An Excel workbook with one sheet. Text is written as text, so that no cell is a formula.

use std::borrow::Cow;
use std::io::Write;

use rust_xlsxwriter::{Workbook, Worksheet};

use super::table_writer::{Remark, TableWriter};
use super::value::{Column, Value};
use crate::record::BoxError;

/// Rows of a sheet, with the header.
const MOST_ROWS: u32 = 1_048_576;

/// UTF-16 units of a cell.
const MOST_UNITS: usize = 32_767;

/// What ends a text that does not fit.
const CUT: &str = " […cut]";

/// Largest whole number up to which a sheet, which has floating-point numbers only, holds all.
const EXACT: u64 = 1 << 53;

/// More rows than a sheet has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an Excel sheet ends at row 1,048,576, and the table has more")]
pub struct TooManyRows;

pub(super) struct Xlsx<'a> {
    workbook: Workbook,
    to: &'a mut (dyn Write + Send),
    row: u32,
    /// Number of texts that were cut.
    cut: u64,
}

impl<'a> Xlsx<'a> {
    pub fn begin(columns: &[Column], to: &'a mut (dyn Write + Send)) -> Result<Self, BoxError> {
        let mut workbook = Workbook::new();
        // Rows go to a temporary file as they come.
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_freeze_panes(1, 0)?;
        for (at, column) in (0..).zip(columns) {
            sheet.write_string(0, at, column.name)?;
        }
        Ok(Self { workbook, to, row: 1, cut: 0 })
    }
}

impl TableWriter for Xlsx<'_> {
    fn row(&mut self, row: &[Value<'_>]) -> Result<(), BoxError> {
        if self.row >= MOST_ROWS {
            return Err(TooManyRows.into());
        }
        let sheet = self.workbook.worksheet_from_index(0)?;
        for (at, value) in (0..).zip(row) {
            self.cut += u64::from(write(sheet, (self.row, at), value)?);
        }
        self.row += 1;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Option<Remark>, BoxError> {
        let bytes = self.workbook.save_to_buffer()?;
        self.to.write_all(&bytes)?;
        self.to.flush()?;
        Ok(match self.cut {
            0 => None,
            cut => Some(Remark::Loss(format!(
                "{cut} texts are longer than an Excel cell, 32,767 characters: they end with {CUT:?}; .csv and \
                 .parquet hold them whole"
            ))),
        })
    }
}

/// Writes a cell and returns whether its text was cut.
fn write(sheet: &mut Worksheet, (row, at): (u32, u16), value: &Value<'_>) -> Result<bool, BoxError> {
    let mut text = |text: &str| -> Result<bool, BoxError> {
        let fitting = fitting(text);
        sheet.write_string(row, at, &*fitting)?;
        Ok(fitting != text)
    };
    match value {
        Value::Missing => return Ok(false),
        Value::Text(words) => return text(words),
        // A seed of 64 bits would lose its last digits as a number.
        Value::Unsigned(number) if *number > EXACT => return text(&number.to_string()),
        Value::Unsigned(number) => sheet.write_number(row, at, *number as f64)?,
        Value::Integer(number) => sheet.write_number(row, at, *number as f64)?,
        Value::Number(number) => sheet.write_number(row, at, *number)?,
        // The decimal number that is meant, not the nearest of the longer precision.
        Value::Single(number) => sheet.write_number(row, at, number.to_string().parse::<f64>()?)?,
        Value::Truth(truth) => sheet.write_boolean(row, at, *truth)?,
    };
    Ok(false)
}

/// Returns a text that fits into a cell.
fn fitting(text: &str) -> Cow<'_, str> {
    if text.len() <= MOST_UNITS || text.encode_utf16().count() <= MOST_UNITS {
        return text.into();
    }
    let (mut units, most) = (0, MOST_UNITS - CUT.encode_utf16().count());
    let end = text.char_indices().find(|(_, letter)| {
        units += letter.len_utf16();
        units > most
    });
    format!("{}{CUT}", &text[..end.map_or(text.len(), |(at, _)| at)]).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_to_what_a_cell_holds() {
        let units = |text: &str| text.encode_utf16().count();
        for (letter, count) in [("a", 40_000), ("𝄞", 20_000), ("好", 32_768)] {
            let long = letter.repeat(count);
            let cut = fitting(&long);
            assert!(cut.ends_with(CUT), "{letter}");
            assert!((MOST_UNITS - 1..=MOST_UNITS).contains(&units(&cut)), "{letter}: {}", units(&cut));
        }
        let full = "好".repeat(MOST_UNITS);
        assert_eq!(fitting(&full), full);
    }
}
