//! What jobs read back from `analysis.json`, of any schema version.

use std::io;
use std::path::Path;

use serde::Deserialize;

use super::error::JobError;

/// The fields of `analysis.json` that a later step needs.
#[derive(Debug, Deserialize)]
pub struct AnalysisFile {
    pub overall: OverallFields,
    pub split: SplitFields,
}

#[derive(Debug, Deserialize)]
pub struct OverallFields {
    /// Number of instances that could not be run.
    pub failed: usize,
    /// Tokens of used traces per instance.
    pub avg_tokens_per_instance: Option<f64>,
}

#[derive(Debug, Deserialize)]
pub struct SplitFields {
    /// Confidence at the split.
    pub value: Option<f64>,
}

impl AnalysisFile {
    /// Reads the file of a run folder; `None` if there is none.
    ///
    /// # Errors
    /// Fails if the file cannot be read or parsed.
    pub fn read(folder: &Path) -> Result<Option<Self>, JobError> {
        match fs_err::read_to_string(folder.join("analysis.json")) {
            Ok(text) => Ok(Some(serde_json::from_str(&text)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
