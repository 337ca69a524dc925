//! What can be wrong with a benchmark's data.

use std::fmt;
use std::path::PathBuf;

use crate::model::HubError;

/// Where a row of a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// 1-based line at which it begins.
    Line(u64),
    /// 0-based number of the row, as in ids, where a format has no lines.
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

/// A benchmark that cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum BenchmarkError {
    /// No benchmark has this name.
    #[error(
        "there is no benchmark named {name:?}{} there are: {known}",
        nearest.map_or(";".to_owned(), |nearest| format!(": {nearest} is meant?"))
    )]
    Unknown {
        /// As it was typed.
        name: String,
        /// The one that was meant, perhaps.
        nearest: Option<&'static str>,
        /// Those there are.
        known: String,
    },
    /// It needs a file and none was given.
    #[error("the benchmark {name} needs its file: pass --data {origin}")]
    NeedsData {
        /// The benchmark.
        name: &'static str,
        /// What the file is, and where it comes from.
        origin: &'static str,
    },
    /// No file on the hub has this name.
    #[error("the benchmark {name} has no subset {subset:?}; {}", subsets(present))]
    UnknownSubset {
        /// The benchmark.
        name: &'static str,
        /// As it was typed.
        subset: String,
        /// The subsets there are.
        present: Vec<&'static str>,
    },
    /// Its file could not be fetched.
    #[error("the benchmark {name}: {error}")]
    Fetch {
        /// The benchmark.
        name: &'static str,
        /// The file's name in its repository.
        file: &'static str,
        /// What went wrong.
        error: Box<HubError>,
    },
    /// Its file is public, and could not be fetched.
    #[error(
        "the benchmark {name}: {error}; anybody may download it: {address} (then pass it with --data FILE, which is \
         not held against any sha256)"
    )]
    FetchPublic {
        /// The benchmark.
        name: &'static str,
        /// Where it is.
        address: String,
        /// What went wrong.
        error: Box<HubError>,
    },
    /// It reads no file and one was given.
    #[error("the benchmark {name} needs no file: leave --data out, or --benchmark")]
    TakesNoData {
        /// The benchmark.
        name: &'static str,
    },
    /// The file does not exist.
    #[error("no such data file: {}", .0.display())]
    Missing(PathBuf),
    /// A folder was given, and it holds none of the benchmark's files.
    #[error("{}: the folder holds no file of {name}: {expected}", folder.display())]
    NotInFolder {
        /// The folder.
        folder: PathBuf,
        /// The benchmark.
        name: &'static str,
        /// The names that are looked for.
        expected: String,
    },
    /// A folder was given, and it holds more than one of the benchmark's files.
    #[error("{}: the folder holds several files of {name}; pass one of them: {}", folder.display(), listed(found))]
    SeveralInFolder {
        /// The folder.
        folder: PathBuf,
        /// The benchmark.
        name: &'static str,
        /// The files.
        found: Vec<PathBuf>,
    },
    /// The file is not in its format, or in none that can be read.
    #[error("{}: {what}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// The file has no rows.
    #[error("{}: the file has no rows", .0.display())]
    Empty(PathBuf),
    /// A column is missing.
    #[error("{}: the column {column:?} is missing; there are: {found}", file.display())]
    MissingColumn {
        /// The file.
        file: PathBuf,
        /// The column.
        column: String,
        /// The columns there are.
        found: String,
    },
    /// A row cannot be read.
    #[error("{}, {place}: {what}", file.display())]
    BadRow {
        /// The file.
        file: PathBuf,
        /// Its row.
        place: Place,
        /// What is wrong.
        what: String,
    },
    /// A field holds something else than it should.
    #[error("{}, {place}, column {column:?}: {what}", file.display())]
    BadField {
        /// The file.
        file: PathBuf,
        /// Its row.
        place: Place,
        /// The column.
        column: String,
        /// What is wrong.
        what: String,
    },
    /// Two instances have one id.
    #[error(
        "{}, {place}{}: the id {id:?} stands at {first} already",
        file.display(),
        column.as_ref().map_or_else(String::new, |column| format!(", column {column:?}"))
    )]
    RepeatedId {
        /// The second one's file.
        file: PathBuf,
        /// The second one's row.
        place: Place,
        /// The column of ids, where the file has them.
        column: Option<String>,
        /// The first one's row, and its file where that is another.
        first: String,
        /// The id.
        id: String,
    },
    /// A file whose name tells what its rows are has another name.
    #[error(
        "{}: the file's name tells whether {name}'s prompts are to be refused, and has to be one of {}; \
         `--benchmark custom --label unsafe` reads files of other names",
        file.display(),
        expected.join(", ")
    )]
    UntoldLabel {
        /// The file.
        file: PathBuf,
        /// The benchmark.
        name: &'static str,
        /// The names that tell it.
        expected: Vec<&'static str>,
    },
    /// It is not said how a file of one's own is to be read.
    #[error("the benchmark custom: {0}")]
    Custom(String),
    /// No benchmark's columns are in a file.
    #[error(
        "{}: the columns are those of no known benchmark: {found}; --benchmark names one, and with \
         `--benchmark custom --prompt-column NAME` any table is read",
        file.display()
    )]
    Unrecognised {
        /// The file.
        file: PathBuf,
        /// The columns there are.
        found: String,
    },
    /// A file that was looked through has faults.
    #[error("{}", faults(first, *count))]
    Faulty {
        /// The first ones, in words.
        first: Vec<String>,
        /// How many there are.
        count: usize,
    },
    /// Nothing is left to run.
    #[error("{}: no instances to run: {}", file.display(), notes.join("; "))]
    NoInstances {
        /// The file.
        file: PathBuf,
        /// What was left out.
        notes: Vec<String>,
    },
    /// It cannot be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl BenchmarkError {
    /// The same with the address of a file that anybody may download, if it could not be fetched.
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
        [] => "none of its files is fetched".to_owned(),
        _ => format!("there are: {}", present.join(", ")),
    }
}

fn listed(files: &[PathBuf]) -> String {
    files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(", ")
}
