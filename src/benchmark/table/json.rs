//! JSON lines (an object a line, blank lines between them or not) and JSON lists of objects, object by
//! object.
//!
//! The file is read twice: keys of all rows are its columns, and they are known after the last one only.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::{Path, PathBuf};

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::cell::Cell;
use super::input::{Input, ROW_LIMIT, too_long};
use super::rows::{RawRow, Rows, line_breaks};
use crate::benchmark::error::{BenchmarkError, Place};

/// Different keys of a file at most.
const KEYS: usize = 4_096;

/// The rows of a file of objects.
pub struct JsonRows {
    pieces: Pieces,
    columns: Vec<String>,
    places: HashMap<String, usize>,
    trouble: Option<BenchmarkError>,
}

impl JsonRows {
    /// Opens a file and looks through it for its keys.
    ///
    /// # Errors
    /// If it cannot be read, or has too many different keys.
    pub fn open(file: &Path) -> Result<Self, BenchmarkError> {
        let mut rows =
            Self { pieces: Pieces::open(file)?, columns: Vec::new(), places: HashMap::new(), trouble: None };
        // What is wrong with a row is told when it is read, unless a column is missing until then.
        loop {
            match rows.pieces.next().and_then(|piece| piece.map(Piece::keys).transpose()) {
                Ok(None) => break,
                Ok(Some((line, Keys(keys)))) => {
                    for key in keys {
                        rows.add(key, line)?;
                    }
                }
                Err(error) => {
                    rows.trouble.get_or_insert(error);
                }
            }
        }
        rows.pieces = Pieces::open(file)?;
        Ok(rows)
    }

    fn add(&mut self, key: String, line: u64) -> Result<(), BenchmarkError> {
        if !self.places.contains_key(&key) {
            if self.columns.len() == KEYS {
                let what = format!("the rows have more than {KEYS} different keys: this is no table");
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
        let Object(fields) = piece.parse()?;
        let mut cells = Vec::with_capacity(self.columns.len());
        for (key, value) in fields {
            // A key that was not there before: the file is being written.
            let Some(index) = self.places.get(&key).copied() else { continue };
            if cells.len() <= index {
                cells.resize(index + 1, Cell::Missing);
            }
            cells[index] = cell(value);
        }
        Ok(Some(RawRow { place: Place::Line(piece.line), cells }))
    }
}

/// The texts of a file's objects, one after the other.
struct Pieces {
    file: PathBuf,
    input: Input,
    /// Whether it is a list; not known before the first byte that is no blank.
    is_list: Option<bool>,
    text: Vec<u8>,
    /// Whether a comma stands before what comes next.
    after_comma: bool,
    ended: bool,
}

/// The text of an object, and the line it begins in.
struct Piece<'a> {
    file: &'a Path,
    line: u64,
    text: &'a str,
}

impl Pieces {
    fn open(file: &Path) -> Result<Self, BenchmarkError> {
        let input = Input::open(file)?;
        Ok(Self {
            file: file.to_owned(),
            input,
            is_list: None,
            text: Vec::new(),
            after_comma: false,
            ended: false,
        })
    }

    fn next(&mut self) -> Result<Option<Piece<'_>>, BenchmarkError> {
        if self.ended {
            return Ok(None);
        }
        // Only what is told of an object that was read whole leaves others to read.
        self.ended = true;
        let is_list = match self.is_list {
            Some(is_list) => is_list,
            None => {
                let is_list = self.skip_blanks()? == Some(b'[');
                self.input.consume(usize::from(is_list));
                *self.is_list.insert(is_list)
            }
        };
        let line = if is_list { self.next_element()? } else { self.next_line()? };
        let Some(line) = line else { return Ok(None) };
        self.ended = false;
        match std::str::from_utf8(&self.text) {
            Ok(text) => Ok(Some(Piece { file: &self.file, line, text })),
            Err(error) => {
                let (breaks, column) = within(&self.text, error.valid_up_to());
                let what = format!("this is not UTF-8 (byte {column} of the row's line)");
                Err(self.bad_row(line + breaks, what))
            }
        }
    }

    /// The first byte that is no blank, which stays; nothing at the end.
    fn skip_blanks(&mut self) -> Result<Option<u8>, BenchmarkError> {
        loop {
            let chunk = self.input.chunk(&self.file)?;
            if chunk.is_empty() {
                return Ok(None);
            }
            let blanks = chunk.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let found = chunk.get(blanks).copied();
            self.input.consume(blanks);
            if found.is_some() {
                return Ok(found);
            }
        }
    }

    fn next_line(&mut self) -> Result<Option<u64>, BenchmarkError> {
        loop {
            let line = self.input.line;
            if !self.input.next_line(&self.file, &mut self.text)? {
                return Ok(None);
            }
            if !self.text.iter().all(u8::is_ascii_whitespace) {
                return Ok(Some(line));
            }
        }
    }

