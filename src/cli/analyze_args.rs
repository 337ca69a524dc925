//! How records are to be read again.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::args::measure;
use crate::deepconf::split::Split;
use crate::deepconf::weight::VoteWeight;
use crate::plan::Settings;
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
    #[arg(long, value_name = "MEASURE", value_parser = measure)]
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
    pub fn intervals(&self) -> RateInterval {
        match self.intervals {
            IntervalName::Wilson => RateInterval::Wilson,
            IntervalName::ClopperPearson => RateInterval::ClopperPearson,
        }
    }

    /// Whether several runs are read as one.
    pub fn is_pooled(&self) -> bool {
        self.pool && self.runs.len() > 1
    }

    /// Puts what was typed over a run's settings.
    pub fn change(&self, settings: &mut Settings) {
        let reading = &mut settings.reading;
        reading.confidence = self.confidence.unwrap_or(reading.confidence);
        reading.window = self.window.unwrap_or(reading.window);
        reading.vote = self.vote.unwrap_or(reading.vote);
        reading.split = self.split.unwrap_or(reading.split);
    }
}
