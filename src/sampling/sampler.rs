//! Draws tokens for one trace.

use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};

use super::params::SamplingParams;
use super::row::Row;

/// The random stream of one trace and the parameters it samples by.
///
/// Each token takes exactly one draw of the stream (none when greedy), so token i of a trace
/// depends on its seed and its distribution only.
#[derive(Clone, Debug)]
pub struct Sampler {
    params: SamplingParams,
    rng: ChaCha8Rng,
    /// Unnormalised probabilities of the kept tokens; kept for its allocation.
    weights: Vec<f64>,
}

impl Sampler {
    /// A sampler at the start of its stream.
    ///
    /// # Panics
    /// If the parameters do not pass [`SamplingParams::check`].
    #[must_use]
    pub fn new(params: SamplingParams, seed: u64) -> Self {
        if let Err(error) = params.check() {
            panic!("{error}");
        }
        Self { params, rng: ChaCha8Rng::seed_from_u64(seed), weights: Vec::new() }
    }

    /// Draws the next token.
    ///
    /// Cost: with top-k, the kept tokens only; without, one more pass over the vocabulary, and for
    /// a flat distribution with top-p a partial sort.
    pub fn sample(&mut self, row: &mut Row<'_>) -> u32 {
        if self.params.is_greedy() {
            return row.top(1)[0].0;
        }
        let draw = uniform(&mut self.rng);
        let SamplingParams { temperature, top_k, top_p, min_p } = self.params;
        if top_k == 0 && top_p >= 1.0 && min_p == 0.0 {
            return sample_all(row, temperature, draw);
        }
        let kept = self.keep(row, temperature, top_k, top_p, min_p);
        let total: f64 = self.weights[..kept].iter().sum();
        let mut left = draw * total;
        let chosen = self.weights[..kept].iter().position(|weight| {
            left -= weight;
            left < 0.0
        });
        // Rounding may leave a rest: it belongs to the last token that can be drawn at all.
        let last = || self.weights[..kept].iter().rposition(|&weight| weight > 0.0).unwrap_or(0);
        row.top(kept)[chosen.unwrap_or_else(last)].0
    }

    /// How many of the likeliest tokens are kept, at least one; fills `weights` for them.
    fn keep(&mut self, row: &mut Row<'_>, temperature: f64, top_k: usize, top_p: f64, min_p: f64) -> usize {
        let vocabulary = row.vocabulary();
        let limit = if top_k == 0 { vocabulary } else { top_k.min(vocabulary) };
        // Without top-k the mass of top-p is that of the whole vocabulary, and the number of tokens
        // it takes is not known: look at more of them until they suffice.
        let (mut looked_at, whole) = match top_k {
            0 => (limit.min(256), Some(row.scaled_sum(temperature))),
            _ => (limit, None),
        };
        loop {
            let maximum = row.maximum();
            self.weights.clear();
            let weigh = |logit: f32| (f64::from(logit - maximum) / temperature).exp();
            self.weights.extend(row.top(looked_at).iter().map(|&(_, logit)| weigh(logit)));
            let mass = top_p * whole.unwrap_or_else(|| self.weights.iter().sum());
            let mut sum = 0.0;
            let enough = self.weights.iter().position(|weight| {
                sum += weight;
                top_p < 1.0 && sum >= mass
            });
            // The likeliest token has weight 1: min-p compares with it.
            let likely = self.weights.iter().take_while(|&&weight| weight >= min_p).count();
            let nucleus = enough.map_or(looked_at, |index| index + 1);
            if nucleus.min(likely) < looked_at || looked_at == limit || enough.is_some() {
                return nucleus.min(likely).max(1);
            }
            looked_at = (looked_at * 4).min(limit);
        }
    }
}

