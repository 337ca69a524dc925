//! How a token's confidence compares with those of its run, as a shade.

use super::answer_tokens::answer_tokens;
use crate::record::Trace;
use crate::stats::quantile::quantiles;

/// Shares of a run's tokens that are less confident than each bound of a [`TokenScale`].
pub const SHARES: [f64; 3] = [0.2, 0.1, 0.03];

/// Number of traces that a scale is taken from: more change it little.
const TRACES: usize = 500;

/// Token confidences below which [`SHARES`] of a run's answer tokens lie, the highest first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TokenScale(pub [f32; 3]);

impl TokenScale {
    /// Returns the scale of a run, from up to 500 of its traces, spread evenly. `None` without recorded tokens.
    #[must_use]
    pub fn of(traces: &[&Trace]) -> Option<Self> {
        let step = traces.len().div_ceil(TRACES).max(1);
        let spread = traces.iter().step_by(step).filter_map(|trace| answer_tokens(trace));
        let mut all: Vec<f64> = spread.flatten().map(|(_, confidence)| f64::from(confidence)).collect();
        quantiles(&mut all, SHARES).map(|bounds| Self(bounds.map(|bound| bound as f32)))
    }

    /// Returns how far down the scale a confidence is: 0, no shade, to 3, the least confident tokens.
    #[must_use]
    pub fn shade(&self, confidence: f32) -> usize {
        self.0.iter().filter(|&&bound| confidence < bound).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_tokens_have_the_deepest_shade() {
        let scale = TokenScale([10.0, 5.0, 1.0]);
        assert_eq!([12.0, 10.0, 9.0, 4.0, 0.5].map(|one| scale.shade(one)), [0, 0, 1, 2, 3]);
        assert_eq!(TokenScale::of(&[]), None);
    }
}
