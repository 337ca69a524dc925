//! Arguments of `diff`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::format::TableOutput;
use crate::analysis::paired::{RESAMPLES, SEED};
use crate::stats::Draws;
use crate::stats::multiple_testing::Correction;

#[derive(Debug, Args)]
pub struct PairedArgs {
    /// Reference: a run folder, or a trace file of another program.
    #[arg(value_name = "REFERENCE")]
    pub reference: PathBuf,
    /// Runs over the same prompts; compare and sweep folders stand for their runs.
    #[arg(required = true, value_name = "RUN")]
    pub runs: Vec<PathBuf>,
    /// Adjustment of p-values over all metrics of all runs: holm, or bh (Benjamini-Hochberg).
    #[arg(long, default_value = "holm", value_name = "holm|bh", hide_possible_values = true,
        value_parser = PossibleValuesParser::new(["holm", "bh", "benjamini-hochberg"]).try_map(|text| Correction::from_str(&text)))]
    pub correction: Correction,
    /// Number of bootstrap resamples and of permutations.
    #[arg(long, default_value_t = RESAMPLES, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub resamples: u32,
    /// Seed of the resamples and permutations.
    #[arg(long, default_value_t = SEED, value_name = "SEED")]
    pub seed: u64,
    /// Judges whose verdicts count, added by `judge`; several form a panel [default: each run's own].
    #[arg(long, value_delimiter = ',', value_name = "JUDGE,…")]
    pub judge: Vec<String>,
    /// Compare runs that lack instances too.
    #[arg(long)]
    pub allow_incomplete: bool,
    #[command(flatten)]
    pub table: TableOutput,
}

impl PairedArgs {
    /// Returns number and seed of the resamples.
    pub fn draws(&self) -> Draws {
        Draws { count: self.resamples, seed: self.seed }
    }
}
