//! What a job is doing, in at most three lines, from its notices. Reads no clock and draws nothing: a notice
//! comes with the seconds since the program began.
//!
//! ```
//! use safety_deepconf::jobs::live::Live;
//! use safety_deepconf::jobs::notify::{Notice, Task, TaskKind};
//!
//! let mut live = Live::default();
//! let task = Task { kind: TaskKind::Texts, label: "drift", total: Some(4), done: 0, run: None };
//! live.hear(&Notice::Begin(task), 0.0);
//! live.hear(&Notice::Progress { done: 1, what: "" }, 10.0);
//! assert_eq!(live.log_line(10.0).unwrap(), "drift 1/4 texts, about 30 s left");
//! ```

mod cells;
mod figures;
mod left;
mod run;
#[cfg(test)]
mod tests;
mod text;

pub use cells::Cell;
pub use figures::Figures;
pub use run::{LiveRun, RunPlan};

use self::cells::Cells;
use super::notify::{Notice, Task, TaskKind};
use crate::export::terminal::width::{DEFAULT, shorten};
use crate::record::Decision;
use crate::record::printable::printable;

/// Follows a job by its notices.
#[derive(Default)]
pub struct Live {
    cells: Option<Cells>,
    task: Option<Shown>,
}

/// The task that is under way.
struct Shown {
    kind: TaskKind,
    label: String,
    total: u64,
    before: u64,
    done: u64,
    what: String,
    begun: f64,
    run: Option<LiveRun>,
    /// Figures of a run in another process.
    figures: Option<Figures>,
}

impl Live {
    /// Hears a notice.
    pub fn hear(&mut self, notice: &Notice<'_>, seconds: f64) {
        match notice {
            Notice::Cell(cell) => self.cells = Some(Cells::next(self.cells.take(), cell, seconds)),
            Notice::Begin(task) => self.task = Some(Shown::new(task, seconds)),
            Notice::End => self.task = None,
            Notice::Progress { done, what } => {
                if let Some(task) = &mut self.task {
                    (task.done, task.what) = (*done, (*what).to_owned());
                }
            }
            Notice::Figures(figures) => {
                if let Some(task) = &mut self.task {
                    task.figures = Some((*figures).clone());
                }
            }
            Notice::Run(event) => {
                if let Some(task) = &mut self.task
                    && let Some(run) = &mut task.run
                {
                    run.hear(*event, seconds - task.begun);
                }
            }
            Notice::Note(_) | Notice::Warning(_) | Notice::Line(_) => {}
        }
    }

    /// Returns at most three lines of at most 80 columns, or of this width if it is smaller.
    #[must_use]
    pub fn lines(&self, seconds: f64, width: usize) -> Vec<String> {
        let width = width.min(DEFAULT);
        let Some(task) = &self.task else { return Vec::new() };
        let figures = task.figures(seconds);
        let (progress, share) = task.progress(figures.as_ref(), seconds);
        let mut lines = Vec::new();
        match &self.cells {
            Some(cells) => {
                let left = cells.seconds_left(task.left(figures.as_ref(), seconds), seconds);
                let rest = format!("cell {}/{}  {}", cells.number, cells.total, text::left(left));
                let share = (cells.number as f64 - 1.0 + share) / cells.total.max(1) as f64;
                lines.push(text::headline("sweep", share, &rest, width));
                let name = printable(&cells.name);
                lines.push(shorten(&format!("{name}: {progress}"), width));
            }
            None => lines.push(text::headline(&task.label, share, &progress, width)),
        }
        let more = figures.map_or_else(Vec::new, |figures| text::so_far(&figures, width));
        lines.extend(more.into_iter().take(3 - lines.len()));
        lines
    }

    /// Returns a line for a log; `None` if there is no task.
    #[must_use]
    pub fn log_line(&self, seconds: f64) -> Option<String> {
        let task = self.task.as_ref()?;
        let figures = task.figures(seconds);
        let line = match &figures {
            Some(figures) => text::logged(&task.label, figures),
            None => format!("{} {}", printable(&task.label), task.counts(seconds)),
        };
        let Some(cells) = &self.cells else { return Some(line) };
        let left = cells.seconds_left(task.left(figures.as_ref(), seconds), seconds);
        Some(format!("{line}; cell {}/{}, {}", cells.number, cells.total, text::left(left)))
    }
}

impl Shown {
    fn new(task: &Task<'_>, seconds: f64) -> Self {
        let total = task.total.unwrap_or(0);
        Self {
            kind: task.kind,
            label: task.label.to_owned(),
            total,
            before: task.done,
            done: task.done,
            what: String::new(),
            begun: seconds,
            run: task.run.as_ref().map(|plan| LiveRun::new(total, task.done, plan)),
            figures: None,
        }
    }

    fn figures(&self, seconds: f64) -> Option<Figures> {
        let own = self.run.as_ref().map(|run| run.figures(seconds - self.begun));
        own.or_else(|| self.figures.clone())
    }

    /// Returns the seconds left: for a run by its tokens, for other tasks by what they count.
    fn left(&self, figures: Option<&Figures>, seconds: f64) -> Option<f64> {
        if let Some(figures) = figures {
            return figures.seconds_left;
        }
        let here = self.done.saturating_sub(self.before);
        let left = self.total.saturating_sub(self.done) as f64;
        (here > 0 && self.total > 0).then(|| (seconds - self.begun) / here as f64 * left)
    }

    /// Returns what is done and left, and the share that is done.
    fn progress(&self, figures: Option<&Figures>, seconds: f64) -> (String, f64) {
        if let Some(figures) = figures {
            return (text::progress(figures), figures.share());
        }
        (self.counts(seconds), self.done as f64 / self.total.max(1) as f64)
    }

    fn counts(&self, seconds: f64) -> String {
        let left = text::left(self.left(None, seconds));
        let (done, total) = (self.done, self.total);
        match self.kind {
            TaskKind::Instances => format!("{done}/{total} prompts"),
            TaskKind::Answers => format!("{done}/{total} answers, {left}"),
            TaskKind::Texts => format!("{done}/{total} texts, {left}"),
            TaskKind::Tensors => format!("{done}/{total} tensors {}", printable(&self.what)),
            TaskKind::Bytes => {
                let here = self.done.saturating_sub(self.before) as f64;
                let speed = here / (seconds - self.begun).max(1e-3);
                format!("{}  {left}", text::bytes(done, total, speed))
            }
        }
    }
}

/// Says how a prompt was decided, for `--verbose`.
#[must_use]
pub fn decision_line(decision: &Decision) -> String {
    let traces = crate::export::values::counted(decision.traces_used.into(), "trace");
    format!("{}: {traces} ({})", decision.instance_id, decision.stop_reason.name())
}
