//! Notices that a job sends while it works.
//!
//! Implement [`Notify`] to show them, or pass [`Silent`]. This listener counts decided instances:
//!
//! ```
//! use std::cell::Cell;
//! use safety_deepconf::jobs::notify::RunEvent;
//! use safety_deepconf::jobs::{Notice, Notify};
//!
//! #[derive(Default)]
//! struct Decided(Cell<usize>);
//!
//! impl Notify for Decided {
//!     fn hear(&self, notice: Notice<'_>) {
//!         if let Notice::Run(RunEvent::Decision(_)) = notice {
//!             self.0.set(self.0.get() + 1);
//!         }
//!     }
//! }
//! ```

use serde::{Deserialize, Serialize};

pub use super::live::{Cell, Figures, RunPlan};
pub use crate::experiment::Event as RunEvent;

/// The unit that a task counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// Instances of a run; [`Notice::Run`] reports each one.
    Instances,
    /// Answers that a guard judges.
    Answers,
    /// Texts that two models read.
    Texts,
    /// Tensors that are quantized.
    Tensors,
    /// Bytes that are downloaded.
    Bytes,
}

/// A countable piece of work.
#[derive(Clone, Copy, Debug)]
pub struct Task<'a> {
    /// Unit of the counts.
    pub kind: TaskKind,
    /// Label to show: the name of a run, file or level.
    pub label: &'a str,
    /// Total count; `None` if unknown.
    pub total: Option<u64>,
    /// Count done by an earlier process.
    pub done: u64,
    /// What a run is to do; [`super::live::LiveRun`] follows it.
    pub run: Option<RunPlan<'a>>,
}

/// One message of a job.
#[derive(Clone, Copy, Debug)]
pub enum Notice<'a> {
    /// Information for the user.
    Note(&'a str),
    /// Something that was left out or makes results doubtful.
    Warning(&'a str),
    /// A task begins. Tasks do not overlap.
    Begin(Task<'a>),
    /// The task has advanced.
    Progress {
        /// Count done so far, out of [`Task::total`].
        done: u64,
        /// Current item, or empty.
        what: &'a str,
    },
    /// The task has ended.
    End,
    /// An event of a run: trace, token, decision or failure.
    Run(RunEvent<'a>),
    /// A cell of a sweep begins. The tasks until the next cell are its own.
    Cell(Cell<'a>),
    /// What a run in another process has done so far.
    Figures(&'a Figures),
    /// A line that another process wrote to its stderr.
    Line(&'a str),
}

/// Receiver of a job's notices. Calls come in order, on the thread that runs the job.
pub trait Notify {
    /// Receives one notice. The job waits until this returns.
    fn hear(&self, notice: Notice<'_>);
}

/// Receiver that discards every notice.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Notify for Silent {
    fn hear(&self, _: Notice<'_>) {}
}
