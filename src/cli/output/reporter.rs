//! Shows the notices of a job on stderr: notes as lines, tasks as a progress bar, or as a line every 30 s in a log.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use indicatif::{FormattedDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::printer::{Printer, printable};
use super::values::counted;
use crate::jobs::notify::{Notice, Notify, RunEvent, Task, TaskKind};
use crate::model::disk::megabytes;

/// Interval between lines in a log.
const LOG_EVERY: Duration = Duration::from_secs(30);

/// Interval between updates of the numbers next to the bar.
const DRAW_EVERY: Duration = Duration::from_millis(200);

/// Shows a job on stderr.
pub struct Reporter {
    printer: Printer,
    task: RefCell<Option<Shown>>,
}

impl Reporter {
    /// Creates a reporter that is as quiet as the printer.
    pub fn new(printer: Printer) -> Self {
        Self { printer, task: RefCell::new(None) }
    }

    /// Prints a line above the progress bar.
    fn line(&self, text: &str) {
        match &*self.task.borrow() {
            Some(shown) => shown.bar.suspend(|| self.printer.note(text)),
            None => self.printer.note(text),
        }
    }
}

impl Notify for Reporter {
    fn hear(&self, notice: Notice<'_>) {
        match notice {
            Notice::Note(text) => self.line(text),
            Notice::Warning(text) => self.line(&format!("warning: {text}")),
            Notice::Begin(task) => {
                if task.kind == TaskKind::Bytes {
                    self.printer.note(&download(&task));
                }
                let shown = Shown::new(&task, self.printer);
                *self.task.borrow_mut() = Some(shown);
            }
            Notice::Progress { done, what } => {
                if let Some(shown) = &mut *self.task.borrow_mut() {
                    shown.advance(done, what, &self.printer);
                }
            }
            Notice::Run(RunEvent::Planned(line)) => self.line(line),
            Notice::Run(event) => {
                if let Some(shown) = &mut *self.task.borrow_mut() {
                    shown.hear(event, &self.printer);
                }
            }
            Notice::End => {
                if let Some(shown) = self.task.borrow_mut().take() {
                    shown.bar.finish_and_clear();
                }
            }
        }
    }
}

/// A task and its progress bar.
struct Shown {
    kind: TaskKind,
    label: String,
    bar: ProgressBar,
    begun: Instant,
    /// Work done by an earlier process.
    before: u64,
    total: u64,
    done: u64,
    traces: u64,
    tokens: u64,
    failed: u64,
    drawn: Instant,
    logged: Instant,
}

impl Shown {
    fn new(task: &Task<'_>, printer: Printer) -> Self {
        let target =
            if printer.is_quiet() { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(task.total, target);
        let template = match task.kind {
            TaskKind::Instances | TaskKind::Answers => "{prefix} {bar:28} {pos}/{len} {msg}",
            TaskKind::Texts => "{prefix} {bar:28} {pos}/{len} texts, {eta} left",
            TaskKind::Tensors => "{prefix} {bar:28} {pos}/{len} tensors {msg}",
            TaskKind::Bytes => {
                "{bar:28} {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec}, {eta} left"
            }
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_prefix(task.label.to_owned());
        bar.set_position(task.done);
        // The speed of this process only.
        bar.reset_eta();
        let now = Instant::now();
        let mut shown = Self {
            kind: task.kind,
            label: task.label.to_owned(),
            bar,
            begun: now,
            before: task.done,
            total: task.total.unwrap_or(0),
            done: task.done,
            traces: 0,
            tokens: 0,
            failed: 0,
            drawn: now,
            logged: now,
        };
        shown.draw(&printer);
        shown
    }

    fn advance(&mut self, done: u64, what: &str, printer: &Printer) {
        self.done = done;
        if self.kind == TaskKind::Tensors {
            self.bar.set_message(printable(what));
        }
        if self.drawn.elapsed() >= DRAW_EVERY || done == self.total {
            self.draw(printer);
        }
    }

    fn hear(&mut self, event: RunEvent<'_>, printer: &Printer) {
        match event {
            RunEvent::Token => self.tokens += 1,
            RunEvent::Trace(_) => self.traces += 1,
            RunEvent::Decision(decision) => {
                self.done += 1;
                if printer.is_verbose() {
                    let (id, traces) = (&decision.instance_id, decision.traces_used);
                    let line = format!(
                        "{id}: {} ({})",
                        counted(traces.into(), "trace"),
                        decision.stop_reason.name()
                    );
                    self.bar.suspend(|| printer.note(&line));
                }
            }
            RunEvent::Failure(failure) => {
                self.done += 1;
                self.failed += 1;
                let text = format!("{} failed: {}", failure.instance_id, failure.error);
                self.bar.suspend(|| printer.warning(&text));
            }
            RunEvent::Planned(_) | RunEvent::TraceStarted { .. } => {}
        }
        if self.drawn.elapsed() >= DRAW_EVERY {
            self.draw(printer);
        }
    }

    fn draw(&mut self, printer: &Printer) {
        self.drawn = Instant::now();
        self.bar.set_position(self.done);
        if matches!(self.kind, TaskKind::Instances | TaskKind::Answers) {
            self.bar.set_message(self.rates());
        }
        if self.bar.is_hidden() && self.logged.elapsed() >= LOG_EVERY {
            self.logged = Instant::now();
            printer.note(&self.log_line());
        }
    }

    fn log_line(&self) -> String {
        let (label, done, total) = (&self.label, self.done, self.total);
        match self.kind {
            TaskKind::Instances | TaskKind::Answers => format!("{label} {done}/{total} {}", self.rates()),
            TaskKind::Texts => format!("{label} {done}/{total} texts"),
            TaskKind::Tensors => format!("{label} {done}/{total} tensors"),
            TaskKind::Bytes if total > 0 => format!("  {} of {}", megabytes(done), megabytes(total)),
            TaskKind::Bytes => format!("  {}", megabytes(done)),
        }
    }

    fn rates(&self) -> String {
        let seconds = self.begun.elapsed().as_secs_f64().max(1e-3);
        let left = match self.done.saturating_sub(self.before) {
            0 => "--".to_owned(),
            here => {
                let left = seconds / here as f64 * self.total.saturating_sub(self.done) as f64;
                FormattedDuration(Duration::from_secs_f64(left)).to_string()
            }
        };
        let failed = if self.failed > 0 { format!(", {} failed", self.failed) } else { String::new() };
        match self.kind {
            TaskKind::Answers => format!("{left} left"),
            _ => format!(
                "{} traces, {:.0} tokens/s, {left} left{failed}",
                self.traces,
                self.tokens as f64 / seconds
            ),
        }
    }
}

fn download(task: &Task<'_>) -> String {
    let from =
        if task.done > 0 { format!(", continuing at {}", megabytes(task.done)) } else { String::new() };
    let of = task.total.map_or("unknown size".to_owned(), megabytes);
    format!("downloading {} ({of}){from}", task.label)
}
