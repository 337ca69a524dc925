//! Exit statuses.

use std::process::ExitCode;

use crate::jobs::{ErrorKind, JobError, Status};

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Done, and some instances failed.
    SomeFailed = 1,
    /// What was asked for, or its input, is wrong.
    Usage = 2,
    /// Anything else that went wrong.
    Unexpected = 3,
    /// Ended by the user.
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
