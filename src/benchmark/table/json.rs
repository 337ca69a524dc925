//! JSON lines (an object a line, blank lines between them or not) and JSON lists of objects.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{Cell, Row, Table, line_breaks, read_text};
use crate::benchmark::error::{BenchmarkError, Place};

pub fn read(file: &Path) -> Result<Table, BenchmarkError> {
    let text = read_text(file)?;
    let mut table = Columns::default();
    let bad_row = |line, error: &serde_json::Error| {
        let line = line + (error.line() as u64).saturating_sub(1);
        BenchmarkError::BadRow { file: file.to_owned(), place: Place::Line(line), what: explain(error) }
    };
    if text.trim_start().starts_with('[') {
        let objects: Vec<&RawValue> = serde_json::from_str(&text).map_err(|error| bad_row(1, &error))?;
        let (mut offset, mut line) = (0, 1);
        for object in objects {
            // Every element is a piece of `text`.
            let begin = object.get().as_ptr() as usize - text.as_ptr() as usize;
            line += line_breaks(&text.as_bytes()[offset..begin]);
            offset = begin;
            table.push(line, object.get()).map_err(|error| bad_row(line, &error))?;
        }
    } else {
        for (index, object) in text.lines().enumerate() {
            if !object.trim().is_empty() {
                let line = index as u64 + 1;
                table.push(line, object).map_err(|error| bad_row(line, &error))?;
            }
        }
    }
    Ok(Table { file: file.to_owned(), columns: table.names, rows: table.rows })
}

/// Rows, and the keys of all of them in the order in which they were met.
#[derive(Default)]
struct Columns {
    names: Vec<String>,
    places: HashMap<String, usize>,
    rows: Vec<Row>,
}

impl Columns {
    fn push(&mut self, line: u64, object: &str) -> Result<(), serde_json::Error> {
        let Object(fields) = serde_json::from_str(object)?;
        let mut cells = Vec::with_capacity(self.names.len());
        for (key, value) in fields {
            let index = *self.places.entry(key).or_insert_with_key(|key| {
                self.names.push(key.clone());
                self.names.len() - 1
            });
            if cells.len() <= index {
                cells.resize(index + 1, Cell::Missing);
            }
            cells[index] = cell(value);
        }
        self.rows.push(Row { place: Place::Line(line), cells });
        Ok(())
    }
}

fn cell(value: Value) -> Cell {
    match value {
        Value::Null => Cell::Missing,
        Value::Bool(truth) => Cell::Bool(truth),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => Cell::Integer(integer),
            None => Cell::Number(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => Cell::Text(text),
        Value::Array(_) => Cell::Other("a list"),
        Value::Object(_) => Cell::Other("an object"),
    }
}

/// An object whose keys are all different; serde_json alone would keep the last of two.
struct Object(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields)
    }
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Object;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object with the row's columns")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let mut fields = Vec::new();
        while let Some((key, value)) = map.next_entry::<String, Value>()? {
            if fields.iter().any(|(earlier, _)| *earlier == key) {
                return Err(A::Error::custom(format!("the key {key:?} stands twice")));
            }
            fields.push((key, value));
        }
        Ok(Object(fields))
    }
}

/// serde_json's words with the column, and without the line, which it counts within a row.
fn explain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    match error.classify() {
        serde_json::error::Category::Data => what.to_owned(),
        _ => format!("broken JSON: {what} (character {} of the line)", error.column()),
    }
}
