//! Which benchmark a file is of: told by its columns, and where they leave a choice by its name.

use std::path::Path;

use super::error::BenchmarkError;
use super::name::Benchmark;
use super::source::{OTHER, Source};
use super::table::{Data, Table};

/// The benchmark that a file is one of.
///
/// # Errors
/// If it cannot be opened, or is none that is known.
pub fn detect(file: &Path) -> Result<Benchmark, BenchmarkError> {
    let table = Table::open(&Data::File(file.to_owned()))?;
    by_columns(table.columns(), file).ok_or_else(|| unrecognised(file, table.columns()))
}

/// That the columns are of no known benchmark.
pub fn unrecognised(file: &Path, columns: &[String]) -> BenchmarkError {
    BenchmarkError::Unrecognised { file: file.to_owned(), found: columns.join(", ") }
}

/// The benchmark with these columns, or whose files have this name.
pub fn by_columns(columns: &[String], file: &Path) -> Option<Benchmark> {
    let has = |name: &&str| columns.iter().any(|column| column.eq_ignore_ascii_case(name));
    let sources = || Benchmark::ALL.into_iter().filter_map(|one| Some((one, one.source()?)));
    let is_named = |source: &Source| source.split_of(file) != OTHER;
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
