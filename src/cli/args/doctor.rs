//! Arguments of `doctor`.

use clap::Args;

#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Model to check and to measure.
    #[arg(short, long, value_name = "MODEL", default_value = "demo")]
    pub model: String,
    /// Ask the hub for an answer.
    #[arg(long)]
    pub hub: bool,
    /// Use only models that are on this machine.
    #[arg(long)]
    pub offline: bool,
}
