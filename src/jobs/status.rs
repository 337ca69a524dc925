//! How a job ended, if it ended without an error.

/// How a job ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// All is done.
    #[default]
    Done,
    /// All is done; some instances or runs failed.
    SomeFailed,
    /// It was cancelled; what was done is on disk.
    Interrupted,
}
