//! The ending of a job without an error.

/// The ending of a job that returned without an error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Everything is done.
    #[default]
    Done,
    /// Everything was tried; some instances or runs failed.
    SomeFailed,
    /// The job was cancelled. What was done is on disk.
    Interrupted,
}
