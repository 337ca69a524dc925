//! Shows the notices of a job on stderr: notes as lines, tasks as a live view, or as a line every 30 s in a log.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::log;
use super::printer::Printer;
use crate::jobs::live::{Live, decision_line};
use crate::jobs::notify::{Notice, Notify, RunEvent, Task, TaskKind};
use crate::model::disk::megabytes;

/// Interval between lines in a log.
const LOG_EVERY: Duration = Duration::from_secs(30);

/// Interval between updates of the live view.
const DRAW_EVERY: Duration = Duration::from_millis(200);

/// Shows a job on stderr.
pub struct Reporter {
    printer: Printer,
    begun: Instant,
    live: RefCell<Live>,
    /// Lines of the live view; hidden in a log.
    view: RefCell<Option<ProgressBar>>,
    drawn: Cell<Instant>,
    logged: Cell<Instant>,
}

impl Reporter {
    /// Creates a reporter that is as quiet as the printer.
    pub fn new(printer: Printer) -> Self {
        let now = Instant::now();
        Self {
            printer,
            begun: now,
            live: RefCell::default(),
            view: RefCell::default(),
            drawn: Cell::new(now),
            logged: Cell::new(now),
        }
    }

    /// Prints something above the live view.
    fn above(&self, print: impl FnOnce(&Printer)) {
        match &*self.view.borrow() {
            Some(view) => view.suspend(|| print(&self.printer)),
            None => print(&self.printer),
        }
    }

    fn note(&self, text: &str) {
        self.above(|printer| printer.note(text));
    }

    /// Shows what is known now if it is time to.
    fn draw(&self, at_once: bool) {
        if !at_once && self.drawn.get().elapsed() < DRAW_EVERY {
            return;
        }
        self.drawn.set(Instant::now());
        let (live, seconds) = (self.live.borrow(), self.begun.elapsed().as_secs_f64());
        let view = self.view.borrow();
        let Some(view) = &*view else { return };
        if !view.is_hidden() {
            view.set_message(live.lines(seconds, self.printer.stderr_width()).join("\n"));
        } else if self.logged.get().elapsed() >= LOG_EVERY {
            self.logged.set(Instant::now());
            live.log_line(seconds).iter().for_each(|line| self.printer.note(line));
        }
    }

    fn begin(&self, task: &Task<'_>) {
        if task.kind == TaskKind::Bytes {
            self.note(&download(task));
        }
        let is_hidden = self.printer.is_quiet();
        let target = if is_hidden { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let view = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{msg}") {
            view.set_style(style);
        }
        self.logged.set(Instant::now());
        log::print_above(Some(view.clone()));
        *self.view.borrow_mut() = Some(view);
        self.draw(true);
    }
}

impl Notify for Reporter {
    fn hear(&self, notice: Notice<'_>) {
        self.live.borrow_mut().hear(&notice, self.begun.elapsed().as_secs_f64());
        match notice {
            Notice::Note(text) => self.note(text),
            Notice::Warning(text) => self.above(|printer| printer.warning(text)),
            Notice::Line(text) => self.above(|printer| printer.line(text)),
            Notice::Cell(cell) => self.note(&format!("[{}/{}] {}", cell.number, cell.total, cell.name)),
            Notice::Begin(task) => self.begin(&task),
            Notice::Run(RunEvent::Planned(line)) => self.note(line),
            Notice::Run(RunEvent::Decision(decision)) if self.printer.is_verbose() => {
                self.note(&decision_line(decision));
            }
            Notice::Run(RunEvent::Failure(failure)) => {
                let text = format!("{} failed: {}", failure.instance_id, failure.error);
                self.above(|printer| printer.warning(&text));
            }
            Notice::End => {
                log::print_above(None);
                if let Some(view) = self.view.borrow_mut().take() {
                    view.finish_and_clear();
                }
                return;
            }
            Notice::Progress { .. } | Notice::Run(_) | Notice::Figures(_) => {}
        }
        self.draw(false);
    }
}

fn download(task: &Task<'_>) -> String {
    let from =
        if task.done > 0 { format!(", continuing at {}", megabytes(task.done)) } else { String::new() };
    let of = task.total.map_or("unknown size".to_owned(), megabytes);
    format!("downloading {} ({of}){from}", task.label)
}
