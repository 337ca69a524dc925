//! Online rule of the paper: warm-up traces set a bar, and a running trace that falls below it is cut.

use std::collections::VecDeque;

use crate::stats::quantile::percentile;

/// Returns the confidence that a warm-up trace contributes to the bar: its lowest group confidence. As in
/// the reference implementation, window means are rounded to three decimals (the minimum of rounded values
/// is the rounded minimum); the mean of a trace shorter than the window is not rounded.
#[must_use]
pub fn bar_confidence(lowest_group: f64, tokens: usize, window: usize) -> f64 {
    if tokens < window { lowest_group } else { round3(lowest_group) }
}

/// Rounds the exact value to three decimals, ties to even, like Python's `round`. Multiplying by 1,000
/// first would round twice.
fn round3(value: f64) -> f64 {
    format!("{value:.3}").parse().unwrap_or(value)
}

/// Returns the bar of DeepConf online: percentile 100 − η of the warm-up traces' [`bar_confidence`]s.
/// DeepConf-low has η = 10 (a high bar), DeepConf-high η = 90 (a low bar). `None` without warm-up traces.
#[must_use]
pub fn bar(warm_up: &[f64], eta: f64) -> Option<f64> {
    percentile(warm_up, 100.0 - eta)
}

/// Detects when the mean of a full window of a running trace falls below the bar.
///
/// Cost: constant per token, memory one window.
#[derive(Clone, Debug)]
pub struct GroupWatch {
    window: usize,
    bar: f64,
    recent: VecDeque<f64>,
    sum: f64,
}

impl GroupWatch {
    /// Creates a watch over windows of `window` tokens.
    ///
    /// # Panics
    /// If `window` is 0.
    #[must_use]
    pub fn new(window: usize, bar: f64) -> Self {
        assert!(window > 0, "a window has at least one token");
        Self { window, bar, recent: VecDeque::with_capacity(window), sum: 0.0 }
    }

    /// Adds the next token's confidence and returns whether the trace must end here.
    ///
    /// The oldest value is subtracted before the new one is added, as in the reference implementation. The
    /// other order changes the last bits, and thus the cut where a mean equals the bar.
    pub fn falls_below(&mut self, confidence: f64) -> bool {
        if self.recent.len() == self.window
            && let Some(leaving) = self.recent.pop_front()
        {
            self.sum -= leaving;
        }
        self.recent.push_back(confidence);
        self.sum += confidence;
        self.recent.len() == self.window && self.sum / (self.window as f64) < self.bar
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_of_one_is_the_token_itself() {
        // 1000 + 0.001 - 1000 is less than 0.001 in doubles; 1000 - 1000 + 0.001 is not.
        let mut watch = GroupWatch::new(1, 0.001);
        assert!(!watch.falls_below(1000.0));
        assert!(!watch.falls_below(0.001));
        assert!(watch.falls_below(0.000_999));
    }
}
