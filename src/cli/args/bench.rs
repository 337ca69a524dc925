//! Arguments of `bench`, under the names of llama.cpp's own benchmarks where they have them.

use clap::{Args, ValueEnum};

use super::engine::EngineArgs;

#[derive(Clone, Debug, Args)]
pub struct BenchArgs {
    /// `demo`, the path of a .gguf file, or `user/repo[:LEVEL]` on the Hugging Face hub.
    #[arg(short, long, value_name = "MODEL", env = "LLAMA_ARG_MODEL", default_value = "demo")]
    pub model: String,
    /// Traces side by side, one measurement each [also -npl; default: 8,16,32, or what -np says].
    #[arg(long, value_name = "N,…", value_delimiter = ',')]
    pub widths: Vec<usize>,
    /// Tokens of a prompt [also -npp].
    #[arg(long, value_name = "TOKENS", default_value_t = 128)]
    pub prompt_tokens: usize,
    /// Tokens of a trace; the end of a text is ignored [also -ntg].
    #[arg(long, value_name = "TOKENS", default_value_t = 64)]
    pub tokens: u32,
    /// Prompts.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub prompts: usize,
    /// Traces of a prompt [default: as many as run side by side].
    #[arg(long, value_name = "N")]
    pub traces: Option<u32>,
    /// Temperature of the draws (with Qwen3's top-k 20 and top-p 0.8).
    #[arg(long, value_name = "T", default_value_t = 0.7, allow_negative_numbers = true)]
    pub temp: f64,
    /// Repetitions of each measurement: rates are their medians.
    #[arg(short, long, value_name = "N", default_value_t = 3)]
    pub repetitions: usize,
    /// What to print.
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value = "table")]
    pub output: OutputFormat,
    /// Use a model that is on this machine only.
    #[arg(long)]
    pub offline: bool,
    #[command(flatten)]
    pub engine: EngineArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    Table,
    Csv,
    Json,
}
