//! Arguments of `bench`, under the names of llama.cpp's own benchmarks where they have them.

use clap::Args;

use super::adapters::AdapterArgs;
use super::engine::EngineArgs;
use super::format::TableOutput;
use super::one_model::OneModel;

#[derive(Clone, Debug, Args)]
pub struct BenchArgs {
    #[command(flatten)]
    pub model: OneModel,
    /// Batch widths (traces decoded in parallel) to measure [also -npl; default: 8,16,32, or -np].
    #[arg(long, value_name = "N,…", value_delimiter = ',')]
    pub widths: Vec<usize>,
    /// Tokens per prompt [also -npp].
    #[arg(long, value_name = "TOKENS", default_value_t = 128)]
    pub prompt_tokens: usize,
    /// Tokens per trace; end-of-text tokens are ignored [also -ntg].
    #[arg(long, value_name = "TOKENS", default_value_t = 64)]
    pub tokens: u32,
    /// Number of prompts.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub prompts: usize,
    /// Traces per prompt [default: the batch width].
    #[arg(long, value_name = "N")]
    pub traces: Option<u32>,
    /// Sampling temperature (with Qwen3's top-k 20 and top-p 0.8).
    #[arg(long, value_name = "T", default_value_t = 0.7, allow_negative_numbers = true)]
    pub temp: f64,
    /// Repetitions of each measurement; rates are medians.
    #[arg(short, long, value_name = "N", default_value_t = 3)]
    pub repetitions: usize,
    #[command(flatten)]
    pub table: TableOutput,
    /// Use only models that are on this machine.
    #[arg(long)]
    pub offline: bool,
    #[command(flatten)]
    pub adapters: AdapterArgs,
    #[command(flatten)]
    pub engine: EngineArgs,
}
