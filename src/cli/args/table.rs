//! Arguments of `table`.

use std::path::PathBuf;

use clap::Args;

use super::format::TableOutput;

#[derive(Clone, Debug, Args)]
pub struct TableArgs {
    /// Run, compare or sweep folders; one row per run
    #[arg(value_name = "RUN", required = true)]
    pub runs: Vec<PathBuf>,
    /// Judges whose verdicts count, added by `judge`; several form a panel [default: the run's own]
    #[arg(long, value_delimiter = ',', value_name = "JUDGE,…")]
    pub judge: Vec<String>,
    #[command(flatten)]
    pub table: TableOutput,
}
