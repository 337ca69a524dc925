//! What every command is given: the printer, and a context for jobs.

use std::sync::atomic::AtomicBool;

use super::output::printer::Printer;
use super::output::reporter::Reporter;
use crate::jobs::Context;
use crate::system::signals;

/// The terminal, or what stands in its place.
pub struct Terminal {
    /// Prints.
    pub printer: Printer,
    reporter: Reporter,
}

/// Never set: Ctrl-C ends the process at once.
static NEVER: AtomicBool = AtomicBool::new(false);

impl Terminal {
    /// A terminal with this printer.
    pub fn new(printer: Printer) -> Self {
        Self { printer, reporter: Reporter::new(printer) }
    }

    /// A context for short work, which Ctrl-C ends at once.
    pub fn context(&self, offline: bool) -> Context<'_> {
        Context { notify: &self.reporter, cancel: &NEVER, offline }
    }

    /// A context for long work, which Ctrl-C ends between two steps.
    pub fn cancellable(&self, offline: bool) -> Context<'_> {
        Context { notify: &self.reporter, cancel: signals::flag(), offline }
    }
}
