//! Arguments of `sweep`.

use clap::Args;

use super::args::RunArgs;

/// Everything that `run` takes, for all cells, and lists of what differs between them.
#[derive(Clone, Debug, Args)]
pub struct SweepArgs {
    /// More models beside --model, as a shell's braces leave them.
    #[arg(value_name = "MODEL")]
    pub more_models: Vec<String>,
    #[command(flatten)]
    pub run: RunArgs,
    /// Stop rules, one cell each: baseline (one trace), fixed:N, or a rule of --stop, with its traces if they are
    /// not --min-traces and --max-traces: consensus:3-10 [default: --stop].
    #[arg(long, value_name = "POLICY,…", value_delimiter = ',', help_heading = "Sweep")]
    pub policies: Vec<String>,
    /// Seeds, one cell each: 0,1,2 or 0-4 [default: --seed].
    #[arg(long, value_name = "SEED,…", value_delimiter = ',', help_heading = "Sweep")]
    pub seeds: Vec<String>,
    /// Show the cells, disk, memory, tokens and time they take, and what difference so many prompts could show;
    /// run nothing.
    #[arg(long, help_heading = "Sweep")]
    pub dry_run: bool,
    /// Do not measure how far models are from the first one on its answers (`drift`).
    #[arg(long, help_heading = "Sweep")]
    pub no_drift: bool,
    /// Traces of each instance that drift is measured on, the first ones.
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "Sweep", value_parser = clap::value_parser!(u32).range(1..))]
    pub drift_traces: u32,
}
