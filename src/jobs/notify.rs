//! What a job tells while it works. A program shows it as it likes; [`Silent`] shows nothing.

pub use crate::experiment::Event as RunEvent;

/// What is counted while a job works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskKind {
    /// Instances of a run; [`Notice::Run`] tells each.
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

/// Work with a known or unknown end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task<'a> {
    /// What is counted.
    pub kind: TaskKind,
    /// A name for a person: a run's, a file's, a level's.
    pub label: &'a str,
    /// How many there are; `None` if that is not known.
    pub total: Option<u64>,
    /// How many an earlier process has done.
    pub done: u64,
}

/// One thing that a job tells.
#[derive(Clone, Copy, Debug)]
pub enum Notice<'a> {
    /// What a person may want to know.
    Note(&'a str),
    /// What makes results doubtful, or was left out.
    Warning(&'a str),
    /// Counted work begins; one task at a time.
    Begin(Task<'a>),
    /// So much of the task is done; `what` is in hand, or empty.
    Progress {
        /// Done so far, of [`Task::total`].
        done: u64,
        /// What is in hand.
        what: &'a str,
    },
    /// The task is over.
    End,
    /// An event of the run: traces, tokens, decisions, failures.
    Run(RunEvent<'a>),
}

/// Hears a job, in order.
pub trait Notify {
    /// Takes one notice.
    fn hear(&self, notice: Notice<'_>);
}

/// Shows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Notify for Silent {
    fn hear(&self, _: Notice<'_>) {}
}
