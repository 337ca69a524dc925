//! Exit statuses.

use std::process::ExitCode;

use crate::jobs::{ErrorKind, JobError, Status};

/// Exit status of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Success.
    Done = 0,
    /// Success, but some instances failed.
    SomeFailed = 1,
    /// Wrong arguments or input.
    Usage = 2,
    /// Any other error.
    Unexpected = 3,
    /// Interrupted by the user.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl From<Status> for Exit {
    fn from(status: Status) -> Self {
        match status {
            Status::Done => Self::Done,
            Status::SomeFailed => Self::SomeFailed,
            Status::Interrupted => Self::Interrupted,
        }
    }
}

impl From<&JobError> for Exit {
    fn from(error: &JobError) -> Self {
        match error.kind() {
            ErrorKind::Input => Self::Usage,
            ErrorKind::Unexpected => Self::Unexpected,
        }
    }
}
