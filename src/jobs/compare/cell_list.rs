//! `compare.json`: the cells of a comparison, so that it can continue.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::jobs::error::JobError;
use crate::store::StoreError;
use crate::store::folder::RunFolder;

/// The contents of `compare.json` in the folder of a comparison.
#[derive(Debug, Serialize, Deserialize)]
pub struct CellList {
    /// Version of the schema.
    pub schema_version: u32,
    /// Names of the cells' folders, the reference first.
    pub cells: Vec<String>,
}

/// Name of the list.
pub const CELL_LIST: &str = "compare.json";
/// Names of the tables.
pub const COMPARISON: [&str; 4] = ["comparison.json", "comparison.csv", "paired.json", "paired.csv"];

/// Reads the list in a folder, if there is one.
///
/// # Errors
/// Fails if the list cannot be read.
pub fn read_list(path: &Path) -> Result<Option<CellList>, JobError> {
    let file = path.join(CELL_LIST);
    if !file.is_file() {
        return Ok(None);
    }
    let text = fs_err::read_to_string(&file)?;
    let list = serde_json::from_str(&text)
        .map_err(|error| StoreError::Manifest { file: file.clone(), what: error.to_string() })?;
    Ok(Some(list))
}

/// Removes the tables and cells of an earlier comparison from a folder.
///
/// # Errors
/// Fails if a run still writes there, or a file cannot be removed.
pub fn clear_earlier(path: &Path) -> Result<(), JobError> {
    let is_name = |name: &String| Path::new(name).components().count() == 1 && !name.starts_with('.');
    for name in
        read_list(path)?.map(|list| list.cells).unwrap_or_default().iter().filter(|name| is_name(name))
    {
        let folder: PathBuf = path.join(name);
        if folder.is_dir() {
            RunFolder::create(&folder, true)?;
            // The folder stays if it holds files of others.
            let _ = fs_err::remove_dir(&folder);
        }
    }
    for name in COMPARISON.into_iter().chain([CELL_LIST]) {
        let file = path.join(name);
        if file.is_file() {
            fs_err::remove_file(file)?;
        }
    }
    Ok(())
}
