//! Detects the benchmark of a file by its columns, and by its name if several match.

use std::path::Path;

use super::error::BenchmarkError;
use super::name::Benchmark;
use super::source::Source;
use super::table::{Data, Table};

/// Returns the benchmark that a file belongs to.
///
/// # Errors
/// Fails if the file cannot be opened, or matches no known benchmark.
pub fn detect(file: &Path) -> Result<Benchmark, BenchmarkError> {
    let table = Table::open(&Data::File(file.to_owned()))?;
    by_columns(table.columns(), file).ok_or_else(|| unrecognised(file, table.columns()))
}

/// Returns the error for columns that match no known benchmark.
pub fn unrecognised(file: &Path, columns: &[String]) -> BenchmarkError {
    BenchmarkError::Unrecognised { file: file.to_owned(), found: columns.join(", ") }
}

/// Returns the benchmark with these columns, or with files of this name.
pub fn by_columns(columns: &[String], file: &Path) -> Option<Benchmark> {
    let has = |name: &&str| columns.iter().any(|column| column.eq_ignore_ascii_case(name));
    let sources = || Benchmark::ALL.into_iter().filter_map(|one| Some((one, one.source()?)));
    let is_named = |source: &Source| source.has_name_of(file);
    let fits = |source: &Source| !source.header.is_empty() && source.header.iter().all(has);
    let by_columns: Vec<_> = sources().filter(|(_, source)| fits(source)).collect();
    let longest = by_columns.iter().map(|(_, source)| source.header.len()).max();
    let found = by_columns
        .iter()
        .find(|(_, source)| is_named(source))
        .or_else(|| by_columns.iter().find(|(_, source)| Some(source.header.len()) == longest))
        .copied()
        .or_else(|| sources().find(|(_, source)| is_named(source)));
    found.map(|(benchmark, _)| benchmark)
}
