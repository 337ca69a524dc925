//! The types written to disk: what a run learns, by one name each.
//!
//! Nothing here computes, but that tokens are packed; nothing here imports another part of the program.

pub mod decision;
pub mod engine;
pub mod engine_settings;
pub mod instance;
pub mod journal;
pub mod judge_entry;
pub mod manifest;
pub mod measures;
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

/// Version of every file of a run folder; raised when a reader of the old one would be misled.
pub const SCHEMA_VERSION: u32 = 2;

/// An error of any kind, as listeners and workloads pass them through an engine.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
