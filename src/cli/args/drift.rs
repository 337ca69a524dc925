//! Arguments of `drift`.

use std::path::PathBuf;

use clap::Args;

use super::adapters::AdapterArgs;
use super::engine::EngineArgs;

#[derive(Clone, Debug, Args)]
pub struct DriftArgs {
    /// Run folder of the reference, with recorded tokens, or a compare or sweep folder, for its first run.
    #[arg(value_name = "RUN", required_unless_present = "text", conflicts_with = "text")]
    pub run: Option<PathBuf>,
    /// Models to compare with the reference.
    #[arg(short, long, value_name = "MODEL,…", value_delimiter = ',', required = true)]
    pub model: Vec<String>,
    /// Reference model; with RUN only if its file has moved.
    #[arg(long, value_name = "MODEL", required_unless_present = "run")]
    pub reference: Option<String>,
    /// Number of traces per instance to read.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub traces: u32,
    /// Read a text file instead of a run, as llama-perplexity does: in chunks, comparing the second half of each.
    #[arg(long, value_name = "FILE")]
    pub text: Option<PathBuf>,
    /// Tokens per chunk of --text.
    #[arg(long, value_name = "TOKENS", default_value_t = 512, requires = "text")]
    pub chunk: usize,
    /// Write the report as JSON.
    #[arg(short, long, value_name = "FILE.json")]
    pub output: Option<PathBuf>,
    /// Use only models that are on this machine.
    #[arg(long)]
    pub offline: bool,
    #[command(flatten)]
    pub adapters: AdapterArgs,
    #[command(flatten)]
    pub engine: EngineArgs,
}
