//! The request of an analysis.

use std::path::PathBuf;

use crate::deepconf::split::Split;
use crate::deepconf::weight::VoteWeight;
use crate::record::Measure;
use crate::settings::Settings;
use crate::stats::proportion::RateInterval;

/// A request to analyse runs. Absent settings are those of the run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AnalyzeRequest {
    /// Run folders, or trace files of other programs.
    pub runs: Vec<PathBuf>,
    /// Whether to analyse all runs as one.
    pub pool: bool,
    /// Confidence measure.
    pub confidence: Option<Measure>,
    /// Tokens per group of the group confidences.
    pub window: Option<usize>,
    /// Number of top tokens in a token confidence.
    pub k: Option<usize>,
    /// Weight of a vote.
    pub vote: Option<VoteWeight>,
    /// Value that divides confident from uncertain.
    pub split: Option<Split>,
    /// Kind of interval around the rates.
    pub intervals: RateInterval,
    /// Judges whose verdicts count; the run's own if empty.
    pub judges: Vec<String>,
    /// Whether runs that lack instances may be pooled.
    pub allow_incomplete: bool,
    /// Output folder, with a folder in it for each of several runs. If absent, the files of a run are rebuilt
    /// in place if nothing in this request changes them.
    pub output: Option<PathBuf>,
    /// Whether to replace the contents of that folder.
    pub overwrite: bool,
}

impl AnalyzeRequest {
    /// Requests an analysis of these runs with their own settings.
    pub fn new<P: Into<PathBuf>>(runs: impl IntoIterator<Item = P>) -> Self {
        Self { runs: runs.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// Returns whether several runs are analysed as one.
    #[must_use]
    pub fn is_pooled(&self) -> bool {
        self.pool && self.runs.len() > 1
    }

    /// Overrides a run's analysis settings by those in this request.
    pub fn change(&self, settings: &mut Settings) {
        let reading = &mut settings.analysis;
        reading.confidence = self.confidence.unwrap_or(reading.confidence);
        reading.window = self.window.unwrap_or(reading.window);
        reading.vote = self.vote.unwrap_or(reading.vote);
        reading.split = self.split.unwrap_or(reading.split);
    }
}
