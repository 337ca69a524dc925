//! What every job is given beside its request.

use std::sync::atomic::{AtomicBool, Ordering};

use super::notify::{Notice, Notify, Task};

/// Who listens, what stops the job, and whether it may download.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Hears what the job tells.
    pub notify: &'a dyn Notify,
    /// Set from outside to stop the job between two steps, with everything on disk.
    pub cancel: &'a AtomicBool,
    /// Use only what is on this machine.
    pub offline: bool,
}

impl Context<'_> {
    /// Tells a note.
    pub fn note(&self, text: &str) {
        self.notify.hear(Notice::Note(text));
    }

    /// Tells a warning.
    pub fn warn(&self, text: &str) {
        self.notify.hear(Notice::Warning(text));
    }

    /// Begins a task.
    pub fn begin(&self, task: Task<'_>) {
        self.notify.hear(Notice::Begin(task));
    }

    /// Tells how far the task is.
    pub fn progress(&self, done: u64, what: &str) {
        self.notify.hear(Notice::Progress { done, what });
    }

    /// Ends the task.
    pub fn end(&self) {
        self.notify.hear(Notice::End);
    }

    /// Whether the job is to stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }
}
