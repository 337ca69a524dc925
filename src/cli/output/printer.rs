//! The only module that prints: data to stdout, everything else to stderr.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use serde::Serialize;

use crate::export::terminal::width::DEFAULT;
use crate::export::terminal::{Line, Tone, line};
use crate::jobs::{JobError, output};
use crate::record::printable::printable_lines;
use crate::system::pager;

/// A result in the form that was asked for.
pub enum Rendered {
    /// Bytes of a file format.
    Data(Vec<u8>),
    /// Text for people.
    Text(Vec<Line>),
}

/// Prints as much as the user asked for.
#[derive(Clone, Copy, Debug)]
pub struct Printer {
    quiet: bool,
    json: bool,
    verbose: u8,
}

impl Printer {
    /// Creates a printer. `quiet`: only warnings and errors on stderr. `json`: data as JSON. `verbose`: 1 shows decisions.
    pub fn new(quiet: bool, json: bool, verbose: u8) -> Self {
        Self { quiet, json, verbose }
    }

    /// Whether to show decisions.
    pub fn is_verbose(&self) -> bool {
        self.verbose > 0
    }

    /// Whether to print data as JSON.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Whether to hide notes and progress.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Returns the columns of stdout; 80 if it is not a terminal.
    pub fn width(&self) -> usize {
        columns(terminal_size::terminal_size_of(io::stdout()))
    }

    /// Returns the columns of stderr; 80 if it is not a terminal.
    pub fn stderr_width(&self) -> usize {
        columns(terminal_size::terminal_size_of(io::stderr()))
    }

    /// Prints text or bytes to stdout, as they are. A closed pipe (`| head`) is not an error.
    ///
    /// # Errors
    /// If stdout cannot be written for another reason.
    pub fn data(&self, text: impl AsRef<[u8]>) -> io::Result<()> {
        written(&mut io::stdout().lock(), text.as_ref())
    }

    /// Prints text for people to stdout, with colours where they are wanted.
    ///
    /// # Errors
    /// As [`Printer::data`].
    pub fn text(&self, lines: &[Line]) -> io::Result<()> {
        written(&mut AutoStream::auto(io::stdout().lock()), coloured(lines).as_bytes())
    }

    /// Lets `write` print to stdout piece by piece, and returns what it returns; `None` if the pipe was closed.
    ///
    /// # Errors
    /// As `write`.
    pub fn stream<T>(
        &self,
        write: impl FnOnce(&mut (dyn Write + Send)) -> Result<T, JobError>,
    ) -> Result<Option<T>, JobError> {
        let mut stdout = Pipe { closed: false };
        let written = write(&mut stdout);
        if stdout.closed { Ok(None) } else { written.map(Some) }
    }

    /// Prints text for people, through the pager if it is longer than the terminal and the pager is wanted.
    ///
    /// # Errors
    /// As [`Printer::data`].
    pub fn page(&self, text: &str, with_pager: bool) -> io::Result<()> {
        let rows = terminal_size::terminal_size_of(io::stdout()).map(|(_, rows)| usize::from(rows.0));
        let is_longer = io::stdout().is_terminal() && rows.is_some_and(|rows| text.lines().count() >= rows);
        if with_pager && is_longer && pager::show(text) { Ok(()) } else { self.data(text) }
    }

    /// Whether stdout may have colours: a terminal without `NO_COLOR`, or `CLICOLOR_FORCE`.
    pub fn has_colour(&self) -> bool {
        anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
    }

    /// Prints text for people, or with `--json` a value on one line.
    ///
    /// # Errors
    /// If the value cannot be serialized, or as [`Printer::data`].
    pub fn show<T: Serialize>(
        &self,
        text: impl FnOnce(usize) -> Vec<Line>,
        json: impl FnOnce() -> T,
    ) -> Result<(), JobError> {
        match self.json {
            true => self.data(crate::export::json::line(&json())?)?,
            false => self.text(&text(self.width()))?,
        }
        Ok(())
    }

    /// Returns the columns of a result: those of stdout, or 80 in a file.
    pub fn width_in(&self, file: Option<&PathBuf>) -> usize {
        if file.is_some() { DEFAULT } else { self.width() }
    }

