//! Arguments of `analyze`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::deepconf::split::Split;
use crate::deepconf::weight::VoteWeight;
use crate::jobs::analyze::AnalyzeRequest;
use crate::record::Measure;
use crate::stats::proportion::RateInterval;

#[derive(Debug, Args)]
pub struct AnalyzeArgs {
    /// Run folders, or trace files of other programs (docs/files.md).
    #[arg(required = true, value_name = "RUN")]
    pub runs: Vec<PathBuf>,
    /// Analyse all runs as one data set, such as a benchmark of unsafe and one of safe prompts.
    #[arg(long)]
    pub pool: bool,
    /// Confidence measure [default: the run's].
    #[arg(long, value_name = "MEASURE")]
    pub confidence: Option<Measure>,
    /// Tokens per group in group confidence [default: the run's].
    #[arg(long, value_name = "TOKENS")]
    pub window: Option<usize>,
    /// Top tokens per token confidence; fewer than 20 need a run with --record top.
    #[arg(short, long = "confidence-top", value_name = "K")]
    pub k: Option<usize>,
    /// Weight of each trace's vote [default: the run's].
    #[arg(long, value_name = "WEIGHT")]
    pub vote: Option<VoteWeight>,
    /// Confidence at which confident begins [default: the run's].
    #[arg(long, value_name = "SPLIT")]
    pub split: Option<Split>,
    /// Confidence intervals of rates: wilson, or clopper-pearson (conservative).
    #[arg(long, default_value = "wilson", value_name = "NAME", hide_possible_values = true,
        value_parser = PossibleValuesParser::new(["wilson", "clopper-pearson"]).try_map(|text| RateInterval::from_str(&text)))]
    pub intervals: RateInterval,
    /// Judges whose verdicts count, added by `judge`; several form a panel [default: the run's own].
    #[arg(long, value_delimiter = ',', value_name = "JUDGE,…")]
    pub judge: Vec<String>,
    /// Pool runs that lack instances too.
    #[arg(long, requires = "pool")]
    pub allow_incomplete: bool,
    /// Folder for the files, with a subfolder per run if there are several [default: the
    /// run's folder; with other settings, nothing is written].
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Replace the folder's contents.
    #[arg(long, requires = "output")]
    pub overwrite: bool,
}

impl AnalyzeArgs {
    /// Returns the request.
    pub fn request(&self) -> AnalyzeRequest {
        AnalyzeRequest {
            runs: self.runs.clone(),
            pool: self.pool,
            confidence: self.confidence,
            window: self.window,
            k: self.k,
            vote: self.vote,
            split: self.split,
            intervals: self.intervals,
            judges: self.judge.clone(),
            allow_incomplete: self.allow_incomplete,
            output: self.output.clone(),
            overwrite: self.overwrite,
        }
    }
}
