//! How runs are held against a reference.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::analysis::paired::{RESAMPLES, SEED};
use crate::stats::Draws;
use crate::stats::multiple_testing::Correction;

/// Runs over the same prompts, instance by instance.
#[derive(Debug, Args)]
pub struct PairedArgs {
    /// What the others are held against: a run folder, or a file of traces of another program.
    #[arg(value_name = "REFERENCE")]
    pub reference: PathBuf,
    /// Runs over the same prompts.
    #[arg(required = true, value_name = "RUN")]
    pub runs: Vec<PathBuf>,
    /// How p-values are adjusted, over all metrics of all runs: Holm's or Benjamini and Hochberg's.
    #[arg(long, value_enum, default_value_t = CorrectionName::Holm, value_name = "holm|bh", hide_possible_values = true)]
    pub correction: CorrectionName,
    /// Resamples of the intervals, and permutations.
    #[arg(long, default_value_t = RESAMPLES, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub resamples: u32,
    /// Seed of the resamples.
    #[arg(long, default_value_t = SEED, value_name = "SEED")]
    pub seed: u64,
    /// Judges whose verdicts count, several as a panel [default: each run's own].
    #[arg(long, value_delimiter = ',', value_name = "JUDGE,…")]
    pub judge: Vec<String>,
    /// csv (a row a run and metric), json, md, text [default: by the file's name, else text].
    #[arg(long, value_enum, value_name = "FORMAT", hide_possible_values = true)]
    pub format: Option<Format>,
    /// File for the result [default: stdout].
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// A correction as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CorrectionName {
    Holm,
    #[value(alias = "benjamini-hochberg")]
    Bh,
}

/// How a result is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Csv,
    Json,
    #[value(alias = "markdown")]
    Md,
}

impl PairedArgs {
    /// Resamples and their seed.
    pub fn draws(&self) -> Draws {
        Draws { count: self.resamples, seed: self.seed }
    }

    /// The correction.
    pub fn correction(&self) -> Correction {
        match self.correction {
            CorrectionName::Holm => Correction::Holm,
            CorrectionName::Bh => Correction::BenjaminiHochberg,
        }
    }

    /// The format that was named, or that of the file's name.
    pub fn format(&self) -> Format {
        let extension = self.output.as_deref().and_then(Path::extension).and_then(|name| name.to_str());
        let by_name = match extension {
            Some("csv") => Format::Csv,
            Some("json") => Format::Json,
            Some("md") => Format::Md,
            _ => Format::Text,
        };
        self.format.unwrap_or(by_name)
    }
}
