//! Source of a benchmark: the origin and names of its files, and its known versions.

use std::path::Path;

use super::error::BenchmarkError;
use super::instance_sink::Intake;
use super::request::Request;
use super::subset::Subset;
use super::table::{Table, stem_and_extension};

/// Split of a file whose name does not belong to the benchmark.
pub const OTHER: &str = "data";

/// Splits that a file may be named after, as in `test.jsonl` and `0124_test.jsonl`.
const SPLITS: [&str; 3] = ["test", "train", "val"];

/// Source of a benchmark that is read from files.
pub struct Source {
    /// File names without extension, with the split of each.
    pub files: &'static [(&'static str, &'static str)],
    /// Description of the file and its origin, to follow "pass --data".
    pub origin: &'static str,
    /// Downloadable files. The first is the default.
    pub subsets: &'static [Subset],
    /// Whether the files are parts of one benchmark, so that all files of a folder or the hub are read.
    pub is_joined: bool,
    /// Licence, as in the notes.
    pub licence: &'static str,
    /// Facts for the list of benchmarks.
    pub about: About,
    /// Known files with their numbers of rows.
    pub versions: &'static [Version],
    /// Columns that identify the benchmark; empty if they are not distinctive.
    pub header: &'static [&'static str],
    /// Column of the file's own ids, which a check searches for repetitions.
    pub ids: Option<&'static str>,
    /// Reader of one file.
    pub load: Load,
}

/// Facts for choosing a benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// Labels of the prompts.
    pub labels: &'static str,
    /// Rows that should be refused.
    pub refused: &'static str,
    /// Origin of the data.
    pub from: &'static str,
    /// Steps before the file can be downloaded, if any.
    pub gate: Option<&'static str>,
}

/// A known version of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// Split of the file.
    pub split: &'static str,
    /// Name of the version.
    pub name: &'static str,
    /// Number of rows.
    pub rows: u64,
    /// Whether a newer version exists.
    pub is_older: bool,
}

impl Version {
    /// Creates a current version.
    pub const fn new(split: &'static str, name: &'static str, rows: u64) -> Self {
        Self { split, name, rows, is_older: false }
    }

    /// Creates an older version with the same file name.
    pub const fn older(split: &'static str, name: &'static str, rows: u64) -> Self {
        Self { split, name, rows, is_older: true }
    }
}

/// Arguments of a loader.
pub struct Part<'a> {
    /// Path of the file.
    pub file: &'a Path,
    /// Split by the file's name.
    pub split: &'static str,
    /// Request that the file belongs to.
    pub request: &'a Request,
}

impl Part<'_> {
    /// Returns the error for a file whose name does not determine the label.
    pub fn untold(&self, name: &'static str, source: &Source) -> BenchmarkError {
        let expected = source.files.iter().map(|(known, _)| *known).collect();
        BenchmarkError::UntoldLabel { file: self.file.to_owned(), name, expected }
    }
}

/// Reads a table into instances and adds notes on what was left out.
pub type Load = fn(&mut Table, &Part<'_>, &mut Intake<'_>) -> Result<(), BenchmarkError>;

impl Source {
    /// Returns the downloadable files of a name, or the default ones; empty if there are none.
    ///
    /// # Errors
    /// Fails if the name is not one of the benchmark's.
    pub fn subsets(
        &self,
        benchmark: &'static str,
        wanted: Option<&str>,
    ) -> Result<Vec<&'static Subset>, BenchmarkError> {
        let Some(wanted) = wanted else {
            let count = if self.is_joined { self.subsets.len() } else { 1 };
            return Ok(self.subsets.iter().take(count).collect());
        };
        let found = self.subsets.iter().find(|subset| subset.name == wanted);
        found.map(|found| vec![found]).ok_or_else(|| BenchmarkError::UnknownSubset {
            name: benchmark,
            subset: wanted.to_owned(),
            present: self.subsets.iter().map(|subset| subset.name).collect(),
        })
    }

    /// Returns whether a file has one of the benchmark's names.
    pub fn has_name_of(&self, file: &Path) -> bool {
        let (stem, _) = stem_and_extension(file);
        self.files.iter().any(|(known, _)| stem == *known)
    }

    /// Returns the split by a file's name: one of the benchmark's names, or one that is or ends in the name of
    /// a split that the benchmark has. Otherwise [`OTHER`].
    pub fn split_of(&self, file: &Path) -> &'static str {
        let (stem, _) = stem_and_extension(file);
        let last = stem.rsplit(['_', '-']).next().unwrap_or_default();
        let by_name = self.files.iter().find(|(known, _)| stem == *known);
        let by_split = || self.files.iter().find(|(_, split)| last == *split && SPLITS.contains(split));
        by_name.or_else(by_split).map_or(OTHER, |(_, split)| split)
    }

    /// Returns the known version with a number of rows. A file with another name is compared with the first
    /// split.
    pub fn version(&self, split: &str, rows: u64) -> Option<&'static Version> {
        self.versions_of(split).find(|version| version.rows == rows)
    }

    /// Returns the note on a file's number of rows; `None` if it is that of a current version.
    pub fn version_note(&self, split: &str, rows: u64) -> Option<String> {
        let present = self.versions_of(split).find(|version| !version.is_older)?;
        match self.version(split, rows) {
            Some(Version { is_older: false, .. }) => None,
            Some(Version { name, .. }) => {
                Some(format!("{rows} rows: an older version of {name}; the present one has {}", present.rows))
            }
            None => Some(format!("the file has {rows} rows; {} has {}", present.name, present.rows)),
        }
    }

    /// Returns the known versions of a split.
    pub fn versions_of(&self, split: &str) -> impl Iterator<Item = &'static Version> {
        let is_known = self.versions.iter().any(|version| version.split == split);
        let split = if is_known { split } else { self.versions.first().map_or("", |first| first.split) };
        let split = split.to_owned();
        self.versions.iter().filter(move |version| version.split == split)
    }
}
