//! Errors in a benchmark's data.

use std::fmt;
use std::path::PathBuf;

use crate::model::{HubError, lfs};

/// Position of a row in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// 1-based line at which the row begins.
    Line(u64),
    /// 0-based number of the row, as in ids, for formats without lines.
    Row(u64),
    /// 1-based row of a sheet, as spreadsheets show it.
    Sheet(u64),
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(out, "line {line}"),
            Self::Row(row) => write!(out, "row {row} (from 0)"),
            Self::Sheet(row) => write!(out, "row {row} of the sheet"),
        }
    }
}

/// Error of loading a benchmark.
#[derive(Debug, thiserror::Error)]
pub enum BenchmarkError {
    /// No benchmark has this name.
    #[error(
        "unknown benchmark {name:?};{} known: {known}",
        nearest.map_or(String::new(), |nearest| format!(" did you mean {nearest}?"))
    )]
    Unknown {
        /// Name as typed.
        name: String,
        /// The most similar known name, if any.
        nearest: Option<&'static str>,
        /// All known names.
        known: String,
    },
    /// The benchmark needs a file.
    #[error("the benchmark {name} needs its file: pass --data {origin}")]
    NeedsData {
        /// Name of the benchmark.
        name: &'static str,
        /// Description and origin of the file.
        origin: &'static str,
    },
    /// No downloadable file has this name.
    #[error("the benchmark {name} has no subset {subset:?}; {}", subsets(present))]
    UnknownSubset {
        /// Name of the benchmark.
        name: &'static str,
        /// Subset as typed.
        subset: String,
        /// Names of the subsets.
        present: Vec<&'static str>,
    },
    /// The file could not be downloaded.
    #[error("the benchmark {name}: {error}")]
    Fetch {
        /// Name of the benchmark.
        name: &'static str,
        /// Name of the file in its repository.
        file: &'static str,
        /// Error of the download.
        error: Box<HubError>,
    },
    /// The file is public but could not be downloaded.
    #[error(
        "the benchmark {name}: {error}; download it from {address} and pass it with --data FILE, which \
         checks no sha256"
    )]
    FetchPublic {
        /// Name of the benchmark.
        name: &'static str,
        /// Address of the file.
        address: String,
        /// Error of the download.
        error: Box<HubError>,
    },
    /// The benchmark takes no file.
    #[error("the benchmark {name} takes no file: leave out --data or --benchmark")]
    TakesNoData {
        /// Name of the benchmark.
        name: &'static str,
    },
    /// The file does not exist.
    #[error("no such data file: {}", .0.display())]
    Missing(PathBuf),
    /// The folder contains none of the benchmark's files.
    #[error("{}: the folder contains no file of {name}; expected {expected}", folder.display())]
    NotInFolder {
        /// Path of the folder.
        folder: PathBuf,
        /// Name of the benchmark.
        name: &'static str,
        /// Names of the benchmark's files.
        expected: String,
    },
    /// The folder contains several of the benchmark's files.
    #[error("{}: the folder contains several files of {name}; pass one of them: {}", folder.display(), listed(found))]
    SeveralInFolder {
        /// Path of the folder.
        folder: PathBuf,
        /// Name of the benchmark.
        name: &'static str,
        /// Files in the folder.
        found: Vec<PathBuf>,
    },
    /// The file is not valid in its format, or the format is unknown.
    #[error("{}: {what}", file.display())]
    Unreadable {
        /// Path of the file.
        file: PathBuf,
        /// Description of the error.
        what: String,
    },
    /// The file is a pointer to the file.
    #[error("{}: {}", .0.display(), lfs::ADVICE)]
    LfsPointer(PathBuf),
    /// The file has no rows.
    #[error("{}: the file has no rows", .0.display())]
    Empty(PathBuf),
    /// A column is missing.
    #[error("{}: the column {column:?} is missing; the file has: {found}", file.display())]
    MissingColumn {
        /// Path of the file.
        file: PathBuf,
        /// Name of the missing column.
        column: String,
        /// Columns of the file.
        found: String,
    },
    /// A row cannot be read.
    #[error("{}, {place}: {what}", file.display())]
    BadRow {
        /// Path of the file.
        file: PathBuf,
        /// Position of the row.
        place: Place,
        /// Description of the error.
        what: String,
    },
    /// A field has an unexpected value.
    #[error("{}, {place}, column {column:?}: {what}", file.display())]
    BadField {
        /// Path of the file.
        file: PathBuf,
        /// Position of the row.
        place: Place,
        /// Name of the column.
        column: String,
        /// Description of the error.
        what: String,
    },
    /// Two instances have the same id.
    #[error(
        "{}, {place}{}: the id {id:?} already appears at {first}",
        file.display(),
        column.as_ref().map_or_else(String::new, |column| format!(", column {column:?}"))
    )]
    RepeatedId {
        /// File of the second one.
        file: PathBuf,
        /// Row of the second one.
        place: Place,
        /// Column of the ids, if the file has one.
        column: Option<String>,
        /// Row of the first one, and its file if it differs.
        first: String,
        /// The repeated id.
        id: String,
    },
    /// The labels depend on the file name, and the name is unknown.
    #[error(
        "{}: the labels of {name} depend on the file's name, which has to be one of {}; \
         `--benchmark custom --label unsafe` reads files with other names",
        file.display(),
        expected.join(", ")
    )]
    UntoldLabel {
        /// Path of the file.
        file: PathBuf,
        /// Name of the benchmark.
        name: &'static str,
        /// Names with known labels.
        expected: Vec<&'static str>,
    },
    /// The options for a user's own file are incomplete or contradictory.
    #[error("the benchmark custom: {0}")]
    Custom(String),
    /// The columns match no known benchmark.
    #[error(
        "{}: the columns match no known benchmark: {found}; name one with --benchmark, or read any table with \
         `--benchmark custom --prompt-column NAME`",
        file.display()
    )]
    Unrecognised {
        /// Path of the file.
        file: PathBuf,
        /// Columns of the file.
        found: String,
    },
    /// A checked file has faults.
    #[error("{}", faults(first, *count))]
    Faulty {
        /// Descriptions of the first faults.
        first: Vec<String>,
        /// Number of all faults.
        count: usize,
    },
    /// No instances are left to run.
    #[error("{}: no instances to run: {}", file.display(), notes.join("; "))]
    NoInstances {
        /// Path of the file.
        file: PathBuf,
        /// Notes on what was left out.
        notes: Vec<String>,
    },
    /// A file cannot be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl BenchmarkError {
    /// Adds the address of a public file to a failed download.
    #[must_use]
    pub fn with_address(self, address: Option<String>) -> Self {
        match (self, address) {
            (Self::Fetch { name, error, .. }, Some(address)) => Self::FetchPublic { name, address, error },
            (other, _) => other,
        }
    }
}

fn faults(first: &[String], count: usize) -> String {
    let more = count.saturating_sub(first.len());
    let rest = if more > 0 { format!("\n  and {more} more") } else { String::new() };
    format!("{}{rest}", first.join("\n  "))
}

fn subsets(present: &[&str]) -> String {
    match present {
        [] => "none of its files can be downloaded".to_owned(),
        _ => format!("known: {}", present.join(", ")),
    }
}

fn listed(files: &[PathBuf]) -> String {
    files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(", ")
}
