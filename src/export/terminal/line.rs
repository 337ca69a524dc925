//! Lines of text, in pieces that may have a colour.

use super::width;
use crate::record::printable::printable;

/// How a piece of text is meant. The command line chooses the colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Plain text.
    #[default]
    Plain,
    /// Headings and results.
    Strong,
    /// Text that can be skipped.
    Quiet,
    /// Something about refusals.
    Refused,
    /// Something about compliances.
    Complied,
    /// Something to read first, or a doubt about the data.
    Warning,
}

/// One line of text. Its pieces hold no characters that steer a terminal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    pieces: Vec<(Tone, String)>,
}

impl Line {
    /// Creates an empty line.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a line of plain text.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        Self::new().with(Tone::Plain, text)
    }

    /// Appends text, cleaned.
    #[must_use]
    pub fn with(mut self, tone: Tone, text: &str) -> Self {
        if !text.is_empty() {
            self.pieces.push((tone, printable(text)));
        }
        self
    }

    /// Returns the pieces.
    #[must_use]
    pub fn pieces(&self) -> &[(Tone, String)] {
        &self.pieces
    }

    /// Returns the text without tones.
    #[must_use]
    pub fn text(&self) -> String {
        self.pieces.iter().map(|(_, text)| text.as_str()).collect()
    }

    /// Returns the number of columns.
    #[must_use]
    pub fn width(&self) -> usize {
        width::of(&self.text())
    }

    /// Returns the number of rows on a terminal of this width.
    #[must_use]
    pub fn rows(&self, width: usize) -> usize {
        self.width().div_ceil(width.max(1)).max(1)
    }
}

/// Says where the results are, and on the last line the page to look at, if there is one.
#[must_use]
pub fn places(folder: &str, page: Option<&str>) -> Vec<Line> {
    let place = |name: &str, path: &str| Line::new().with(Tone::Quiet, name).with(Tone::Plain, path);
    [place("results: ", folder)].into_iter().chain(page.map(|page| place("report: ", page))).collect()
}

/// Breaks a text into lines of this width; those after the first begin with the indent.
#[must_use]
pub fn wrapped(tone: Tone, text: &str, width: usize, indent: usize) -> Vec<Line> {
    let lines = width::wrap(&printable(text), width, indent);
    lines.iter().map(|line| Line::new().with(tone, line)).collect()
}

/// Returns the text of several lines, each with a final newline.
#[must_use]
pub fn text(lines: &[Line]) -> String {
    lines.iter().map(|line| format!("{}\n", line.text())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_line_steers_the_terminal() {
        let line = Line::plain("a\u{1b}[2Jb\n").with(Tone::Quiet, "\u{202e}c");
        assert_eq!(line.text(), "a\u{fffd}[2Jb\u{fffd}\u{fffd}c");
        assert_eq!(wrapped(Tone::Plain, "a\u{7}b", 80, 0)[0].text(), "a\u{fffd}b");
    }

    #[test]
    fn wide_characters_take_two_columns() {
        let line = Line::plain("好的");
        assert_eq!((line.width(), line.rows(3), line.rows(80)), (4, 2, 1));
        assert_eq!(Line::new().rows(80), 1, "an empty line is a line");
    }
}
