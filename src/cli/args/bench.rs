//! Arguments of `bench`, under the names of llama.cpp's own benchmarks where they have them.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::engine::EngineArgs;
use super::one_model::OneModel;

#[derive(Clone, Debug, Args)]
pub struct BenchArgs {
    #[command(flatten)]
    pub model: OneModel,
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
    /// table, csv or json
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "table", hide_possible_values = true)]
    pub format: OutputFormat,
    /// File for the result [default: stdout]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
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

impl BenchArgs {
    /// The format that was named.
    pub fn format(&self) -> OutputFormat {
        self.output_format().unwrap_or(self.format)
    }

    /// The file to write.
    pub fn file(&self) -> Option<&PathBuf> {
        self.output.as_ref().filter(|_| self.output_format().is_none())
    }

    /// Earlier versions took the format with -o.
    fn output_format(&self) -> Option<OutputFormat> {
        OutputFormat::from_str(self.output.as_ref()?.to_str()?, false).ok()
    }
}
