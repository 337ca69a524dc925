//! CSV: UTF-8, a header, fields quoted where they must be. A missing value is an empty field.

use std::io::Write;

use super::table_writer::{Remark, TableWriter};
use super::value::{Column, Value};
use crate::export::csv::spreadsheet_text;
use crate::record::BoxError;

pub(super) struct Csv<'a> {
    writer: csv::Writer<&'a mut (dyn Write + Send)>,
    spreadsheet_safe: bool,
    /// Number of texts that a spreadsheet would read as formulas.
    formulas: u64,
}

impl<'a> Csv<'a> {
    pub fn begin(
        columns: &[Column],
        spreadsheet_safe: bool,
        to: &'a mut (dyn Write + Send),
    ) -> Result<Self, BoxError> {
        let mut writer = csv::Writer::from_writer(to);
        writer.write_record(columns.iter().map(|column| column.name))?;
        Ok(Self { writer, spreadsheet_safe, formulas: 0 })
    }
}

impl TableWriter for Csv<'_> {
    fn row(&mut self, row: &[Value<'_>]) -> Result<(), BoxError> {
        for value in row {
            let text = value.text().unwrap_or_default();
            if !matches!(value, Value::Text(_)) {
                self.writer.write_field(text.as_bytes())?;
                continue;
            }
            let safe = spreadsheet_text(&text);
            self.formulas += u64::from(safe != text);
            let field: &str = if self.spreadsheet_safe { &safe } else { &text };
            self.writer.write_field(field)?;
        }
        self.writer.write_record(None::<&[u8]>)?;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Option<Remark>, BoxError> {
        self.writer.flush()?;
        Ok(match (self.formulas, self.spreadsheet_safe) {
            (0, _) | (_, true) => None,
            (count, false) => Some(Remark::Formulas(format!(
                "{count} texts begin as formulas do: for a spreadsheet, write .xlsx or use --spreadsheet-safe"
            ))),
        })
    }
}
