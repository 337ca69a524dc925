//! Splits a JSON file into the texts of its objects: lines, or elements of a list.

use std::path::{Path, PathBuf};

use serde::de::Deserialize;

use crate::benchmark::error::{BenchmarkError, Place};
use crate::benchmark::table::input::{Input, ROW_LIMIT, Text, too_long};
use crate::benchmark::table::rows::line_breaks;

/// Reader of a file's objects.
pub struct Pieces {
    file: PathBuf,
    input: Input,
    /// Whether the file is a list; unknown before its first byte that is not blank.
    is_list: Option<bool>,
    text: Vec<u8>,
    /// Whether a comma precedes the next element.
    after_comma: bool,
    ended: bool,
}

/// Text of an object.
pub struct Piece<'a> {
    file: &'a Path,
    /// Line where the object begins.
    pub line: u64,
    text: &'a str,
}

impl Pieces {
    pub fn open(text: &Text) -> Result<Self, BenchmarkError> {
        let input = Input::open(text)?;
        Ok(Self {
            file: text.data.path().to_owned(),
            input,
            is_list: None,
            text: Vec::new(),
            after_comma: false,
            ended: false,
        })
    }

    /// Returns the next object; `None` at the end.
    ///
    /// # Errors
    /// Fails if the file is not valid at this point.
    pub fn next(&mut self) -> Result<Option<Piece<'_>>, BenchmarkError> {
        if self.ended {
            return Ok(None);
        }
        // Reading can continue only after errors in complete objects.
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

    /// Skips blanks and returns the next byte without consuming it; `None` at the end.
    fn skip_blanks(&mut self) -> Result<Option<u8>, BenchmarkError> {
        loop {
            let chunk = self.input.chunk()?;
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
            if !self.input.next_line(&mut self.text)? {
                return Ok(None);
            }
            if !self.text.iter().all(u8::is_ascii_whitespace) {
                return Ok(Some(line));
            }
        }
    }

    /// Reads up to the comma after an element, or the end of the list.
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
            let chunk = self.input.chunk()?;
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
            // The list's own bracket is left for the next call.
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

    /// Returns an error about a row.
    pub fn bad_row(&self, line: u64, what: String) -> BenchmarkError {
        BenchmarkError::BadRow { file: self.file.clone(), place: Place::Line(line), what }
    }
}

impl Piece<'_> {
    /// Parses the object.
    ///
    /// # Errors
    /// Fails if the text does not parse.
    pub fn parse<'de, T: Deserialize<'de>>(&'de self) -> Result<T, BenchmarkError> {
        serde_json::from_str(self.text).map_err(|error| {
            let (breaks, column) = within(self.text.as_bytes(), offset(self.text, &error));
            let place = Place::Line(self.line + breaks);
            BenchmarkError::BadRow { file: self.file.to_owned(), place, what: explain(&error, column) }
        })
    }
}

/// Returns the number of line breaks before a byte, and the byte's position in its line, from 1.
fn within(text: &[u8], at: usize) -> (u64, usize) {
    let before = &text[..at];
    let column = before.iter().rev().take_while(|byte| !matches!(**byte, b'\r' | b'\n')).count() + 1;
    (line_breaks(before, false), column)
}

/// Returns the position of an error in its text. serde_json reports a line that ends with LF, and a byte in
/// it.
fn offset(text: &str, error: &serde_json::Error) -> usize {
    let lines = text.split_inclusive('\n').take(error.line().saturating_sub(1));
    (lines.map(str::len).sum::<usize>() + error.column().saturating_sub(1)).min(text.len())
}

/// Returns serde_json's message with the column but without the line, which it counts within a row.
fn explain(error: &serde_json::Error, column: usize) -> String {
    let text = error.to_string();
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    match error.classify() {
        serde_json::error::Category::Data => what.to_owned(),
        _ => format!("broken JSON: {what} (character {column} of the line)"),
    }
}
