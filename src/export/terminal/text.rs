//! Sentences and tables, one below the other.

use super::line::{Line, Tone, wrapped};
use super::table;
use super::width::padded;
use crate::record::printable::printable;

/// Text that is put together for a width.
pub struct Text {
    width: usize,
    lines: Vec<Line>,
}

impl Text {
    /// Begins a text for this width.
    #[must_use]
    pub fn new(width: usize) -> Self {
        Self { width, lines: Vec::new() }
    }

    /// Appends sentences, one for each line of the text; what is longer than a line is continued, indented.
    pub fn say(&mut self, text: &str) -> &mut Self {
        self.tone(Tone::Plain, text)
    }

    /// Appends sentences that can be skipped.
    pub fn quiet(&mut self, text: &str) -> &mut Self {
        self.tone(Tone::Quiet, text)
    }

    /// Appends sentences in a tone.
    pub fn tone(&mut self, tone: Tone, text: &str) -> &mut Self {
        for sentence in text.trim_end_matches('\n').split('\n') {
            self.lines.extend(wrapped(tone, sentence, self.width, 2));
        }
        self
    }

    /// Appends an empty line.
    pub fn gap(&mut self) -> &mut Self {
        self.lines.push(Line::new());
        self
    }

    /// Appends lines as they are.
    pub fn lines(&mut self, lines: impl IntoIterator<Item = Line>) -> &mut Self {
        self.lines.extend(lines);
        self
    }

    /// Appends lines of a name and a value, with the values in a column. A value is not broken: it may be a path
    /// or a digest to copy.
    pub fn fields(&mut self, fields: &[(&str, String)], column: usize) -> &mut Self {
        self.lines.extend(fields.iter().map(|(name, value)| {
            Line::new().with(Tone::Quiet, &padded(&printable(name), column)).with(Tone::Plain, value)
        }));
        self
    }

    /// Appends a table of numbers.
    pub fn numbers(&mut self, header: &[&str], rows: &[Vec<String>]) -> &mut Self {
        self.lines.extend(table::numbers(header, rows, self.width));
        self
    }

    /// Appends a table of words.
    pub fn words(&mut self, header: &[&str], rows: &[Vec<String>]) -> &mut Self {
        self.lines.extend(table::words(header, rows, self.width));
        self
    }

    /// Returns the lines.
    #[must_use]
    pub fn done(&mut self) -> Vec<Line> {
        std::mem::take(&mut self.lines)
    }
}
