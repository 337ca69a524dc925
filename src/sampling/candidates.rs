//! Candidates that temperature and truncation leave of a row. A draw depends on nothing else, so all traces
//! that share a row share its candidates.

use super::params::SamplingParams;
use super::row::Row;

/// Token that may be drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Token id.
    pub token: u32,
    /// Probability at the sampling temperature, relative to the top token's.
    pub weight: f64,
    /// ln p under the raw distribution, in nats.
    pub log_probability: f64,
}

/// Candidates of a row in descending order of probability. They are empty without truncation, because then
/// the whole vocabulary may be drawn ([`Sampler::draw_from_all`](super::Sampler::draw_from_all)).
#[derive(Debug, Default)]
pub struct Candidates(Vec<Candidate>);

impl Candidates {
    /// Applies temperature, top-k, top-p and min-p to a row, in this order.
    ///
    /// Cost: with top-k, only the kept tokens; without, one more pass over the vocabulary, and a partial sort
    /// for a flat distribution with top-p.
    pub fn read(&mut self, row: &mut Row<'_>, params: &SamplingParams) {
        self.0.clear();
        let SamplingParams { temperature, top_k, top_p, min_p } = *params;
        if params.is_greedy() {
            self.look_at(row, 1, 1.0);
        } else if top_k > 0 || top_p < 1.0 || min_p > 0.0 {
            let kept = self.keep(row, temperature, top_k, top_p, min_p);
            self.0.truncate(kept);
        }
    }

    /// Replaces the candidates by ones that were read before.
    pub fn set(&mut self, candidates: &[Candidate]) {
        self.0.clear();
        self.0.extend_from_slice(candidates);
    }

    /// Returns the candidates.
    #[must_use]
    pub fn as_slice(&self) -> &[Candidate] {
        &self.0
    }

    fn look_at(&mut self, row: &mut Row<'_>, count: usize, temperature: f64) {
        let (maximum, log_sum_exp) = (row.maximum(), row.log_sum_exp());
        self.0.clear();
        self.0.extend(row.top(count).iter().map(|&(token, logit)| Candidate {
            token,
            weight: (f64::from(logit - maximum) / temperature).exp(),
            log_probability: f64::from(logit) - log_sum_exp,
        }));
    }

    /// Reads the top tokens and returns how many of them to keep, at least one.
    fn keep(&mut self, row: &mut Row<'_>, temperature: f64, top_k: usize, top_p: f64, min_p: f64) -> usize {
        let vocabulary = row.vocabulary();
        let limit = if top_k == 0 { vocabulary } else { top_k.min(vocabulary) };
        // Without top-k, top-p refers to the mass of the whole vocabulary and the number of tokens needed is
        // unknown: read more tokens until they suffice.
        let (mut looked_at, whole) = match top_k {
            0 => (limit.min(256), Some(row.scaled_sum(temperature))),
            _ => (limit, None),
        };
        loop {
            self.look_at(row, looked_at, temperature);
            let weights = || self.0.iter().map(|candidate| candidate.weight);
            let mass = top_p * whole.unwrap_or_else(|| weights().sum());
            let mut sum = 0.0;
            let enough = weights().position(|weight| {
                sum += weight;
                top_p < 1.0 && sum >= mass
            });
            // The top token has weight 1, so min-p compares with the weights directly.
            let likely = weights().take_while(|&weight| weight >= min_p).count();
            let nucleus = enough.map_or(looked_at, |index| index + 1);
            if nucleus.min(likely) < looked_at || looked_at == limit || enough.is_some() {
                return nucleus.min(likely).max(1);
            }
            looked_at = (looked_at * 4).min(limit);
        }
    }
}
