//! Recognises a file without further options: a known benchmark, or a table with recognisable columns.

use std::path::Path;

use super::columns::{Guess, Profile};
use super::detect::{by_columns, unrecognised};
use super::error::BenchmarkError;
use super::name::Benchmark;
use super::request::Request;
use super::table::{Data, Table};
use crate::settings::CustomColumns;

/// Name for the benchmark that the file's columns determine.
pub const AUTO: &str = "auto";

/// Maximum number of rows to examine.
const ROWS: usize = 10_000;

/// Result of recognising a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// Recognised benchmark.
    pub benchmark: Benchmark,
    /// Columns of a user's own table, including those that the user specified.
    pub custom: CustomColumns,
    /// Whether rows without a label are kept, because no row has one.
    pub keep_unlabelled: bool,
    /// Notes on the decisions.
    pub notes: Vec<String>,
}

impl Recognised {
    /// Applies the result to a request.
    pub fn put_into(&self, request: &mut Request) {
        request.custom = self.custom.clone();
        request.keep_unlabelled |= self.keep_unlabelled;
        request.found.extend(self.notes.iter().cloned());
    }
}

/// Recognises a request's file or standard input.
///
/// # Errors
/// Fails if the file cannot be read, or no column of prompts is found.
pub fn recognise(request: &Request) -> Result<Recognised, BenchmarkError> {
    let data = match (&request.stdin, &request.data) {
        (Some(bytes), _) => Data::Stdin(bytes.clone()),
        (None, Some(folder)) if folder.is_dir() => return in_folder(request, folder),
        (None, Some(file)) => Data::File(file.clone()),
        (None, None) => {
            let what = "no file was given: pass --data FILE, or - for standard input";
            return Err(BenchmarkError::Custom(what.to_owned()));
        }
    };
    let mut table = Table::open(&data)?;
    let is_told = !request.custom.is_empty();
    if let Some(benchmark) = by_columns(table.columns(), data.path()).filter(|_| !is_told) {
        return Ok(known(request, benchmark, "the columns, or the name, are those of"));
    }
    let columns = table.columns().to_vec();
    let mut profile = Profile::of(&columns);
    for _ in 0..ROWS {
        match table.next_row() {
            Ok(Some(row)) => profile.add(&row),
            // The fault is reported with its place when the file is loaded.
            Err(_) => continue,
            Ok(None) => break,
        }
    }
    let guess = Guess::of(&profile, &request.custom).ok_or_else(|| unrecognised(data.path(), &columns))?;
    let is_unlabelled = guess.custom.label.is_none() && guess.custom.whole.is_none();
    let mut notes = guess.notes;
    if is_unlabelled && !request.keep_unlabelled {
        notes.push("no labels: the prompts are run, but rates by label cannot be given".to_owned());
    }
    Ok(Recognised {
        benchmark: Benchmark::Custom,
        custom: guess.custom,
        keep_unlabelled: is_unlabelled,
        notes,
    })
}

/// Returns the only benchmark with files in the folder.
fn in_folder(request: &Request, folder: &Path) -> Result<Recognised, BenchmarkError> {
    let is_there = |benchmark: &Benchmark| {
        let found = benchmark.source().map(|source| source.named_in(folder));
        matches!(found, Some(Ok(files)) if !files.is_empty())
    };
    let found: Vec<Benchmark> = Benchmark::ALL.into_iter().filter(is_there).collect();
    let names: Vec<&str> = found.iter().map(|one| one.name()).collect();
    let what = match found.as_slice() {
        [benchmark] => return Ok(known(request, *benchmark, "the folder holds")),
        [] => "this is a folder without files of a known benchmark: pass a file".to_owned(),
        _ => format!(
            "this is a folder with files of several benchmarks: name one with --benchmark: {}",
            names.join(", ")
        ),
    };
    Err(BenchmarkError::Unreadable { file: folder.to_owned(), what })
}

fn known(request: &Request, benchmark: Benchmark, why: &str) -> Recognised {
    Recognised {
        benchmark,
        custom: request.custom.clone(),
        keep_unlabelled: false,
        notes: vec![format!("{why} {}", benchmark.name())],
    }
}
