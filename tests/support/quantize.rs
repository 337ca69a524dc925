//! Other weights of the demo model, made by llama.cpp's quantizer.

use std::path::Path;

use safety_deepconf::model::quantize::{self, Job, Level, Silent};

/// Writes `from` as `to` at a level.
pub fn quantize(from: &Path, to: &Path, level: &str) {
    let level: Level = level.parse().unwrap();
    let job = Job { source: from, target: to, level, allow_requantize: false, threads: 1 };
    quantize::quantize(&job, &mut Silent).unwrap();
}
