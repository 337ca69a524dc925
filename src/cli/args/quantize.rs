//! What `quantize` is asked for.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

use crate::model::quantize::Level;

#[derive(Clone, Debug, Args)]
pub struct QuantizeArgs {
    /// `demo`, the path of a .gguf file, or `user/repo[:LEVEL]` on the Hugging Face hub; F16, BF16 or F32.
    #[arg(value_name = "MODEL")]
    pub model: String,
    /// Levels to make, whatever their case: Q8_0, Q4_K_M …; those of llama.cpp that need no importance
    /// matrix.
    #[arg(long, value_delimiter = ',', value_name = "LEVEL,…", required = true, value_parser = Level::from_str)]
    pub levels: Vec<Level>,
    /// Folder for the files [default: the current one].
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Take weights that are quantized already; what comes of them is worse than from the original.
    #[arg(long)]
    pub allow_requantize: bool,
    /// Replace files that are there.
    #[arg(long)]
    pub overwrite: bool,
    /// Threads; the bytes do not depend on them [default: physical cores].
    #[arg(short, long, value_name = "N", env = "LLAMA_ARG_THREADS")]
    pub threads: Option<usize>,
    /// Use a model that is on this machine only.
    #[arg(long)]
    pub offline: bool,
}
