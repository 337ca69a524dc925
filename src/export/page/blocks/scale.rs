//! Token confidences in one byte, and the scale of their colours.

use serde::Serialize;

/// Nats of a step. The journal has the exact values.
pub const STEP: f32 = 0.5;

/// Shares of all tokens at which the colours begin and end, so that few outliers do not take them all.
const ENDS: (f64, f64) = (0.02, 0.98);

/// Returns the number of steps that is nearest to a confidence, at most 255.
pub fn steps(confidence: f32) -> u8 {
    // Conversion saturates, and NaN gives 0.
    (confidence / STEP).round() as u8
}

/// Range of the colours, in steps.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Scale {
    /// Nats of a step.
    pub step: f32,
    /// Steps at or below which a token has the strongest colour.
    pub low: u8,
    /// Steps at or above which it has none.
    pub high: u8,
}

/// Returns the scale for these counts of tokens by steps; `None` without tokens.
pub fn scale(counts: &[u64; 256]) -> Option<Scale> {
    let all: u64 = counts.iter().sum();
    let quantile = |share: f64| {
        let mut below = 0;
        let mut reached = |count: &u64| {
            below += count;
            below as f64 > share * all as f64
        };
        // The position is below 256.
        counts.iter().position(&mut reached).map(|steps| steps as u8)
    };
    Some(Scale { step: STEP, low: quantile(ENDS.0)?, high: quantile(ENDS.1)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confidence_is_kept_to_half_a_step() {
        for (value, kept) in [(0.0, 0), (12.3, 25), (12.24, 24), (12.26, 25), (-1.0, 0), (1e9, 255)] {
            assert_eq!(steps(value), kept, "{value}");
        }
        assert_eq!(steps(f32::NAN), 0);
    }

    #[test]
    fn colours_span_all_but_the_outermost_tokens() {
        let mut counts = [0; 256];
        assert_eq!(scale(&counts), None);
        counts[40] = 100;
        assert_eq!(scale(&counts), Some(Scale { step: STEP, low: 40, high: 40 }));
        // 100 tokens, one at each of 100 steps: 2 lie below the low end, and 2 at or above the high one.
        counts = std::array::from_fn(|steps| u64::from((50..150).contains(&steps)));
        assert_eq!(scale(&counts), Some(Scale { step: STEP, low: 52, high: 148 }));
    }
}
