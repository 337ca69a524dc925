//! Arguments of `info`.

use clap::Args;

use super::adapters::AdapterArgs;
use super::one_model::OneModel;

#[derive(Debug, Args)]
pub struct InfoArgs {
    #[command(flatten)]
    pub model: OneModel,
    /// Use only models that are on this machine.
    #[arg(long)]
    pub offline: bool,
    /// Print the chat template.
    #[arg(long)]
    pub template: bool,
    #[command(flatten)]
    pub adapters: AdapterArgs,
}
