//! Inputs of a report besides the predictions.

use super::cascade::CascadeReport;
use crate::deepconf::split::Split;
use crate::deepconf::weight::VoteWeight;
use crate::record::Measure;
use crate::stats::proportion::RateInterval;

/// Inputs of a report besides the predictions.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportOptions {
    /// Confidence measure of the predictions.
    pub confidence: Measure,
    /// Interval method for rates.
    pub intervals: RateInterval,
    /// Split as requested.
    pub split: Split,
    /// Whether running traces were cut for low confidence; then only the first `min_traces` are complete.
    pub cuts: bool,
    /// Number of traces that every instance gets, whatever their verdicts.
    pub min_traces: u32,
    /// Trace budget of an instance.
    pub max_traces: u32,
    /// Weight of a vote.
    pub vote: VoteWeight,
    /// Name of the harm judge, if there is one.
    pub harm_judge: Option<String>,
    /// Number of instances that the run was to sample; 0 where nothing says so.
    pub planned: usize,
    /// Sentences about how the data came about that a reader must know, such as what pooled runs differ in.
    pub notes: Vec<String>,
    /// Reports on the cascades among the judges.
    pub cascades: Vec<CascadeReport>,
}
