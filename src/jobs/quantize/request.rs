//! Levels to make.

use std::path::PathBuf;

use crate::model::quantize::Level;

/// Levels of a model to make.
#[derive(Clone, Debug, PartialEq)]
pub struct QuantizeRequest {
    /// The model: F16, BF16 or F32.
    pub model: String,
    /// The levels.
    pub levels: Vec<Level>,
    /// Folder for the files; the current one if absent.
    pub output: Option<PathBuf>,
    /// Take weights that are quantized already.
    pub allow_requantize: bool,
    /// Replace files that are there.
    pub overwrite: bool,
    /// Threads; the physical cores if absent.
    pub threads: Option<usize>,
}