    /// Everything up to the comma behind an element, or the list's end.
    fn next_element(&mut self) -> Result<Option<u64>, BenchmarkError> {
        self.text.clear();
        let first = self.skip_blanks()?;
        let begin = self.input.line;
        if first == Some(b']') && !self.after_comma {
            self.input.consume(1);
            return self.end_of_list();
        }
        let (mut depth, mut in_text, mut escaped) = (0_u32, false, false);
        loop {
            let chunk = self.input.chunk(&self.file)?;
            if chunk.is_empty() {
                return Err(self.bad_row(begin, "broken JSON: the list is not closed".to_owned()));
            }
            let end = chunk.iter().position(|byte| {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' if in_text => escaped = true,
                    b'"' => in_text = !in_text,
                    _ if in_text => {}
                    b'{' | b'[' => depth += 1,
                    b',' | b']' if depth == 0 => return true,
                    b'}' | b']' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                false
            });
            let used = end.unwrap_or(chunk.len());
            self.text.extend_from_slice(&chunk[..used]);
            let is_last = end.is_some_and(|end| chunk[end] == b']');
            // The list's own bracket stays for the next call.
            self.input.consume(used + usize::from(end.is_some() && !is_last));
            self.after_comma = end.is_some() && !is_last;
            if self.text.len() > ROW_LIMIT {
                return Err(too_long(&self.file, begin));
            }
            if end.is_some() {
                return Ok(Some(begin));
            }
        }
    }

    fn end_of_list(&mut self) -> Result<Option<u64>, BenchmarkError> {
        match self.skip_blanks()? {
            None => Ok(None),
            Some(_) => {
                let what = "broken JSON: something follows the list".to_owned();
                Err(self.bad_row(self.input.line, what))
            }
        }
    }

    fn bad_row(&self, line: u64, what: String) -> BenchmarkError {
        BenchmarkError::BadRow { file: self.file.clone(), place: Place::Line(line), what }
    }
}

impl Piece<'_> {
    fn parse<'de, T: Deserialize<'de>>(&'de self) -> Result<T, BenchmarkError> {
        serde_json::from_str(self.text).map_err(|error| {
            let (breaks, column) = within(self.text.as_bytes(), offset(self.text, &error));
            let place = Place::Line(self.line + breaks);
            BenchmarkError::BadRow { file: self.file.to_owned(), place, what: explain(&error, column) }
        })
    }

    fn keys(self) -> Result<(u64, Keys), BenchmarkError> {
        Ok((self.line, self.parse()?))
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

/// An object whose keys are all different; serde_json alone would keep the last of two.
struct Object(Vec<(String, Value)>);

/// The keys of an object.
struct Keys(Vec<String>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields)
    }
}

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(KeyFields)
    }
}

struct Fields;

struct KeyFields;

const EXPECTED: &str = "an object with the row's columns";

impl<'de> Visitor<'de> for Fields {
    type Value = Object;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let mut fields = Vec::new();
        let mut seen = HashSet::new();
        while let Some((key, value)) = map.next_entry::<String, Value>()? {
            if !seen.insert(key.clone()) {
                return Err(A::Error::custom(format!("the key {key:?} stands twice")));
            }
            if seen.len() > KEYS {
                return Err(too_many::<A>());
            }
            fields.push((key, value));
        }
        Ok(Object(fields))
    }
}

fn too_many<'de, A: MapAccess<'de>>() -> A::Error {
    A::Error::custom(format!("the object has more than {KEYS} keys"))
}

impl<'de> Visitor<'de> for KeyFields {
    type Value = Keys;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
        let mut keys = Vec::new();
        while let Some((key, _)) = map.next_entry::<String, IgnoredAny>()? {
            keys.push(key);
            if keys.len() > KEYS {
                return Err(too_many::<A>());
            }
        }
        Ok(Keys(keys))
    }
}

/// The line breaks before a byte, and which byte of its line it is, from 1.
fn within(text: &[u8], at: usize) -> (u64, usize) {
    let before = &text[..at];
    let column = before.iter().rev().take_while(|byte| !matches!(**byte, b'\r' | b'\n')).count() + 1;
    (line_breaks(before, false), column)
}

/// Where an error is in its text: serde_json tells a line that ends with LF, and a byte of it.
fn offset(text: &str, error: &serde_json::Error) -> usize {
    let lines = text.split_inclusive('\n').take(error.line().saturating_sub(1));
    (lines.map(str::len).sum::<usize>() + error.column().saturating_sub(1)).min(text.len())
}

/// serde_json's words with the column, and without the line, which it counts within a row.
fn explain(error: &serde_json::Error, column: usize) -> String {
    let text = error.to_string();
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    match error.classify() {
        serde_json::error::Category::Data => what.to_owned(),
        _ => format!("broken JSON: {what} (character {column} of the line)"),
    }
}
