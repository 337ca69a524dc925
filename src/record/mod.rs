//! Types written to disk, with one name for each fact of a run.
//!
//! This part packs tokens and matches names, computes nothing else, and imports no other part.

pub mod decision;
pub mod engine;
pub mod engine_settings;
pub mod instance;
pub mod journal;
pub mod judge_entry;
pub mod manifest;
pub mod measures;
pub mod names;
pub mod prediction;
pub mod quantized;
pub mod tokens;
pub mod trace;
pub mod verdict;

pub use decision::{Category, Decision, Prediction, StopReason};
pub use instance::{Instance, Label};
pub use measures::{Measure, Measures};
pub use tokens::{Recorded, TraceTokens};
pub use trace::{FinishReason, Trace};
pub use verdict::{Judgement, Verdict};

/// Version of the files of a run folder. It rises when a reader of the old version would be misled.
pub const SCHEMA_VERSION: u32 = 2;

/// Error of any kind that listeners and workloads pass through an engine.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
