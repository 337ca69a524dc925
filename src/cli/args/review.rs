//! Arguments of `judge review`.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
pub struct ReviewArgs {
    /// Run folder; a compare or sweep folder gets a sheet per run.
    #[arg(value_name = "RUN")]
    pub run: PathBuf,
    /// Number of answers to draw, spread evenly over the quadrants.
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub sample: u16,
    /// Seed of the draw.
    #[arg(short, long, default_value_t = 0, value_name = "SEED")]
    pub seed: u64,
    /// Judges to compare with the person; several form a panel [default: the run's own].
    #[arg(long, value_delimiter = ',', value_name = "JUDGE,…")]
    pub judge: Vec<String>,
    /// Sheet to write [default: review.csv in the run's folder].
    #[arg(short, long, value_name = "FILE.csv", conflicts_with = "read")]
    pub output: Option<PathBuf>,
    /// Replace an existing sheet.
    #[arg(long)]
    pub overwrite: bool,
    /// Read a sheet that has been filled in.
    #[arg(long, value_name = "FILE.csv", conflicts_with_all = ["judge", "sample", "seed", "overwrite"])]
    pub read: Option<PathBuf>,
    /// Key of the sheet [default: review.key.json in the run's folder].
    #[arg(long, value_name = "FILE.json")]
    pub key: Option<PathBuf>,
}
