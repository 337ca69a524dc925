//! The log on stderr, above the live view. Without `-v` it holds warnings only, and they look like all others.

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use indicatif::ProgressBar;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use super::printer::Printer;

/// The live view, which lines of the log must not tear. The log is one for the whole process, and so is this.
static VIEW: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// Names the live view above which to print; `None` if there is none.
pub fn print_above(view: Option<ProgressBar>) {
    *VIEW.lock().unwrap_or_else(PoisonError::into_inner) = view;
}

/// Writes log lines, including llama.cpp's, to stderr. `SAFETY_DEEPCONF_LOG` overrides the level.
pub fn log_to_stderr(printer: Printer, verbose: u8) {
    let level = match verbose {
        0 => "off,safety_deepconf=warn",
        1 => "warn,safety_deepconf=info",
        2 => "info",
        _ => "debug",
    };
    let set = EnvFilter::try_from_env("SAFETY_DEEPCONF_LOG");
    let is_plain = verbose == 0 && set.is_err();
    let filter = set.unwrap_or_else(|_| EnvFilter::new(level));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(Lines { printer, is_plain })
        .with_ansi(false)
        .with_level(!is_plain)
        .with_target(!is_plain)
        .without_time();
    // Fails only if a logger is already set.
    let _ = lines.try_init();
}

/// Makes a writer for each event.
#[derive(Clone, Copy)]
struct Lines {
    printer: Printer,
    is_plain: bool,
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = EventLine;

    fn make_writer(&'a self) -> EventLine {
        EventLine { lines: *self, text: Vec::new() }
    }
}

/// Collects an event, and prints it when it is whole.
struct EventLine {
    lines: Lines,
    text: Vec<u8>,
}

impl Write for EventLine {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for EventLine {
    fn drop(&mut self) {
        let text = String::from_utf8_lossy(&self.text);
        let text = text.trim();
        let print = || match self.lines.is_plain {
            true => self.lines.printer.warning(text),
            false => self.lines.printer.line(text),
        };
        match &*VIEW.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(view) => view.suspend(print),
            None => print(),
        }
    }
}
