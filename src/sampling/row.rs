//! Log-sum-exp and sorted top tokens of a row of raw logits, from one pass.

use super::vector::{BLOCK, Pass, pass, sum_exp};
use crate::deepconf::TOP_K;

/// Token with its log-probability under the raw distribution (temperature 1).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TokenLogProbability {
    /// Token id.
    pub token: u32,
    /// ln p in nats, at most 0.
    pub log_probability: f64,
}

/// Error for a row that does not define probabilities: it contains NaN or no finite logit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the model's logits contain NaN or no finite value; its weights may be damaged")]
pub struct BadLogits;

/// Buffers reused from row to row, so that a token needs no allocation.
#[derive(Debug, Default)]
pub struct RowScratch {
    maxima: Vec<f32>,
    ranked: Vec<f32>,
    top: Vec<(u32, f32)>,
}

/// Row of logits with the results of one pass over it.
#[derive(Debug)]
pub struct Row<'a> {
    logits: &'a [f32],
    scratch: &'a mut RowScratch,
    maximum: f32,
    log_sum_exp: f64,
}

impl<'a> Row<'a> {
    /// Reads a row of raw logits.
    ///
    /// # Errors
    /// [`BadLogits`] if the row contains NaN or no finite value.
    ///
    /// Cost: one vectorised pass over the vocabulary.
    pub fn read(logits: &'a [f32], scratch: &'a mut RowScratch) -> Result<Self, BadLogits> {
        let Pass { maximum, sum_exp: sum } = pass(logits, &mut scratch.maxima);
        if !maximum.is_finite() || sum.is_nan() {
            return Err(BadLogits);
        }
        scratch.top.clear();
        Ok(Self { logits, scratch, maximum, log_sum_exp: f64::from(maximum) + sum.ln() })
    }

    /// Returns the number of tokens in the vocabulary.
    #[must_use]
    pub fn vocabulary(&self) -> usize {
        self.logits.len()
    }

