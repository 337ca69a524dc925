//! Arguments of `drift`.

use std::path::PathBuf;

use clap::Args;

use super::engine::EngineArgs;

#[derive(Clone, Debug, Args)]
pub struct DriftArgs {
    /// Folder of the reference's run, with recorded tokens; its answers are what both models read.
    #[arg(value_name = "RUN", required_unless_present = "text", conflicts_with = "text")]
    pub run: Option<PathBuf>,
    /// The models to hold against the reference: `demo`, paths, names on the hub.
    #[arg(short, long, value_name = "MODEL,…", value_delimiter = ',', required = true)]
    pub model: Vec<String>,
    /// The reference: where its file is now, if not where the run had it; with --text, the model.
    #[arg(long, value_name = "MODEL", required_unless_present = "run")]
    pub reference: Option<String>,
    /// Traces of each instance, the first ones.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub traces: u32,
    /// A plain text instead of a run, as llama-perplexity reads it: in chunks, the second half of each compared.
    #[arg(long, value_name = "FILE")]
    pub text: Option<PathBuf>,
    /// Tokens of a chunk of --text.
    #[arg(long, value_name = "TOKENS", default_value_t = 512, requires = "text")]
    pub chunk: usize,
    /// Write the report there as JSON.
    #[arg(short, long, value_name = "FILE.json")]
    pub output: Option<PathBuf>,
    /// Use models that are on this machine only.
    #[arg(long)]
    pub offline: bool,
    #[command(flatten)]
    pub engine: EngineArgs,
}
