//! Sampling parameters, under llama.cpp's names.

use serde::{Deserialize, Serialize};

/// How tokens are drawn. Order: temperature, top-k, top-p, min-p, as in vLLM and transformers,
/// for which the published settings of models are meant (llama.cpp's default order differs: it
/// applies the temperature last).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SamplingParams {
    /// 0 is greedy; otherwise logits are divided by it.
    pub temperature: f64,
    /// Keep the k likeliest tokens; 0 keeps all.
    pub top_k: usize,
    /// Keep the likeliest tokens until their probability reaches p; 1 keeps all.
    pub top_p: f64,
    /// Keep tokens at least this share as likely as the likeliest; 0 keeps all.
    pub min_p: f64,
}

impl SamplingParams {
    /// Qwen3's published setting without thinking.
    pub const QWEN3_ANSWER: Self = Self { temperature: 0.7, top_k: 20, top_p: 0.8, min_p: 0.0 };

    /// Qwen3's published setting with thinking.
    pub const QWEN3_THINKING: Self = Self { temperature: 0.6, top_k: 20, top_p: 0.95, min_p: 0.0 };

    /// Whether the likeliest token is taken without a draw.
    #[must_use]
    pub fn is_greedy(&self) -> bool {
        self.temperature == 0.0
    }

    /// What is wrong with the values, if something is.
    ///
    /// # Errors
    /// A sentence that names the option and its range.
    pub fn check(&self) -> Result<(), String> {
        if !(self.temperature >= 0.0 && self.temperature.is_finite()) {
            return Err(format!("--temp {} is not 0 or more", self.temperature));
        }
        if !(self.top_p > 0.0 && self.top_p <= 1.0) {
            return Err(format!("--top-p {} is not above 0 and at most 1", self.top_p));
        }
        if !(0.0..=1.0).contains(&self.min_p) {
            return Err(format!("--min-p {} is not between 0 and 1", self.min_p));
        }
        Ok(())
    }
}
