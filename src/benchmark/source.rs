//! Where a benchmark's file comes from, how it is named, and how it is found in a folder.

use std::path::{Path, PathBuf};

use super::table::EXTENSIONS;
use super::{BenchmarkError, Request};
use crate::model::hub::DatasetFile;
use crate::record::Instance;

/// How deep below a given folder files are looked for: deep enough for a copy of each repository.
const DEPTH: usize = 3;

/// The files of a benchmark that is read from one.
pub struct Source {
    /// File names without extension, and the split that each one holds.
    pub files: &'static [(&'static str, &'static str)],
    /// What to pass, and where it comes from: what follows "pass --data".
    pub origin: &'static str,
    /// Those of its files that are on the hub; the first unless told otherwise.
    pub subsets: &'static [Subset],
    /// The licence on the hub, as a note says it.
    pub licence: &'static str,
    /// Reads one of the files.
    pub load: Load,
}

/// A file of a benchmark on the hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subset {
    /// As `--subset` names it.
    pub name: &'static str,
    /// Where it is.
    pub file: DatasetFile,
}

/// From a file to its instances, with notes on what was left out.
pub type Load = fn(&Path, &Request, &mut Vec<String>) -> Result<Vec<Instance>, BenchmarkError>;

impl Source {
    /// The file to read: the one given, or the only one of this benchmark in the folder given.
    ///
    /// # Errors
    /// If there is none, or a folder holds several.
    pub fn locate(&self, name: &'static str, data: Option<&Path>) -> Result<PathBuf, BenchmarkError> {
        let Some(data) = data else {
            return Err(BenchmarkError::NeedsData { name, origin: self.origin });
        };
        if !data.exists() {
            return Err(BenchmarkError::Missing(data.to_owned()));
        }
        if !data.is_dir() {
            return Ok(data.to_owned());
        }
        let mut found = Vec::new();
        self.search(data, DEPTH, &mut found)?;
        match found.as_slice() {
            [one] => Ok(one.clone()),
            [] => {
                Err(BenchmarkError::NotInFolder { folder: data.to_owned(), name, expected: self.expected() })
            }
            _ => Err(BenchmarkError::SeveralInFolder { folder: data.to_owned(), name, found }),
        }
    }

    /// The file on the hub that a name means; none if the benchmark is not there.
    ///
    /// # Errors
    /// If a name was given that is none of the benchmark's.
    pub fn subset(
        &self,
        benchmark: &'static str,
        wanted: Option<&str>,
    ) -> Result<Option<&'static Subset>, BenchmarkError> {
        let Some(wanted) = wanted else { return Ok(self.subsets.first()) };
        let found = self.subsets.iter().find(|subset| subset.name == wanted);
        found.map(Some).ok_or_else(|| BenchmarkError::UnknownSubset {
            name: benchmark,
            subset: wanted.to_owned(),
            present: self.subsets.iter().map(|subset| subset.name).collect(),
        })
    }

    /// The split a file holds, by its name; `data` for a name that is none of the benchmark's.
    pub fn split_of(&self, file: &Path) -> &'static str {
        let stem = file.file_stem().unwrap_or_default();
        self.files.iter().find(|(known, _)| stem == *known).map_or("data", |(_, split)| split)
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
            } else if self.is_ours(&path) && path.is_file() {
                found.push(path);
            }
        }
        Ok(())
    }

    fn is_ours(&self, path: &Path) -> bool {
        let extension = path.extension().unwrap_or_default();
        self.split_of(path) != "data" && EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known))
    }

    fn expected(&self) -> String {
        let names: Vec<&str> = self.files.iter().map(|(name, _)| *name).collect();
        format!("{} (.{})", names.join(", "), EXTENSIONS.join(", ."))
    }
}
