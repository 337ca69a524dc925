//! Arguments about the hub, under llama.cpp's names.

use clap::Args;
use clap::builder::FalseyValueParser;

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Hub (llama.cpp's names)")]
pub struct HubArgs {
    /// Model on the Hugging Face hub; never a path [also -hf].
    #[arg(long, value_name = "USER/REPO[:LEVEL]", env = "LLAMA_ARG_HF_REPO")]
    pub hf_repo: Option<String>,
    /// File of --hf-repo, instead of a level [also -hff].
    #[arg(long, value_name = "FILE", requires = "hf_repo")]
    pub hf_file: Option<String>,
    /// Use only models and data sets that are on this machine.
    #[arg(long, env = "LLAMA_ARG_OFFLINE", value_parser = FalseyValueParser::new())]
    pub offline: bool,
}

impl HubArgs {
    /// Returns the model that --hf-repo and --hf-file name, as --model takes it.
    pub fn model_name(&self) -> Option<String> {
        let repository = self.hf_repo.as_ref()?;
        let name = repository.strip_prefix("hf:").unwrap_or(repository);
        Some(match &self.hf_file {
            // As in llama.cpp, the file counts and the level does not.
            Some(file) => format!("hf:{}:{file}", name.split(':').next().unwrap_or_default()),
            None => format!("hf:{name}"),
        })
    }
}

#[derive(Debug, Args)]
pub struct FetchArgs {
    /// Models: user/repo, user/repo:LEVEL or user/repo:FILE.gguf.
    #[arg(value_name = "MODEL", required_unless_present = "model")]
    pub models: Vec<String>,
    /// Same as MODEL; may be repeated
    #[arg(short, long, value_name = "MODEL")]
    pub model: Vec<String>,
    /// Check cached files; download nothing.
    #[arg(long)]
    pub offline: bool,
}
