//! Types written to disk, with one name for each fact of a run.
//!
//! This part packs tokens, matches names and cleans text, computes nothing else, and imports no other part.

pub mod adapters;
pub mod category;
pub mod decision;
pub mod engine;
pub mod engine_facts;
pub mod engine_settings;
pub mod final_decision;
pub mod gpu;
pub mod instance;
pub mod journal;
pub mod judge_entry;
pub mod manifest;
pub mod measures;
pub mod names;
pub mod placement;
pub mod prediction;
pub mod printable;
pub mod quantized;
pub mod sample;
pub mod shard;
pub mod tokens;
pub mod trace;
pub mod verdict;

pub use category::{Category, Uncertainty};
pub use decision::{Decision, StopReason};
pub use final_decision::{FinalDecision, LabelledOutcome, Prediction};
pub use instance::{Instance, Label};
pub use measures::{Measure, Measures};
pub use tokens::{Recorded, TraceTokens};
pub use trace::{FinishReason, Trace};
pub use verdict::{Judgement, Verdict};

/// Version of the files of a run folder. It rises when a reader of the old version would be misled.
pub const SCHEMA_VERSION: u32 = 3;

/// Oldest version whose manifests and journals this program reads. Version 3 changed rendered files only.
pub const OLDEST_SCHEMA_VERSION: u32 = 2;

/// Error of any kind that listeners and workloads pass through an engine.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