    /// Returns the raw logits.
    #[must_use]
    pub fn logits(&self) -> &'a [f32] {
        self.logits
    }

    /// Returns the largest logit.
    #[must_use]
    pub fn maximum(&self) -> f32 {
        self.maximum
    }

    /// Returns ln Σ exp(logit).
    #[must_use]
    pub fn log_sum_exp(&self) -> f64 {
        self.log_sum_exp
    }

    /// Returns Σ exp((logit − maximum) / temperature). Cost: one more pass, unless the temperature is 1.
    #[must_use]
    pub fn scaled_sum(&self, temperature: f64) -> f64 {
        if temperature == 1.0 {
            (self.log_sum_exp - f64::from(self.maximum)).exp()
        } else {
            sum_exp(self.logits, self.maximum, (1.0 / temperature) as f32)
        }
    }

    /// Returns ln p of a token in nats.
    ///
    /// # Panics
    /// If the token is outside the vocabulary.
    #[must_use]
    pub fn log_probability(&self, token: u32) -> f64 {
        f64::from(self.logits[token as usize]) - self.log_sum_exp
    }

    /// Returns the top `k` tokens (all, if there are fewer) with their logits, in descending order; equal
    /// logits are ordered by id.
    ///
    /// The k-th largest block maximum bounds the k-th largest logit from below, so only blocks that
    /// reach it are searched. The whole vocabulary is never sorted.
    pub fn top(&mut self, k: usize) -> &[(u32, f32)] {
        let k = k.min(self.logits.len());
        if self.scratch.top.len() < k {
            let RowScratch { maxima, ranked, top } = &mut *self.scratch;
            let bar = if k == 0 || k > maxima.len() {
                f32::NEG_INFINITY
            } else {
                ranked.clone_from(maxima);
                *ranked.select_nth_unstable_by(k - 1, |a, b| b.total_cmp(a)).1
            };
            top.clear();
            for (block, _) in maxima.iter().enumerate().filter(|&(_, &maximum)| maximum >= bar) {
                let start = block * BLOCK;
                let end = (start + BLOCK).min(self.logits.len());
                let reach = self.logits[start..end].iter().enumerate().filter(|&(_, &logit)| logit >= bar);
                top.extend(reach.map(|(offset, &logit)| ((start + offset) as u32, logit)));
            }
            let order = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
            if k < top.len() && k > 0 {
                top.select_nth_unstable_by(k - 1, order);
                top.truncate(k);
            }
            top.sort_unstable_by(order);
        }
        &self.scratch.top[..k]
    }

    /// Writes the top `k` tokens with their log-probabilities to `out`.
    pub fn top_log_probabilities(&mut self, k: usize, out: &mut Vec<TokenLogProbability>) {
        let log_sum_exp = self.log_sum_exp;
        out.clear();
        out.extend(self.top(k).iter().map(|&(token, logit)| TokenLogProbability {
            token,
            log_probability: f64::from(logit) - log_sum_exp,
        }));
    }

    /// Returns the token confidence C = −(1/k) Σ ln p over the top k = [`TOP_K`] tokens, in nats (equation 2
    /// of the paper). Tokens of probability 0 are left out, so the result is finite.
    pub fn confidence(&mut self) -> f64 {
        let log_sum_exp = self.log_sum_exp;
        let top = self.top(TOP_K);
        let possible = top.iter().filter(|(_, logit)| logit.is_finite());
        let (sum, count) = possible.fold((0.0, 0_u32), |(sum, count), &(_, logit)| {
            (sum + f64::from(logit) - log_sum_exp, count + 1)
        });
        -sum / f64::from(count)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reference(logits: &[f32]) -> Vec<(u32, f64)> {
        let maximum = logits.iter().copied().fold(f32::MIN, f32::max);
        let sum: f64 = logits.iter().map(|&x| f64::from(x - maximum).exp()).sum();
        let mut all: Vec<(u32, f64)> = logits
            .iter()
            .enumerate()
            .map(|(i, &x)| (i as u32, f64::from(x) - f64::from(maximum) - sum.ln()))
            .collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        all
    }

    proptest! {
        #[test]
        fn top_and_log_probabilities_equal_a_full_sort(
            logits in prop::collection::vec(-30.0_f32..30.0, 1..3_000),
            k in 1_usize..60,
        ) {
            let mut scratch = RowScratch::default();
            let mut row = Row::read(&logits, &mut scratch).unwrap();
            let mut top = Vec::new();
            row.top_log_probabilities(k, &mut top);
            let expected = reference(&logits);
            prop_assert_eq!(top.len(), k.min(logits.len()));
            for (got, want) in top.iter().zip(&expected) {
                prop_assert_eq!(got.token, want.0);
                prop_assert!((got.log_probability - want.1).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn a_uniform_row_has_the_log_of_the_vocabulary() {
        let mut scratch = RowScratch::default();
        let logits = [1.5; 1_000];
        let mut row = Row::read(&logits, &mut scratch).unwrap();
        assert!((row.confidence() - 1_000.0_f64.ln()).abs() < 1e-6);
        assert_eq!(row.top(3).iter().map(|top| top.0).collect::<Vec<_>>(), [0, 1, 2]);
    }

    #[test]
    fn a_larger_top_may_follow_a_smaller_one() {
        let logits: Vec<f32> = (0..500).map(|i| i as f32 * 0.01).collect();
        let mut scratch = RowScratch::default();
        let mut row = Row::read(&logits, &mut scratch).unwrap();
        assert_eq!(row.top(2).len(), 2);
        let top: Vec<u32> = row.top(400).iter().map(|top| top.0).collect();
        assert_eq!(top, (100..500).rev().collect::<Vec<u32>>());
    }

    #[test]
    fn damaged_rows_are_told() {
        let mut scratch = RowScratch::default();
        assert!(Row::read(&[1.0, f32::NAN, 0.0], &mut scratch).is_err());
        assert!(Row::read(&[f32::NEG_INFINITY; 4], &mut scratch).is_err());
        assert!(Row::read(&[f32::INFINITY, 0.0], &mut scratch).is_err());
        assert!(Row::read(&[], &mut scratch).is_err());
        let row = Row::read(&[0.0, f32::NEG_INFINITY], &mut scratch).unwrap();
        assert!(row.log_probability(0).abs() < 1e-6);
    }
}
