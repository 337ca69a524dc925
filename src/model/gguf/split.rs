//! Files that are one part of a model: their place among the parts, and one header for all parts.
//!
//! The keys are those of llama.cpp's `gguf-split`: `split.no`, `split.count`, `split.tensors.count`. Only the
//! first part has the metadata of the model.

use std::collections::HashSet;

use super::error::GgufError;
use super::header::Header;
use super::sanity;

const NUMBER: &str = "split.no";
const COUNT: &str = "split.count";
const TENSORS: &str = "split.tensors.count";

/// Place of a file among the parts of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    /// Number of the part, from 1; `split.no` counts from 0. `None` if the key is missing.
    pub number: Option<u64>,
    /// Number of parts, at least 2: `split.count`.
    pub count: u64,
    /// Number of tensors of all parts together: `split.tensors.count`. `None` if the key is missing.
    pub tensors: Option<u64>,
}

/// Error of joining the headers of the parts of a model.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// Two parts have a tensor of the same name.
    #[error("tensor {0:?} is in two parts")]
    Twice(String),
    /// The parts have another number of tensors than the first one states.
    #[error("the parts have {found} tensors together, but split.tensors.count is {expected}")]
    Tensors {
        /// Number of tensors found.
        found: u64,
        /// Value of `split.tensors.count`.
        expected: u64,
    },
    /// The model as a whole breaks a rule of valid models.
    #[error(transparent)]
    Whole(#[from] GgufError),
}

impl Header {
    /// Returns the place of the file among the parts of a model; `None` if the file is a whole model.
    #[must_use]
    pub fn split(&self) -> Option<Split> {
        let count = self.unsigned(COUNT).filter(|&count| count > 1)?;
        let number = self.unsigned(NUMBER).map(|number| number + 1);
        Some(Split { number, count, tensors: self.unsigned(TENSORS) })
    }

    /// Returns a header of the whole model: the metadata of the first part without the keys of the split, the
    /// tensors of all parts in order, and the length of all files together.
    ///
    /// # Errors
    /// Returns [`JoinError`] if the parts do not make one valid model.
    pub fn joined(self, others: Vec<Self>) -> Result<Self, JoinError> {
        let stated = self.split().and_then(|split| split.tensors);
        let mut whole = self;
        for key in [NUMBER, COUNT, TENSORS] {
            whole.metadata.remove(key);
        }
        for part in others {
            whole.file_size = whole.file_size.saturating_add(part.file_size);
            whole.tensors.extend(part.tensors);
        }
        let mut names = HashSet::new();
        if let Some(twice) = whole.tensors.iter().find(|tensor| !names.insert(tensor.name.as_str())) {
            return Err(JoinError::Twice(twice.name.clone()));
        }
        let found = whole.tensors.len() as u64;
        if let Some(expected) = stated.filter(|&expected| expected != found) {
            return Err(JoinError::Tensors { found, expected });
        }
        sanity::check(&whole)?;
        Ok(whole)
    }
}
