//! The entries of `journal.jsonl`.

use serde::{Deserialize, Serialize};

use super::{Decision, Instance, Trace};

/// One thing learned, in the order it was learned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Entry {
    /// A prompt of the run. All of them come first, in the order of the benchmark.
    Instance(Instance),
    /// A trace ran to its end and was judged.
    Trace(Box<Trace>),
    /// An instance was decided.
    Decision(Decision),
    /// An instance could not be run.
    Failure(Failure),
}

/// An instance that could not be run, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The instance.
    pub instance_id: String,
    /// What went wrong.
    pub error: String,
}
