//! One sampled answer.

use serde::{Deserialize, Serialize};

use super::{Judgement, Measures, Recorded};

/// Reason why a trace ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FinishReason {
    /// The model sampled an end-of-generation token.
    Stop,
    /// The trace reached its token limit.
    Length,
    /// The trace reached the end of its context.
    Context,
    /// An online rule cut the trace for low confidence.
    Cut,
}

impl FinishReason {
    /// Returns the name as written to files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Length => "length",
            Self::Context => "context",
            Self::Cut => "cut",
        }
    }
}

/// One trace of one instance: the sampled answer, its confidence and its verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// Id of the trace's instance.
    pub instance_id: String,
    /// Number within the instance, 0-based.
    pub number: u32,
    /// Seed of the random stream, a function of (run seed, instance id, number).
    pub seed: u64,
    /// Answer without the thinking.
    pub answer: String,
    /// Thinking block, if the model wrote one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thinking: Option<String>,
    /// Reason why the trace ended.
    pub finish_reason: FinishReason,
    /// Number of generated tokens, including the one that ended the answer.
    pub tokens: u32,
    /// Measures over every generated token; `None` if there were none.
    pub measures: Option<Measures>,
    /// Measures over the answer's tokens alone, if thinking came first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_measures: Option<Measures>,
    /// Verdict on the answer.
    pub judgement: Judgement,
    /// Recorded tokens; absent with `--record summary`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded: Option<Recorded>,
}
