//! Arguments of `quantize`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

use super::one_model::OneModel;

use crate::model::quantize::Level;
use crate::settings::llama_values::{Choice, number_or_zero};

#[derive(Clone, Debug, Args)]
pub struct QuantizeArgs {
    #[command(flatten)]
    pub model: OneModel,
    /// Quantization levels to make, such as Q8_0 or Q4_K_M: those of llama.cpp that need no importance matrix.
    #[arg(long, value_delimiter = ',', value_name = "LEVEL,…", required = true, value_parser = Level::from_str)]
    pub levels: Vec<Level>,
    /// Folder for the files [default: the current folder].
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Allow a source that is already quantized; the result is worse than from the original.
    #[arg(long)]
    pub allow_requantize: bool,
    /// Replace existing files.
    #[arg(long)]
    pub overwrite: bool,
    /// Threads; the result does not depend on them [default: physical cores].
    #[arg(short, long, value_name = "N", env = "LLAMA_ARG_THREADS", value_parser = number_or_zero, allow_negative_numbers = true)]
    pub threads: Option<Choice<usize>>,
    /// Use only models that are on this machine.
    #[arg(long)]
    pub offline: bool,
}
