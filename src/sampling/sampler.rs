//! Drawing of tokens for one trace.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

use super::candidates::{Candidate, Candidates};
use super::params::SamplingParams;
use super::row::Row;

/// Random stream and sampling parameters of one trace.
///
/// Each token takes exactly one draw from the stream (none if greedy), so token i of a trace
/// depends only on its seed and its distribution.
#[derive(Clone, Debug)]
pub struct Sampler {
    params: SamplingParams,
    rng: ChaCha8Rng,
}

impl Sampler {
    /// Creates a sampler at the start of its stream.
    ///
    /// # Panics
    /// If the parameters fail [`SamplingParams::check`].
    #[must_use]
    pub fn new(params: SamplingParams, seed: u64) -> Self {
        if let Err(error) = params.check() {
            panic!("{error}");
        }
        Self { params, rng: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// Reads a row's candidates and draws the next token from them.
    pub fn sample(&mut self, row: &mut Row<'_>, candidates: &mut Candidates) -> u32 {
        candidates.read(row, &self.params);
        self.draw(candidates).map_or_else(|| self.draw_from_all(row), |drawn| drawn.token)
    }

    /// Draws from candidates that were read with this sampler's parameters. Without candidates it returns
    /// `None` and takes no draw: the token must come from [`Sampler::draw_from_all`].
    pub fn draw(&mut self, candidates: &Candidates) -> Option<Candidate> {
        let candidates = candidates.as_slice();
        if self.params.is_greedy() {
            return candidates.first().copied();
        }
        let likeliest = candidates.first()?;
        let draw = uniform(&mut self.rng);
        let total: f64 = candidates.iter().map(|candidate| candidate.weight).sum();
        let mut left = draw * total;
        let chosen = candidates.iter().find(|candidate| {
            left -= candidate.weight;
            left < 0.0
        });
        // Rounding may leave a remainder; it goes to the last token with a positive weight.
        let last = || candidates.iter().rfind(|candidate| candidate.weight > 0.0);
        Some(*chosen.or_else(last).unwrap_or(likeliest))
    }

    /// Draws from the whole vocabulary by the cumulative sum in id order.
    pub fn draw_from_all(&mut self, row: &Row<'_>) -> u32 {
        let draw = uniform(&mut self.rng);
        sample_all(row, self.params.temperature, draw)
    }
}

/// Selects a token from the whole vocabulary by the cumulative sum in id order; `draw` is in [0, 1).
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

/// Returns a uniform number in [0, 1) with 53 bits.
fn uniform(rng: &mut ChaCha8Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::super::row::RowScratch;
    use super::*;

    /// Returns the share of each token in `n` draws from a row.
    fn histogram(logits: &[f32], params: SamplingParams, n: usize) -> Vec<f64> {
        let mut counts = vec![0.0; logits.len()];
        let mut scratch = RowScratch::default();
        let mut candidates = Candidates::default();
        let mut sampler = Sampler::new(params, 11);
        for _ in 0..n {
            let mut row = Row::read(logits, &mut scratch).unwrap();
            counts[sampler.sample(&mut row, &mut candidates) as usize] += 1.0 / n as f64;
        }
        counts
    }

    const ALL: SamplingParams = SamplingParams { temperature: 1.0, top_k: 0, top_p: 1.0, min_p: 0.0 };

    /// Returns ln of 0.5, 0.25, 0.15, 0.1.
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
        // Temperature 0.5 squares them: 0.25, 0.0625, 0.0225, 0.01 of 0.345; top-p 0.8 keeps the first two.
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
        // Equal logits are ordered by id, so the nucleus is the first 2,000.
        assert!(drawn[2_000..].iter().all(|&share| share == 0.0));
        assert!(drawn[..2_000].iter().filter(|&&share| share > 0.0).count() > 1_900);
    }

    #[test]
    fn greedy_takes_the_first_of_the_likeliest() {
        let params = SamplingParams { temperature: 0.0, ..ALL };
        assert_eq!(histogram(&[0.0, 2.0, 2.0], params, 3), [0.0, 1.0, 0.0]);
    }
}
