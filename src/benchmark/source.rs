//! Where a benchmark's file comes from, how it is named, what is known of it, and how it is found in a
//! folder.

use std::path::{Path, PathBuf};

use super::error::BenchmarkError;
use super::instance_sink::Intake;
use super::request::Request;
use super::subset::Subset;
use super::table::{COMPRESSIONS, EXTENSIONS, Table, is_table, stem_and_extension};

/// How deep below a given folder files are looked for: deep enough for a copy of each repository.
const DEPTH: usize = 3;

/// The split of a file whose name is none of the benchmark's.
pub const OTHER: &str = "data";

/// The files of a benchmark that is read from one.
pub struct Source {
    /// File names without extension, and the split that each one holds.
    pub files: &'static [(&'static str, &'static str)],
    /// What to pass, and where it comes from: what follows "pass --data".
    pub origin: &'static str,
    /// Those of its files that are on the hub; the first unless told otherwise.
    pub subsets: &'static [Subset],
    /// Whether its files are parts of one benchmark: all that a folder or the hub has are read.
    pub is_joined: bool,
    /// The licence on the hub, as a note says it.
    pub licence: &'static str,
    /// For the list of benchmarks.
    pub about: About,
    /// The files that are known, by their rows.
    pub versions: &'static [Version],
    /// Columns that tell a file of this benchmark by its header; none where they are no one's own.
    pub header: &'static [&'static str],
    /// The column with the file's own ids, whose repetitions a check tells.
    pub ids: Option<&'static str>,
    /// Reads one of the files.
    pub load: Load,
}

/// What a person wants to know before choosing a benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// The prompts' labels.
    pub labels: &'static str,
    /// What counts as "should be refused".
    pub refused: &'static str,
    /// Where it is published.
    pub from: &'static str,
    /// What has to be done before it can be downloaded, if anything.
    pub gate: Option<&'static str>,
}

/// A file that is known to exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its split.
    pub split: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// Its rows.
    pub rows: u64,
    /// Whether another one has taken its place.
    pub is_older: bool,
}

impl Version {
    /// A present version.
    pub const fn new(split: &'static str, name: &'static str, rows: u64) -> Self {
        Self { split, name, rows, is_older: false }
    }

    /// One that went about under the same file name.
    pub const fn older(split: &'static str, name: &'static str, rows: u64) -> Self {
        Self { split, name, rows, is_older: true }
    }
}

/// What a loader is told.
pub struct Part<'a> {
    /// The file.
    pub file: &'a Path,
    /// What its name says it holds.
    pub split: &'static str,
    /// What was asked for.
    pub request: &'a Request,
}

impl Part<'_> {
    /// That the file's name does not tell its label.
    pub fn untold(&self, name: &'static str, source: &Source) -> BenchmarkError {
        let expected = source.files.iter().map(|(known, _)| *known).collect();
        BenchmarkError::UntoldLabel { file: self.file.to_owned(), name, expected }
    }
}

/// From a table to instances, with notes on what was left out.
pub type Load = fn(&mut Table, &Part<'_>, &mut Intake<'_>) -> Result<(), BenchmarkError>;

impl Source {
    /// The files to read: the one given; or those of this benchmark in the folder given, which is one
    /// unless they are parts of one benchmark.
    ///
    /// # Errors
    /// If there is none, or a folder holds several to choose from.
    pub fn locate(&self, name: &'static str, data: Option<&Path>) -> Result<Vec<PathBuf>, BenchmarkError> {
        let Some(data) = data else {
            return Err(BenchmarkError::NeedsData { name, origin: self.origin });
        };
        if !data.exists() {
            return Err(BenchmarkError::Missing(data.to_owned()));
        }
        if !data.is_dir() {
            return Ok(vec![data.to_owned()]);
        }
        let folder = data.to_owned();
        if self.files.is_empty() {
            let what = format!("the benchmark {name} is read from a file, and this is a folder");
            return Err(BenchmarkError::Unreadable { file: folder, what });
        }
        let mut found = Vec::new();
        self.search(data, DEPTH, &mut found)?;
        if found.is_empty() {
            return Err(BenchmarkError::NotInFolder { folder, name, expected: self.expected() });
        }
        if found.len() > 1 {
            let of_split = |split: &str| found.iter().filter(|file| self.split_of(file) == split).count();
            let is_ambiguous = self.files.iter().any(|(_, split)| of_split(split) > 1);
            if !self.is_joined || is_ambiguous {
                return Err(BenchmarkError::SeveralInFolder { folder, name, found });
            }
            found.sort_by_key(|file| self.files.iter().position(|(_, split)| self.split_of(file) == *split));
        }
        Ok(found)
    }

    /// The files on the hub that a name means; none if the benchmark is not there.
    ///
    /// # Errors
    /// If a name was given that is none of the benchmark's.
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

    /// The split a file holds, by its name; [`OTHER`] for a name that is none of the benchmark's.
    pub fn split_of(&self, file: &Path) -> &'static str {
        let (stem, _) = stem_and_extension(file);
        self.files.iter().find(|(known, _)| stem == *known).map_or(OTHER, |(_, split)| split)
    }

    /// The known version of a number of rows; a file by another name is held against the first split.
    pub fn version(&self, split: &str, rows: u64) -> Option<&'static Version> {
        self.versions_of(split).find(|version| version.rows == rows)
    }

    /// What is to be said of a file's number of rows; nothing where it is that of a present version.
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

    /// The versions that a file of a split may be.
    pub fn versions_of(&self, split: &str) -> impl Iterator<Item = &'static Version> {
        let is_known = self.versions.iter().any(|version| version.split == split);
        let split = if is_known { split } else { self.versions.first().map_or("", |first| first.split) };
        let split = split.to_owned();
        self.versions.iter().filter(move |version| version.split == split)
    }

    /// Folders are entered in the order of their names; links to folders and hidden folders are not.
    fn search(&self, folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), BenchmarkError> {
        let mut entries = fs_err::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
        entries.sort_by_key(fs_err::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            if entry.file_type()?.is_dir() {
                if depth > 0 && !hidden {
                    self.search(&path, depth - 1, found)?;
                }
            } else if self.split_of(&path) != OTHER && is_table(&path) && path.is_file() {
                found.push(path);
            }
        }
        Ok(())
    }

    fn expected(&self) -> String {
        let names: Vec<&str> = self.files.iter().map(|(name, _)| *name).collect();
        format!("{} (.{}; .{})", names.join(", "), EXTENSIONS.join(", ."), COMPRESSIONS.join(", ."))
    }
}