/// A draw from the whole vocabulary, by its cumulative sum in order of ids.
fn sample_all(row: &Row<'_>, temperature: f64, draw: f64) -> u32 {
    let weigh = |logit: f32| (f64::from(logit - row.maximum()) / temperature).exp();
    let total: f64 = row.logits().iter().map(|&logit| weigh(logit)).sum();
    let mut left = draw * total;
    let mut last = 0;
    for (token, &logit) in row.logits().iter().enumerate() {
        let weight = weigh(logit);
        if weight > 0.0 {
            last = token as u32;
            left -= weight;
            if left < 0.0 {
                break;
            }
        }
    }
    last
}

/// A uniform number in [0, 1) of 53 bits.
fn uniform(rng: &mut ChaCha8Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::super::row::RowScratch;
    use super::*;

    /// How often each token is drawn in `n` draws of a row.
    fn histogram(logits: &[f32], params: SamplingParams, n: usize) -> Vec<f64> {
        let mut counts = vec![0.0; logits.len()];
        let mut scratch = RowScratch::default();
        let mut sampler = Sampler::new(params, 11);
        for _ in 0..n {
            let mut row = Row::read(logits, &mut scratch).unwrap();
            counts[sampler.sample(&mut row) as usize] += 1.0 / n as f64;
        }
        counts
    }

    const ALL: SamplingParams = SamplingParams { temperature: 1.0, top_k: 0, top_p: 1.0, min_p: 0.0 };

    /// ln of 0.5, 0.25, 0.15, 0.1
    fn logits() -> Vec<f32> {
        [0.5_f32, 0.25, 0.15, 0.1].iter().map(|p| p.ln()).collect()
    }

    fn assert_near(got: &[f64], expected: &[f64]) {
        // 20,000 draws: 4 standard errors of p = 0.5 are 0.014.
        for (got, expected) in got.iter().zip(expected) {
            assert!((got - expected).abs() < 0.015, "{got} for {expected}");
        }
    }

    #[test]
    fn frequencies_match_the_distribution() {
        assert_near(&histogram(&logits(), ALL, 20_000), &[0.5, 0.25, 0.15, 0.1]);
    }

    #[test]
    fn temperature_comes_before_truncation() {
        // At temperature 0.5 the squares: 0.25, 0.0625, 0.0225, 0.01 of 0.345; top-p 0.8 keeps the first two.
        let params = SamplingParams { temperature: 0.5, top_p: 0.8, ..ALL };
        assert_near(&histogram(&logits(), params, 20_000), &[0.8, 0.2, 0.0, 0.0]);
        let params = SamplingParams { top_p: 0.8, ..ALL };
        assert_near(&histogram(&logits(), params, 20_000), &[0.5 / 0.9, 0.25 / 0.9, 0.15 / 0.9, 0.0]);
    }

    #[test]
    fn top_k_and_min_p_truncate() {
        let params = SamplingParams { top_k: 2, ..ALL };
        assert_near(&histogram(&logits(), params, 20_000), &[2.0 / 3.0, 1.0 / 3.0, 0.0, 0.0]);
        let params = SamplingParams { min_p: 0.29, ..ALL };
        assert_near(&histogram(&logits(), params, 20_000), &[0.5 / 0.9, 0.25 / 0.9, 0.15 / 0.9, 0.0]);
    }

    #[test]
    fn a_nucleus_larger_than_the_first_look_is_found() {
        let flat = vec![0.0; 4_000];
        let params = SamplingParams { top_p: 0.5, ..ALL };
        let drawn = histogram(&flat, params, 20_000);
        // Equal logits rank by id: the nucleus is the first 2,000.
        assert!(drawn[2_000..].iter().all(|&share| share == 0.0));
        assert!(drawn[..2_000].iter().filter(|&&share| share > 0.0).count() > 1_900);
    }

    #[test]
    fn greedy_takes_the_first_of_the_likeliest() {
        let params = SamplingParams { temperature: 0.0, ..ALL };
        assert_eq!(histogram(&[0.0, 2.0, 2.0], params, 3), [0.0, 1.0, 0.0]);
    }
}
