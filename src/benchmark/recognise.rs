//! What a file is when nothing is said of it: a known benchmark's, or a table whose columns tell their use.

use std::path::Path;

use super::columns::{Guess, Profile};
use super::detect::{by_columns, unrecognised};
use super::error::BenchmarkError;
use super::name::Benchmark;
use super::request::Request;
use super::table::{Data, Table};
use crate::settings::CustomColumns;

/// What stands for a benchmark that the file's columns tell.
pub const AUTO: &str = "auto";

/// Rows that are looked at.
const ROWS: usize = 10_000;

/// What a file was taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// The benchmark.
    pub benchmark: Benchmark,
    /// The columns of a table of one's own; what was said of them stands.
    pub custom: CustomColumns,
    /// Whether rows without a label are kept, since none has one.
    pub keep_unlabelled: bool,
    /// What was taken, and what was not, in words.
    pub notes: Vec<String>,
}

impl Recognised {
    /// Has a request ask for what was found.
    pub fn put_into(&self, request: &mut Request) {
        request.custom = self.custom.clone();
        request.keep_unlabelled |= self.keep_unlabelled;
        request.found.extend(self.notes.iter().cloned());
    }
}

/// Looks at a request's file, or standard input, and says what it is.
///
/// # Errors
/// If it cannot be read, or no column is known to hold prompts.
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
            // It is told, with its place, when the file is read.
            Err(_) => continue,
            Ok(None) => break,
        }
    }
    let guess = Guess::of(&profile, &request.custom).ok_or_else(|| unrecognised(data.path(), &columns))?;
    let is_unlabelled = guess.custom.label.is_none() && guess.custom.whole.is_none();
    let mut notes = guess.notes;
    if is_unlabelled && !request.keep_unlabelled {
        notes.push("no labels: prompts are run, and no rate by label is told".to_owned());
    }
    Ok(Recognised {
        benchmark: Benchmark::Custom,
        custom: guess.custom,
        keep_unlabelled: is_unlabelled,
        notes,
    })
}

/// The one benchmark whose files a folder holds.
fn in_folder(request: &Request, folder: &Path) -> Result<Recognised, BenchmarkError> {
    let is_there = |benchmark: &Benchmark| {
        let found = benchmark.source().map(|source| source.locate(benchmark.name(), Some(folder)));
        matches!(found, Some(Ok(_) | Err(BenchmarkError::SeveralInFolder { .. })))
    };
    let found: Vec<Benchmark> = Benchmark::ALL.into_iter().filter(is_there).collect();
    let names: Vec<&str> = found.iter().map(|one| one.name()).collect();
    let what = match found.as_slice() {
        [benchmark] => return Ok(known(request, *benchmark, "the folder holds")),
        [] => "this is a folder, and no benchmark's files are in it: pass a file".to_owned(),
        _ => format!(
            "this is a folder, and the files of several benchmarks are in it: name one with --benchmark: {}",
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
