//! The search for a benchmark's files in a folder.

use std::path::{Path, PathBuf};

use super::error::BenchmarkError;
use super::source::{OTHER, Source};
use super::table::{COMPRESSIONS, EXTENSIONS, is_table, stem_and_extension};

/// Maximum depth of the search below a folder: enough for a copy of each repository.
const DEPTH: usize = 3;

/// Files of a benchmark.
#[derive(Debug)]
pub struct Located {
    /// Files to read.
    pub files: Vec<PathBuf>,
    /// Note on files that are not read.
    pub note: Option<String>,
}

impl Source {
    /// Returns the files to read: the given file, or the benchmark's files in the given folder. A folder must
    /// contain exactly one, unless the files are parts of one benchmark. If it contains none of the
    /// benchmark's names, files named after a split are searched, of which the default one is read.
    ///
    /// # Errors
    /// Fails if there is no file, or if a folder contains several alternatives.
    pub fn locate(&self, name: &'static str, data: Option<&Path>) -> Result<Located, BenchmarkError> {
        let Some(data) = data else {
            return Err(BenchmarkError::NeedsData { name, origin: self.origin });
        };
        if !data.exists() {
            return Err(BenchmarkError::Missing(data.to_owned()));
        }
        if !data.is_dir() {
            return Ok(Located { files: vec![data.to_owned()], note: None });
        }
        let folder = data.to_owned();
        if self.files.is_empty() {
            let what = format!("this is a folder, but the benchmark {name} needs a file");
            return Err(BenchmarkError::Unreadable { file: folder, what });
        }
        let mut found = self.named_in(data)?;
        if found.is_empty() {
            return self.split_in(data, name);
        }
        if found.len() > 1 {
            let of_split = |split: &str| found.iter().filter(|file| self.split_of(file) == split).count();
            let is_ambiguous = self.files.iter().any(|(_, split)| of_split(split) > 1);
            if !self.is_joined || is_ambiguous {
                return Err(BenchmarkError::SeveralInFolder { folder, name, found });
            }
            found.sort_by_key(|file| self.files.iter().position(|(_, split)| self.split_of(file) == *split));
        }
        Ok(Located { files: found, note: None })
    }

    /// Returns the files in a folder, and below it, that have one of the benchmark's names.
    pub fn named_in(&self, folder: &Path) -> Result<Vec<PathBuf>, BenchmarkError> {
        let mut found = Vec::new();
        self.search(folder, DEPTH, &mut found)?;
        Ok(found)
    }

    /// Returns the file directly in a folder that is named after a split. Of several, it is the one of the
    /// split that would be downloaded.
    fn split_in(&self, folder: &Path, name: &'static str) -> Result<Located, BenchmarkError> {
        let mut found: Vec<PathBuf> = Vec::new();
        for entry in fs_err::read_dir(folder)? {
            let path = entry?.path();
            let split = self.split_of(&path);
            let is_split = split != OTHER && stem_and_extension(&path).0 == split;
            if is_split && is_table(&path) && path.is_file() {
                found.push(path);
            }
        }
        found.sort();
        let usual = self.subsets.first().map_or("", |subset| subset.name);
        let of_usual: Vec<usize> =
            (0..found.len()).filter(|&index| self.split_of(&found[index]) == usual).collect();
        let folder = folder.to_owned();
        match (found.len(), of_usual.as_slice()) {
            (0, _) => Err(BenchmarkError::NotInFolder { folder, name, expected: self.expected() }),
            (1, _) => Ok(Located { files: found, note: None }),
            (_, [index]) => {
                let file = found.remove(*index);
                let names: Vec<String> = found.iter().map(|file| base(file)).collect();
                let note = format!("{} is read, not {}", base(&file), names.join(", "));
                Ok(Located { files: vec![file], note: Some(note) })
            }
            _ => Err(BenchmarkError::SeveralInFolder { folder, name, found }),
        }
    }

    /// Searches a folder. Enters subfolders sorted by name, but no links to folders and no hidden folders.
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
            } else if self.has_name_of(&path) && is_table(&path) && path.is_file() {
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

fn base(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
