//! The only module that prints: data to stdout, everything else to stderr.

use std::io::{self, Write};

use serde::Serialize;

use crate::jobs::JobError;

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

    /// Prints text or bytes to stdout. A closed pipe (`| head`) is not an error.
    ///
    /// # Errors
    /// If stdout cannot be written for another reason.
    pub fn data(&self, text: impl AsRef<[u8]>) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(text.as_ref()).and_then(|()| stdout.flush()) {
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

    /// Prints a note on stderr, unless quiet or empty.
    pub fn note(&self, text: &str) {
        if !self.quiet && !text.is_empty() {
            let _ = writeln!(io::stderr(), "{}", printable_lines(text));
        }
    }

    /// Prints a warning on stderr, also when quiet.
    pub fn warning(&self, text: &str) {
        let _ = writeln!(io::stderr(), "{}", printable_lines(&format!("warning: {text}")));
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
        let _ = writeln!(io::stderr(), "{}", printable_lines(&text));
    }
}

/// Replaces characters that control the terminal or change the direction of text: file contents are untrusted.
pub fn printable(text: &str) -> String {
    text.chars().map(|letter| if steers(letter) { '\u{fffd}' } else { letter }).collect()
}

/// Does the same for text of several lines.
fn printable_lines(text: &str) -> String {
    text.split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

/// Whether a character is a control character, a line or paragraph separator, or changes the direction of text.
fn steers(letter: char) -> bool {
    let turns = matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    letter.is_control() || turns || matches!(letter, '\u{2028}' | '\u{2029}')
}

/// Writes log lines, including llama.cpp's, to stderr. `SAFETY_DEEPCONF_LOG` overrides the level.
pub fn log_to_stderr(verbose: u8) {
    use tracing_subscriber::EnvFilter;
    let level = match verbose {
        0 => "off,safety_deepconf=warn",
        1 => "warn,safety_deepconf=info",
        2 => "info",
        _ => "debug",
    };
    let filter = EnvFilter::try_from_env("SAFETY_DEEPCONF_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    // Fails only if a logger is already set.
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
