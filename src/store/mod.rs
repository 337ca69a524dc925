//! Run folders: written as a run goes, atomically, and read again.

pub mod atomic;
pub mod external_traces;
pub mod folder;
pub mod journal;
pub mod timings;
pub mod verdicts;

use std::path::PathBuf;

/// A run folder that cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder holds something already.
    #[error("the output folder {} is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// The path is something else than a folder.
    #[error("the output {} exists and is not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// The folder is no run folder.
    #[error("{} is no run folder: it has no {missing}", folder.display())]
    NotARun {
        /// The folder.
        folder: PathBuf,
        /// The file it lacks.
        missing: &'static str,
    },
    /// Another process writes to the folder.
    #[error("another run is writing to {}", .0.display())]
    Locked(PathBuf),
    /// A line of the journal does not match its checksum, or is no entry.
    #[error("{}, line {line}: {what}; the lines before it are sound", file.display())]
    Damaged {
        /// The journal.
        file: PathBuf,
        /// 1-based.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// The manifest does not parse.
    #[error("{}: {what}", file.display())]
    Manifest {
        /// The manifest.
        file: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// It cannot be read or written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}
