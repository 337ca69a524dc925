//! Arguments of `info`.

use clap::Args;

use super::one_model::OneModel;

#[derive(Debug, Args)]
pub struct InfoArgs {
    #[command(flatten)]
    pub model: OneModel,
    /// Use a model that is on this machine only.
    #[arg(long)]
    pub offline: bool,
    /// Print the whole chat template.
    #[arg(long)]
    pub template: bool,
}
