//! How records are to be read again.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::deepconf::split::Split;
use crate::deepconf::weight::VoteWeight;
use crate::jobs::analyze::AnalyzeRequest;
use crate::record::Measure;
use crate::stats::proportion::RateInterval;

/// Without an option the run's own files are made again.
#[derive(Debug, Args)]
pub struct AnalyzeArgs {
    /// Run folders, or files of traces of other programs (docs/files.md).
    #[arg(required = true, value_name = "RUN")]
    pub runs: Vec<PathBuf>,
    /// All of them as one set: a benchmark of unsafe prompts with one of safe prompts.
    #[arg(long)]
    pub pool: bool,
    /// Measure of confidence [default: the run's].
    #[arg(long, value_name = "MEASURE")]
    pub confidence: Option<Measure>,
    /// Tokens per group [default: the run's].
    #[arg(long, value_name = "TOKENS")]
    pub window: Option<usize>,
    /// Likeliest tokens of a token confidence; less than 20 needs a run with --record top.
    #[arg(short, long = "confidence-top", value_name = "K")]
    pub k: Option<usize>,
    /// Weight of a trace's vote [default: the run's].
    #[arg(long, value_name = "WEIGHT")]
    pub vote: Option<VoteWeight>,
    /// Where confident begins [default: the run's].
    #[arg(long, value_name = "SPLIT")]
    pub split: Option<Split>,
    /// Intervals of the rates: wilson, or clopper-pearson, which covers at least as often as it says.
    #[arg(long, value_enum, default_value_t = IntervalName::Wilson, value_name = "NAME", hide_possible_values = true)]
    pub intervals: IntervalName,
    /// Judges whose verdicts count, several as a panel [default: the run's own]; `judge` adds them.
    #[arg(long, value_delimiter = ',', value_name = "JUDGE,…")]
    pub judge: Vec<String>,
    /// Folder for the files, one folder a run if there are several; a file of traces becomes a run folder.
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Replace what is in that folder.
    #[arg(long, requires = "output")]
    pub overwrite: bool,
}

/// An interval as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum IntervalName {
    Wilson,
    ClopperPearson,
}

impl AnalyzeArgs {
    /// The interval of a rate.
    fn intervals(&self) -> RateInterval {
        match self.intervals {
            IntervalName::Wilson => RateInterval::Wilson,
            IntervalName::ClopperPearson => RateInterval::ClopperPearson,
        }
    }

    /// As a request.
    pub fn request(&self) -> AnalyzeRequest {
        AnalyzeRequest {
            runs: self.runs.clone(),
            pool: self.pool,
            confidence: self.confidence,
            window: self.window,
            k: self.k,
            vote: self.vote,
            split: self.split,
            intervals: self.intervals(),
            judges: self.judge.clone(),
            output: self.output.clone(),
            overwrite: self.overwrite,
        }
    }
}
