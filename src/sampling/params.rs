//! Sampling parameters, named as in llama.cpp.

use serde::{Deserialize, Serialize};

/// Sampling parameters, applied in the order temperature, top-k, top-p, min-p. vLLM and transformers use this
/// order, and the published settings of models assume it. llama.cpp applies the temperature last by default.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SamplingParams {
    /// Divisor of the logits; 0 samples greedily.
    pub temperature: f64,
    /// Number of top tokens to keep; 0 keeps all.
    pub top_k: usize,
    /// Probability mass of the top tokens to keep; 1 keeps all.
    pub top_p: f64,
    /// Smallest probability to keep, relative to the top token's; 0 keeps all.
    pub min_p: f64,
}

impl SamplingParams {
    /// Qwen3's published settings without thinking.
    pub const QWEN3_ANSWER: Self = Self { temperature: 0.7, top_k: 20, top_p: 0.8, min_p: 0.0 };

    /// Qwen3's published settings with thinking.
    pub const QWEN3_THINKING: Self = Self { temperature: 0.6, top_k: 20, top_p: 0.95, min_p: 0.0 };

    /// Returns whether the top token is taken without a draw.
    #[must_use]
    pub fn is_greedy(&self) -> bool {
        self.temperature == 0.0
    }

    /// Checks that every value is in range.
    ///
    /// # Errors
    /// Names the first option that is out of range, and its range.
    pub fn check(&self) -> Result<(), String> {
        if !(self.temperature >= 0.0 && self.temperature.is_finite()) {
            return Err(format!("--temp {} is not a finite number of at least 0", self.temperature));
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
