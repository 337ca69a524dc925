//! The one place that prints: data to stdout, everything else to stderr.

use std::io::{self, Write};

use serde::Serialize;

use crate::jobs::JobError;

/// Prints, as far as the user wants to hear.
#[derive(Clone, Copy, Debug)]
pub struct Printer {
    quiet: bool,
    json: bool,
    verbose: u8,
}

impl Printer {
    /// `quiet`: nothing on stderr but warnings and errors. `json`: data as JSON. `verbose`: 1 shows decisions.
    pub fn new(quiet: bool, json: bool, verbose: u8) -> Self {
        Self { quiet, json, verbose }
    }

    /// Whether decisions are to be shown.
    pub fn is_verbose(&self) -> bool {
        self.verbose > 0
    }

    /// Whether data are to be JSON.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Whether progress is wanted.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Data to stdout. A reader that has gone away (`| head`) is no error.
    ///
    /// # Errors
    /// If stdout cannot be written for another reason.
    pub fn data(&self, text: &str) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }

    /// Prints text for people, or with `--json` a value on one line.
    ///
    /// # Errors
    /// If the value cannot be serialized, or as [`Printer::data`].
    pub fn show<T: Serialize>(
        &self,
        text: impl FnOnce() -> String,
        json: impl FnOnce() -> T,
    ) -> Result<(), JobError> {
        let text = if self.json { serde_json::to_string(&json())? + "\n" } else { text() };
        Ok(self.data(&text)?)
    }

    /// The same for bytes.
    ///
    /// # Errors
    /// As [`Printer::data`].
    pub fn bytes(&self, bytes: &[u8]) -> io::Result<()> {
        self.data(&String::from_utf8_lossy(bytes))
    }

    /// A note to the person, on stderr, unless quiet.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr(), "{}", printable_lines(text));
        }
    }

    /// A warning, on stderr, also when quiet.
    pub fn warning(&self, text: &str) {
        let _ = writeln!(io::stderr(), "{}", printable_lines(&format!("warning: {text}")));
    }

    /// An error with its causes and what to do about it.
    pub fn error(&self, error: &JobError) {
        let mut text = format!("error: {error}");
        let mut said = error.to_string();
        let mut cause = std::error::Error::source(error);
        while let Some(error) = cause {
            let why = error.to_string();
            // Transparent errors repeat their cause word by word.
            if !said.contains(&why) {
                text.push_str(&format!("\n  because: {why}"));
            }
            said = why;
            cause = error.source();
        }
        if let Some(hint) = error.hint() {
            text.push_str(&format!("\n  hint: {hint}"));
        }
        let _ = writeln!(io::stderr(), "{}", printable_lines(&text));
    }
}

/// Words of files come from anywhere: nothing that steers the terminal, or turns the order of letters, reaches it.
pub fn printable(text: &str) -> String {
    text.chars().map(|letter| if steers(letter) { '\u{fffd}' } else { letter }).collect()
}

/// The same for text of several lines.
fn printable_lines(text: &str) -> String {
    text.split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

/// Control characters, line and paragraph separators, and what turns the direction of writing.
fn steers(letter: char) -> bool {
    let turns = matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    letter.is_control() || turns || matches!(letter, '\u{2028}' | '\u{2029}')
}

/// Sends log lines, ours and llama.cpp's, to stderr. `SAFETY_DEEPCONF_LOG` overrides the level.
pub fn log_to_stderr(verbose: u8) {
    use tracing_subscriber::EnvFilter;
    let level = match verbose {
        0 => "off,safety_deepconf=warn",
        1 => "warn,safety_deepconf=info",
        2 => "info",
        _ => "debug",
    };
    let filter = EnvFilter::try_from_env("SAFETY_DEEPCONF_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    // Fails only if a logger is set already, as when the library is used by a test.
    let _ =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).without_time().try_init();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(
            printable("a\u{1b}[2J\u{202e}b\u{9b}\r\n"),
            "a\u{fffd}[2J\u{fffd}b\u{fffd}\u{fffd}\u{fffd}"
        );
        assert_eq!(printable_lines("one\n  two\u{7}"), "one\n  two\u{fffd}");
        assert_eq!(printable("κ = 0.9, 好的, é"), "κ = 0.9, 好的, é");
    }
}
