//! The arguments that every job takes besides its request.

use std::sync::atomic::{AtomicBool, Ordering};

use super::notify::{Notice, Notify, Task};

/// Listener, cancellation flag and download permission of a job.
///
/// ```
/// use std::sync::atomic::AtomicBool;
/// use safety_deepconf::jobs::{Context, Silent};
///
/// let cancel = AtomicBool::new(false);
/// let context = Context { notify: &Silent, cancel: &cancel, offline: true };
/// assert!(!context.is_cancelled());
/// ```
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Receiver of the job's notices.
    pub notify: &'a dyn Notify,
    /// Flag that stops the job. Set it from anywhere: the job ends after its current step, with everything on
    /// disk.
    pub cancel: &'a AtomicBool,
    /// Whether to use only files on this machine, without downloads.
    pub offline: bool,
}

impl Context<'_> {
    /// Reports a note.
    pub fn note(&self, text: &str) {
        self.notify.hear(Notice::Note(text));
    }

    /// Reports a warning.
    pub fn warn(&self, text: &str) {
        self.notify.hear(Notice::Warning(text));
    }

    /// Reports the start of a task.
    pub fn begin(&self, task: Task<'_>) {
        self.notify.hear(Notice::Begin(task));
    }

    /// Reports the progress of the task.
    pub fn progress(&self, done: u64, what: &str) {
        self.notify.hear(Notice::Progress { done, what });
    }

    /// Reports the end of the task.
    pub fn end(&self) {
        self.notify.hear(Notice::End);
    }

    /// Returns whether the job should stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }
}
