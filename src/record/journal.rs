//! Entries of `journal.jsonl`.

use serde::{Deserialize, Serialize};

use super::{Decision, Instance, Trace};

/// One event of a run, in the order of the run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Entry {
    /// A prompt of the run. All prompts come first, in the benchmark's order.
    Instance(Instance),
    /// A trace ended and was judged.
    Trace(Box<Trace>),
    /// An instance was decided.
    Decision(Decision),
    /// An instance could not be run.
    Failure(Failure),
}

/// An instance that could not be run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Id of the instance.
    pub instance_id: String,
    /// Error message.
    pub error: String,
}
