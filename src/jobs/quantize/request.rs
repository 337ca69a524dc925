//! The request of a quantization.

use std::path::PathBuf;

use crate::model::quantize::Level;

/// A request for quantization levels of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct QuantizeRequest {
    /// Source model, in F16, BF16 or F32.
    pub model: String,
    /// Levels to make.
    pub levels: Vec<Level>,
    /// Output folder; the current folder if absent.
    pub output: Option<PathBuf>,
    /// Whether to accept weights that are already quantized.
    pub allow_requantize: bool,
    /// Whether to replace existing files.
    pub overwrite: bool,
    /// Number of threads; the number of physical cores if absent.
    pub threads: Option<usize>,
}
