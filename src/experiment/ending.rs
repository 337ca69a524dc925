//! Outcome of a run.

use crate::record::manifest::EngineFacts;

/// Outcome of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Ending {
    /// Number of instances decided by this process or an earlier one.
    pub decided: usize,
    /// Number of instances that could not be run.
    pub failed: usize,
    /// Number of instances that an interruption left open.
    pub open: usize,
    /// Facts that the engine reports.
    pub engine: EngineFacts,
}
