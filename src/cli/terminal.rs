//! Arguments of every command: the printer, and a context for jobs.

use std::sync::atomic::AtomicBool;

use super::output::printer::Printer;
use super::output::reporter::Reporter;
use crate::jobs::Context;
use crate::system::signals;

/// The terminal, or the files and pipes in its place.
pub struct Terminal {
    /// Printer.
    pub printer: Printer,
    reporter: Reporter,
}

/// Never set, so Ctrl-C ends the process at once.
static NEVER: AtomicBool = AtomicBool::new(false);

impl Terminal {
    /// Creates a terminal with this printer.
    pub fn new(printer: Printer) -> Self {
        Self { printer, reporter: Reporter::new(printer) }
    }

    /// Returns a context for short jobs, which Ctrl-C ends at once.
    pub fn context(&self, offline: bool) -> Context<'_> {
        Context { notify: &self.reporter, cancel: &NEVER, offline }
    }

    /// Returns a context for long jobs, which Ctrl-C ends between two steps.
    pub fn cancellable(&self, offline: bool) -> Context<'_> {
        Context { notify: &self.reporter, cancel: signals::flag(), offline }
    }
}
