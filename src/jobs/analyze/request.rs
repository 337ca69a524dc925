//! How recorded runs are to be read.

use std::path::PathBuf;

use crate::deepconf::split::Split;
use crate::deepconf::weight::VoteWeight;
use crate::record::Measure;
use crate::settings::Settings;
use crate::stats::proportion::RateInterval;

/// Runs to analyse; what is absent is as the run had it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AnalyzeRequest {
    /// Run folders, or files of traces of other programs.
    pub runs: Vec<PathBuf>,
    /// Read all of them as one.
    pub pool: bool,
    /// Measure of confidence.
    pub confidence: Option<Measure>,
    /// Tokens per group.
    pub window: Option<usize>,
    /// Top tokens of a token confidence.
    pub k: Option<usize>,
    /// Weight of a vote.
    pub vote: Option<VoteWeight>,
    /// Where confident begins.
    pub split: Option<Split>,
    /// Intervals of the rates.
    pub intervals: RateInterval,
    /// Judges whose verdicts count; the run's own if empty.
    pub judges: Vec<String>,
    /// Folder for the files, one folder a run if there are several.
    pub output: Option<PathBuf>,
    /// Replace what is in that folder.
    pub overwrite: bool,
}

impl AnalyzeRequest {
    /// These runs, as they were run.
    pub fn new<P: Into<PathBuf>>(runs: impl IntoIterator<Item = P>) -> Self {
        Self { runs: runs.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// Whether several runs are read as one.
    #[must_use]
    pub fn is_pooled(&self) -> bool {
        self.pool && self.runs.len() > 1
    }

    /// Puts what is asked for over a run's settings.
    pub fn change(&self, settings: &mut Settings) {
        let reading = &mut settings.analysis;
        reading.confidence = self.confidence.unwrap_or(reading.confidence);
        reading.window = self.window.unwrap_or(reading.window);
        reading.vote = self.vote.unwrap_or(reading.vote);
        reading.split = self.split.unwrap_or(reading.split);
    }
}
