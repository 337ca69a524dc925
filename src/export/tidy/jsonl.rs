//! JSON lines: an object a row, with every column; a missing value is null.

use std::io::{BufWriter, Write};

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::table_writer::{Remark, TableWriter};
use super::value::{Column, Value};
use crate::record::BoxError;

pub(super) struct JsonLines<'a> {
    columns: &'static [Column],
    to: BufWriter<&'a mut (dyn Write + Send)>,
}

impl<'a> JsonLines<'a> {
    pub fn begin(columns: &'static [Column], to: &'a mut (dyn Write + Send)) -> Self {
        Self { columns, to: BufWriter::new(to) }
    }
}

impl TableWriter for JsonLines<'_> {
    fn row(&mut self, row: &[Value<'_>]) -> Result<(), BoxError> {
        serde_json::to_writer(&mut self.to, &Row(self.columns, row))?;
        Ok(self.to.write_all(b"\n")?)
    }

    fn finish(mut self: Box<Self>) -> Result<Option<Remark>, BoxError> {
        self.to.flush()?;
        Ok(None)
    }
}

struct Row<'a>(&'static [Column], &'a [Value<'a>]);

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (column, value) in self.0.iter().zip(self.1) {
            map.serialize_entry(column.name, value)?;
        }
        map.end()
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Missing => serializer.serialize_none(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Unsigned(number) => serializer.serialize_u64(*number),
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Single(number) => serializer.serialize_f32(*number),
            Self::Truth(truth) => serializer.serialize_bool(*truth),
        }
    }
}
