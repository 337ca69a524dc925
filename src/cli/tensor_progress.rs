//! Progress of `quantize`: a bar on a terminal, a line now and then in a log.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::interrupt;
use super::printer::{Printer, printable};
use crate::model::quantize::QuantizeListener;

/// Between two lines in a log.
const LOG_EVERY: Duration = Duration::from_secs(30);

/// Hears one level being made.
pub struct TensorProgress<'a> {
    level: &'static str,
    printer: &'a Printer,
    bar: ProgressBar,
    logged: Instant,
    interrupted: &'static AtomicBool,
}

impl<'a> TensorProgress<'a> {
    /// Progress of a level.
    pub fn new(level: &'static str, printer: &'a Printer) -> Self {
        let target =
            if printer.is_quiet() { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:28} {pos}/{len} tensors {msg}") {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_prefix(level);
        Self { level, printer, bar, logged: Instant::now(), interrupted: interrupt::flag() }
    }
}

impl QuantizeListener for TensorProgress<'_> {
    fn tensor(&mut self, done: u64, total: u64, name: &str) {
        self.bar.set_length(total);
        self.bar.set_position(done);
        self.bar.set_message(printable(name));
        if self.bar.is_hidden() && self.logged.elapsed() >= LOG_EVERY {
            self.logged = Instant::now();
            self.printer.note(&format!("{} {done}/{total} tensors", self.level));
        }
    }

    fn interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }
}

impl Drop for TensorProgress<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
