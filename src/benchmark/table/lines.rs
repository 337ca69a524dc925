//! Reads plain text: one prompt per line, blank lines left out.

use std::path::PathBuf;

use super::cell::Cell;
use super::input::{Input, Text};
use super::rows::{RawRow, Rows};
use crate::benchmark::error::{BenchmarkError, Place};

/// Name of the only column.
pub const COLUMN: &str = "prompt";

/// Lines of a text.
pub struct LineRows {
    file: PathBuf,
    input: Input,
    columns: [String; 1],
    text: Vec<u8>,
}

impl LineRows {
    /// Opens a text.
    ///
    /// # Errors
    /// Fails if the text cannot be read.
    pub fn open(text: &Text) -> Result<Self, BenchmarkError> {
        let file = text.data.path().to_owned();
        Ok(Self { file, input: Input::open(text)?, columns: [COLUMN.to_owned()], text: Vec::new() })
    }
}

impl Rows for LineRows {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn notes(&self) -> Vec<String> {
        vec!["plain text: a prompt a line".to_owned()]
    }

    fn next(&mut self) -> Result<Option<RawRow>, BenchmarkError> {
        loop {
            let place = Place::Line(self.input.line);
            if !self.input.next_line(&mut self.text)? {
                return Ok(None);
            }
            let Ok(line) = std::str::from_utf8(&self.text) else {
                let what = "this is not UTF-8".to_owned();
                return Err(BenchmarkError::BadRow { file: self.file.clone(), place, what });
            };
            let line = line.trim_end_matches('\r');
            if !line.trim().is_empty() {
                return Ok(Some(RawRow { place, cells: vec![Cell::Text(line.to_owned())] }));
            }
        }
    }
}