    /// Writes a result to a file, or prints it on stdout.
    ///
    /// # Errors
    /// If the file or stdout cannot be written.
    pub fn put(&self, file: Option<&PathBuf>, result: &Rendered) -> Result<(), JobError> {
        match (file, result) {
            (Some(file), Rendered::Data(bytes)) => output::write(file, bytes),
            (Some(file), Rendered::Text(lines)) => output::write(file, line::text(lines).as_bytes()),
            (None, Rendered::Data(bytes)) => Ok(self.data(bytes)?),
            (None, Rendered::Text(lines)) => Ok(self.text(lines)?),
        }
    }

    /// Prints a note on stderr, unless quiet or empty.
    pub fn note(&self, text: &str) {
        if !self.quiet && !text.is_empty() {
            self.line(text);
        }
    }

    /// Prints a warning on stderr, also when quiet.
    pub fn warning(&self, text: &str) {
        self.line(&format!("warning: {text}"));
    }

    /// Prints lines on stderr, also when quiet, with the first word of a warning or an error in colour.
    pub fn line(&self, text: &str) {
        let text = printable_lines(text);
        let (head, tone) = match text.split_once(": ") {
            Some(("warning", _)) => ("warning:", Some(AnsiColor::Yellow)),
            Some(("error", _)) => ("error:", Some(AnsiColor::Red)),
            _ => ("", None),
        };
        let text = match terminal_size::terminal_size_of(io::stderr()) {
            Some(size) => wrapped(&text, columns(Some(size))),
            None => text,
        };
        let style = Style::new().fg_color(tone.map(Into::into)).bold();
        let head = if head.is_empty() { String::new() } else { format!("{style}{head}{style:#}") };
        let rest = if tone.is_some() { text.split_once(':').map_or("", |(_, rest)| rest) } else { &text };
        let _ = writeln!(AutoStream::auto(io::stderr().lock()), "{head}{rest}");
    }

    /// Prints an error with its causes, its hint and further lines.
    pub fn error(&self, error: &JobError, more: &str) {
        let mut text = format!("error: {error}");
        let mut said = error.to_string();
        let mut cause = std::error::Error::source(error);
        while let Some(error) = cause {
            let why = error.to_string();
            // Transparent errors repeat the message of their cause.
            if !said.contains(&why) {
                text.push_str(&format!("\n  because: {why}"));
            }
            said = why;
            cause = error.source();
        }
        if let Some(hint) = error.hint() {
            text.push_str(&format!("\n  hint: {hint}"));
        }
        text.push_str(more);
        self.line(&text);
    }
}

/// Stdout, which remembers that its reader has gone.
struct Pipe {
    closed: bool,
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = io::stdout().write(bytes);
        self.closed |= written.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe);
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = io::stdout().flush();
        self.closed |= flushed.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe);
        flushed
    }
}

/// Breaks long lines between words.
fn wrapped(text: &str, width: usize) -> String {
    let indented = |line: &str| {
        let begins = line.len() - line.trim_start().len();
        let indent = " ".repeat(begins + 2);
        let options = textwrap::Options::new(width).break_words(false).subsequent_indent(&indent);
        textwrap::wrap(line, options).join("\n")
    };
    text.split('\n').map(indented).collect::<Vec<_>>().join("\n")
}

fn columns(size: Option<(terminal_size::Width, terminal_size::Height)>) -> usize {
    // A terminal that does not know its width says 0.
    size.map(|(width, _)| usize::from(width.0)).filter(|&width| width > 0).unwrap_or(DEFAULT)
}

fn written(stream: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    match stream.write_all(bytes).and_then(|()| stream.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Renders lines with the colours of their tones. What is not to be coloured is stripped where it is printed.
fn coloured(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines {
        for (tone, piece) in line.pieces() {
            let style = style(*tone);
            text.push_str(&format!("{style}{piece}{style:#}"));
        }
        text.push('\n');
    }
    text
}

fn style(tone: Tone) -> Style {
    let plain = Style::new();
    match tone {
        Tone::Plain => plain,
        Tone::Strong => plain.bold(),
        Tone::Quiet => plain.dimmed(),
        Tone::Refused => AnsiColor::Green.on_default(),
        Tone::Complied => AnsiColor::Cyan.on_default(),
        Tone::Warning => AnsiColor::Yellow.on_default(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn long_lines_are_broken_between_words() {
        let text = "note: one two three\n  hint: a path/that/is/longer/than/the/line";
        assert_eq!(
            super::wrapped(text, 12),
            "note: one\n  two three\n  hint: a\n    path/that/is/longer/than/the/line"
        );
        assert_eq!(super::wrapped(text, 80), text);
    }
}
