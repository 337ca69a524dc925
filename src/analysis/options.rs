//! What a report must know beside the predictions.

use super::cascade::CascadeReport;
use crate::deepconf::split::Split;
use crate::deepconf::weight::VoteWeight;
use crate::record::Measure;
use crate::stats::proportion::RateInterval;

/// What a report must know beside the predictions.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportOptions {
    /// The measure of the predictions.
    pub confidence: Measure,
    /// The interval of a rate.
    pub intervals: RateInterval,
    /// The split as it was asked for.
    pub split: Split,
    /// Whether running traces were cut for low confidence: then only the first `min_traces` are whole.
    pub cuts: bool,
    /// Traces that every instance gets, whatever they say.
    pub min_traces: u32,
    /// Trace budget of an instance.
    pub max_traces: u32,
    /// What a vote weighs.
    pub vote: VoteWeight,
    /// Who said whether answers do harm, if anyone was asked to.
    pub harm_judge: Option<String>,
    /// What the cascades among the judges did.
    pub cascades: Vec<CascadeReport>,
}
