//! What the engine of a run did: counts and seconds for the manifest.

use serde::{Deserialize, Serialize};

use super::engine::{ModelMemory, WidthChosenBy};
use super::gpu::GpuFacts;

/// Counts of the engine for this process's part of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EngineFacts {
    /// Maximum number of traces decoded side by side.
    pub width: usize,
    /// What limited the width; absent if nothing did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width_chosen_by: Option<WidthChosenBy>,
    /// Number of threads.
    pub threads: usize,
    /// Number of threads for llama.cpp's batches; 0 if unknown.
    #[serde(default)]
    pub threads_batch: usize,
    /// Smallest number of them beside other programs; absent if they were never fewer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threads_least: Option<usize>,
    /// How often that number changed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub threads_changes: u64,
    /// KV cache in bytes; 0 if unknown.
    #[serde(default)]
    pub kv_bytes: u64,
    /// Fewest top log-probabilities behind a token confidence, of an engine that gives fewer than DeepConf averages over;
    /// absent if it gave all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence_tokens: Option<usize>,
    /// What of the model was on GPUs; absent if all was on the CPU, and in files of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gpu: Option<GpuFacts>,
    /// What the model keeps of the tokens before; absent in files of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<ModelMemory>,
    /// Bytes of a sequence's recurrent state; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_bytes: Option<u64>,
    /// What cannot be shared with this model and these settings; absent if everything can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sharing_note: Option<String>,
    /// Whether results are guaranteed not to depend on width, number of threads, order or sharing.
    #[serde(default)]
    pub schedule_independent: bool,
    /// Reason for the lack of that guarantee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule_note: Option<String>,
    /// KV cache cells per sequence, in tokens.
    pub context_per_sequence: usize,
    /// Number of tokens per micro-batch.
    #[serde(default)]
    pub micro_batch: usize,
    /// Number of prompts evaluated.
    pub prompts: u64,
    /// Prompt tokens evaluated, each prompt once.
    pub prompt_tokens_evaluated: u64,
    /// Prompt tokens that further traces reused from the KV cache.
    pub prompt_tokens_reused: u64,
    /// Tokens decoded, including those of cancelled traces.
    pub tokens_decoded: u64,
    /// Tokens of cancelled traces.
    pub tokens_cancelled: u64,
    /// Rows computed only to fill batches to the minimum width.
    pub padding_rows: u64,
    /// Number of decode steps.
    #[serde(default)]
    pub steps: u64,
    /// Rows of traces in those steps. Traces of a prompt with the same tokens so far share one row.
    #[serde(default)]
    pub rows: u64,
    /// Rows saved by sharing: traces without a row of their own, summed over the steps.
    #[serde(default)]
    pub rows_saved: u64,
    /// Seconds in the engine.
    pub seconds: f64,
    /// Seconds in which llama.cpp evaluated prompts.
    #[serde(default)]
    pub seconds_prompts: f64,
    /// Seconds in which llama.cpp decoded.
    #[serde(default)]
    pub seconds_decode: f64,
    /// Seconds of reading rows of logits and sampling from them.
    #[serde(default)]
    pub seconds_rows: f64,
}

impl EngineFacts {
    /// Adds the counts and seconds of another engine. What is no count stays as it is in `one`; results depend on the
    /// schedule if they did in either.
    #[must_use]
    pub fn sum(one: Self, other: &Self) -> Self {
        Self {
            width: one.width.max(other.width),
            confidence_tokens: one.confidence_tokens.into_iter().chain(other.confidence_tokens).min(),
            threads_least: one.threads_least.into_iter().chain(other.threads_least).min(),
            threads_changes: one.threads_changes + other.threads_changes,
            schedule_independent: one.schedule_independent && other.schedule_independent,
            schedule_note: one.schedule_note.or_else(|| other.schedule_note.clone()),
            prompts: one.prompts + other.prompts,
            prompt_tokens_evaluated: one.prompt_tokens_evaluated + other.prompt_tokens_evaluated,
            prompt_tokens_reused: one.prompt_tokens_reused + other.prompt_tokens_reused,
            tokens_decoded: one.tokens_decoded + other.tokens_decoded,
            tokens_cancelled: one.tokens_cancelled + other.tokens_cancelled,
            padding_rows: one.padding_rows + other.padding_rows,
            steps: one.steps + other.steps,
            rows: one.rows + other.rows,
            rows_saved: one.rows_saved + other.rows_saved,
            seconds: one.seconds + other.seconds,
            seconds_prompts: one.seconds_prompts + other.seconds_prompts,
            seconds_decode: one.seconds_decode + other.seconds_decode,
            seconds_rows: one.seconds_rows + other.seconds_rows,
            ..one
        }
    }

    /// Returns the prompt tokens evaluated per second of prompt evaluation; `None` if there were none.
    #[must_use]
    pub fn prefill_rate(&self) -> Option<f64> {
        rate(self.prompt_tokens_evaluated as f64, self.seconds_prompts)
    }

    /// Returns the tokens per second of everything except prompt evaluation: steps, reading of rows, sampling
    /// and bookkeeping. The first token of a trace needs no step and does not count.
    #[must_use]
    pub fn decode_rate(&self) -> Option<f64> {
        rate((self.rows + self.rows_saved) as f64, self.seconds - self.seconds_prompts)
    }
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

fn rate(amount: f64, per: f64) -> Option<f64> {
    (per > 0.0).then(|| amount / per)
}
