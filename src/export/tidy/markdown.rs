//! A table in Markdown, for people: text from outside stays text.

use std::io::{BufWriter, Write};

use super::table_writer::{Remark, TableWriter};
use super::value::{Column, Kind, Value};
use crate::export::markdown::literal;
use crate::record::BoxError;

pub(super) struct Markdown<'a> {
    to: BufWriter<&'a mut (dyn Write + Send)>,
}

impl<'a> Markdown<'a> {
    pub fn begin(columns: &[Column], to: &'a mut (dyn Write + Send)) -> Result<Self, BoxError> {
        let mut to = BufWriter::new(to);
        let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
        let side = |column: &Column| match column.kind {
            Kind::Text | Kind::Truth => " --- |",
            Kind::Integer | Kind::Unsigned | Kind::Number | Kind::Single => " ---: |",
        };
        writeln!(to, "| {} |\n|{}", names.join(" | "), columns.iter().map(side).collect::<String>())?;
        Ok(Self { to })
    }
}

impl TableWriter for Markdown<'_> {
    fn row(&mut self, row: &[Value<'_>]) -> Result<(), BoxError> {
        self.to.write_all(b"|")?;
        for value in row {
            let text = value.text().unwrap_or_default();
            let text = if matches!(value, Value::Text(_)) { literal(&text) } else { text.into_owned() };
            write!(self.to, " {text} |")?;
        }
        Ok(self.to.write_all(b"\n")?)
    }

    fn finish(mut self: Box<Self>) -> Result<Option<Remark>, BoxError> {
        self.to.flush()?;
        Ok(None)
    }
}
