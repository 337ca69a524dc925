//! Reads JSON Lines (one object per line, blank lines allowed) and JSON lists of objects, object by object.
//!
//! The file is read twice, because its columns are the keys of all rows. Keys of nested objects are also
//! columns, named with the outer key and a dot.

mod object;
mod pieces;

use std::collections::HashMap;

use serde_json::Value;

use super::cell::Cell;
use super::input::Text;
use super::rows::{RawRow, Rows};
use crate::benchmark::error::{BenchmarkError, Place};
use object::{KEYS, Keys, Object};
use pieces::Pieces;

/// Maximum number of columns from nested objects.
const INNER: usize = 1_024;

/// Rows of a file of objects.
pub struct JsonRows {
    pieces: Pieces,
    columns: Vec<String>,
    places: HashMap<String, usize>,
    /// Number of columns from nested objects.
    inner: usize,
    trouble: Option<BenchmarkError>,
}

impl JsonRows {
    /// Opens a file and collects its keys.
    ///
    /// # Errors
    /// Fails if the file cannot be read, or has too many distinct keys.
    pub fn open(text: &Text) -> Result<Self, BenchmarkError> {
        let mut rows = Self {
            pieces: Pieces::open(text)?,
            columns: Vec::new(),
            places: HashMap::new(),
            inner: 0,
            trouble: None,
        };
        // Errors in a row are reported when it is read, or earlier if a column is missing.
        loop {
            match rows.next_keys() {
                Ok(None) => break,
                Ok(Some((line, Keys(keys)))) => {
                    for (key, inner) in keys {
                        rows.add(key.clone(), line)?;
                        for name in inner {
                            rows.add_inner(format!("{key}.{name}"));
                        }
                    }
                }
                Err(error) => {
                    rows.trouble.get_or_insert(error);
                }
            }
        }
        rows.pieces = Pieces::open(text)?;
        Ok(rows)
    }

    fn next_keys(&mut self) -> Result<Option<(u64, Keys)>, BenchmarkError> {
        let Some(piece) = self.pieces.next()? else { return Ok(None) };
        Ok(Some((piece.line, piece.parse()?)))
    }

    fn add_inner(&mut self, name: String) {
        if self.inner < INNER && !self.places.contains_key(&name) {
            self.inner += 1;
            self.places.insert(name.clone(), self.columns.len());
            self.columns.push(name);
        }
    }

    /// Stores a value in the cell of its key, and nested values in the cells of their keys.
    fn spread(&self, key: &str, value: Value, cells: &mut Vec<Cell>) {
        if let Value::Object(inner) = value {
            self.set(key, Cell::Other("an object"), cells);
            for (name, value) in inner {
                self.spread(&format!("{key}.{name}"), value, cells);
            }
        } else {
            self.set(key, cell(value), cells);
        }
    }

    fn set(&self, key: &str, cell: Cell, cells: &mut Vec<Cell>) {
        // The key is new because the file is still being written, or is one nested key too many.
        let Some(index) = self.places.get(key).copied() else { return };
        if cells.len() <= index {
            cells.resize(index + 1, Cell::Missing);
        }
        cells[index] = cell;
    }

    fn add(&mut self, key: String, line: u64) -> Result<(), BenchmarkError> {
        if !self.places.contains_key(&key) {
            if self.columns.len() - self.inner == KEYS {
                let what = format!("the rows have more than {KEYS} different keys: this is not a table");
                return Err(self.pieces.bad_row(line, what));
            }
            self.places.insert(key.clone(), self.columns.len());
            self.columns.push(key);
        }
        Ok(())
    }
}

impl Rows for JsonRows {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn trouble(&mut self) -> Option<BenchmarkError> {
        self.trouble.take()
    }

    fn next(&mut self) -> Result<Option<RawRow>, BenchmarkError> {
        let Some(piece) = self.pieces.next()? else { return Ok(None) };
        let line = piece.line;
        let Object(mut fields) = piece.parse()?;
        // A row's own key "a.b" takes precedence over the key b nested in a.
        fields.sort_by_key(|(key, _)| key.contains('.'));
        let mut cells = Vec::with_capacity(self.columns.len());
        for (key, value) in fields {
            self.spread(&key, value, &mut cells);
        }
        Ok(Some(RawRow { place: Place::Line(line), cells }))
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
        Value::Array(values) => {
            let texts = values.into_iter().map(|value| match value {
                Value::String(text) => Some(text),
                _ => None,
            });
            texts.collect::<Option<_>>().map_or(Cell::Other("a list"), Cell::Texts)
        }
        Value::Object(_) => Cell::Other("an object"),
    }
}
