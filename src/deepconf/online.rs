//! The online rule of the paper: a bar from warm-up traces, and the end of a running trace below it.

use std::collections::VecDeque;

use crate::stats::quantile::percentile;

/// What a warm-up trace counts for the bar, as in the reference: its lowest group confidence, each
/// window's mean rounded to three decimals (the minimum of rounded values is the rounded minimum); a
/// trace shorter than the window is not rounded.
#[must_use]
pub fn bar_confidence(lowest_group: f64, tokens: usize, window: usize) -> f64 {
    if tokens < window { lowest_group } else { round3(lowest_group) }
}

/// Rounds the exact value to three decimals, ties to even, as Python's `round` does; multiplying by
/// 1,000 first would round twice.
fn round3(value: f64) -> f64 {
    format!("{value:.3}").parse().unwrap_or(value)
}

/// The bar of DeepConf online: percentile 100 − η of the warm-up traces' [`bar_confidence`]s.
/// DeepConf-low has η = 10 (a high bar), DeepConf-high η = 90 (a low bar).
///
/// Returns `None` without warm-up traces.
#[must_use]
pub fn bar(warm_up: &[f64], eta: f64) -> Option<f64> {
    percentile(warm_up, 100.0 - eta)
}

/// Watches one running trace: says when a full window's mean has fallen below the bar.
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
    /// A watch over windows of `window` tokens.
    ///
    /// # Panics
    /// If `window` is 0.
    #[must_use]
    pub fn new(window: usize, bar: f64) -> Self {
        assert!(window > 0, "a window has at least one token");
        Self { window, bar, recent: VecDeque::with_capacity(window), sum: 0.0 }
    }

    /// Takes the next token's confidence; true when the trace is to end here.
    ///
    /// The leaving value is subtracted before the new one is added, as in the reference: the other
    /// order gives other last bits, and other cuts where a mean equals the bar.
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
