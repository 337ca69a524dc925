//! How a run ended.

use crate::record::manifest::EngineFacts;

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Ending {
    /// Instances decided, by this process or an earlier one.
    pub decided: usize,
    /// Instances that could not be run.
    pub failed: usize,
    /// Instances that an interruption left open.
    pub open: usize,
    /// What the engine did.
    pub engine: EngineFacts,
}
