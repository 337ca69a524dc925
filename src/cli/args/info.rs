//! Arguments of `info`.

use clap::Args;

#[derive(Debug, Args)]
pub struct InfoArgs {
    /// `demo`, the path of a .gguf file, or `user/repo[:LEVEL]` on the Hugging Face hub.
    #[arg(value_name = "MODEL")]
    pub model: String,
    /// Use a model that is on this machine only.
    #[arg(long)]
    pub offline: bool,
    /// Print the whole chat template.
    #[arg(long)]
    pub template: bool,
}
