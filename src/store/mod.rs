//! Run folders: written atomically during a run, and read back.

pub mod atomic;
pub mod external_traces;
pub mod folder;
pub mod journal;
pub mod timings;
pub mod verdicts;

use std::path::PathBuf;

/// Error of writing or reading a run folder.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder is not empty.
    #[error("the output folder {} is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// The path exists and is not a folder.
    #[error("the output path {} exists and is not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// The folder is not a run folder.
    #[error("{} is not a run folder: {missing} is missing", folder.display())]
    NotARun {
        /// Path of the folder.
        folder: PathBuf,
        /// Name of the missing file.
        missing: &'static str,
    },
    /// Another process writes to the folder.
    #[error("another run is writing to {}", .0.display())]
    Locked(PathBuf),
    /// A line of the journal does not match its checksum, or is not an entry.
    #[error("{}, line {line}: {what}; the lines before it are intact", file.display())]
    Damaged {
        /// Path of the journal.
        file: PathBuf,
        /// Line number, 1-based.
        line: usize,
        /// Description of the damage.
        what: String,
    },
    /// The manifest does not parse.
    #[error("{}: {what}", file.display())]
    Manifest {
        /// Path of the manifest.
        file: PathBuf,
        /// Error of the parser.
        what: String,
    },
    /// A file cannot be read or written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}
