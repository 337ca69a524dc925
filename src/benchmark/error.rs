//! What can be wrong with a benchmark's data.

use std::path::PathBuf;

use super::Benchmark;

/// A benchmark that cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum BenchmarkError {
    /// No benchmark has this name.
    #[error("there is no benchmark named {name:?}; there are: {}", names())]
    Unknown {
        /// As it was typed.
        name: String,
    },
    /// It needs a file and none was given.
    #[error("the benchmark {name} needs its file: {expected}")]
    NeedsData {
        /// The benchmark.
        name: &'static str,
        /// What the file is.
        expected: &'static str,
    },
    /// The file does not exist.
    #[error("no such data file: {}", .0.display())]
    Missing(PathBuf),
    /// The file has no rows.
    #[error("{}: the file has no rows", .0.display())]
    Empty(PathBuf),
    /// A column is missing.
    #[error("{}: the column {column:?} is missing; the header has: {found}", file.display())]
    MissingColumn {
        /// The file.
        file: PathBuf,
        /// The column.
        column: &'static str,
        /// The columns there are.
        found: String,
    },
    /// A row cannot be read.
    #[error("{}, line {line}: {what}", file.display())]
    BadRow {
        /// The file.
        file: PathBuf,
        /// 1-based line at which the row begins.
        line: u64,
        /// What is wrong.
        what: String,
    },
    /// A field holds something else than it should.
    #[error("{}, line {line}, column {column:?}: {what}", file.display())]
    BadField {
        /// The file.
        file: PathBuf,
        /// 1-based line at which the row begins.
        line: u64,
        /// The column.
        column: &'static str,
        /// What is wrong.
        what: String,
    },
    /// Nothing is left to run.
    #[error("the benchmark {name} has no instances to run")]
    NoInstances {
        /// The benchmark.
        name: String,
    },
    /// It cannot be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

fn names() -> String {
    Benchmark::ALL.map(Benchmark::name).join(", ")
}
