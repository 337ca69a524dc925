//! The run folders that paths stand for: a comparison or a sweep stands for all its runs.

use std::path::{Path, PathBuf};

use super::error::{InputError, JobError};
use crate::store::folder::MANIFEST;

/// Files that list the runs of a folder.
const LISTS: [&str; 2] = ["compare.json", "sweep.json"];

/// Replaces each comparison or sweep by the runs begun in it, in its order. Other paths stay as they are.
///
/// # Errors
/// Fails if the list of runs cannot be read, or none of its runs has begun.
pub fn run_folders(paths: &[PathBuf]) -> Result<Vec<PathBuf>, JobError> {
    let mut found = Vec::new();
    for path in paths {
        match list_of(path) {
            Some(list) => found.extend(cells(path, &list)?),
            None => found.push(path.clone()),
        }
    }
    Ok(found)
}

fn list_of(path: &Path) -> Option<PathBuf> {
    if path.join(MANIFEST).exists() {
        return None;
    }
    LISTS.iter().map(|name| path.join(name)).find(|file| file.is_file())
}

fn cells(path: &Path, list: &Path) -> Result<Vec<PathBuf>, JobError> {
    let text = fs_err::read_to_string(list)?;
    let value: serde_json::Value = serde_json::from_str(&text)
        .map_err(|error| InputError::plain(format!("{}: {error}", list.display())))?;
    let names = value["cells"].as_array().into_iter().flatten();
    // compare.json lists names, sweep.json lists objects.
    let names = names.filter_map(|cell| cell.as_str().or_else(|| cell["name"].as_str()));
    let is_plain = |name: &&str| Path::new(name).components().count() == 1 && !name.starts_with('.');
    let begun: Vec<PathBuf> = names
        .filter(is_plain)
        .map(|name| path.join(name))
        .filter(|cell| cell.join(MANIFEST).is_file())
        .collect();
    if begun.is_empty() {
        return Err(InputError::plain(format!("{} lists no run that has begun", list.display())).into());
    }
    Ok(begun)
}
