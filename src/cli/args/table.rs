//! Arguments of `table`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Clone, Debug, Args)]
pub struct TableArgs {
    /// Run folders, a row each.
    #[arg(value_name = "RUN", required = true)]
    pub runs: Vec<PathBuf>,
    /// What to print: csv and json have every field, text and md those that a level is chosen by.
    #[arg(short = 'o', long, value_enum, value_name = "FORMAT", default_value = "text")]
    pub format: TableFormat,
    /// Whose verdicts count, as `judge` left them [default: the run's own].
    #[arg(long, value_delimiter = ',', value_name = "JUDGE,…")]
    pub judge: Vec<String>,
    /// Write it there instead.
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    Text,
    Csv,
    Json,
    Md,
}
