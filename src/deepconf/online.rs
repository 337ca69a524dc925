//! The online rule of the paper: a bar from warm-up traces, and the end of a running trace below it.

use std::collections::VecDeque;

use super::measures::group_confidences;
use crate::stats::quantile::percentile;

/// Lowest group confidence as the reference computes it for its bar: each window's mean rounded to
/// three decimals before the minimum is taken; a trace shorter than the window is not rounded.
///
/// Returns `None` for a trace without tokens. Cost: tokens × window, since rounding shows the last
/// bits of a sum, which a running sum gets wrong.
///
/// # Panics
/// If `window` is 0.
#[must_use]
pub fn lowest_group_for_bar(confidences: &[f64], window: usize) -> Option<f64> {
    if confidences.len() < window {
        return group_confidences(confidences, window).first().copied();
    }
    let means = confidences.windows(window).map(|group| group.iter().sum::<f64>() / window as f64);
    means.map(round3).min_by(f64::total_cmp)
}

/// Rounds the exact value to three decimals, ties to even, as Python's `round` does; multiplying by
/// 1,000 first would round twice.
fn round3(value: f64) -> f64 {
    format!("{value:.3}").parse().unwrap_or(value)
}

/// The bar of DeepConf online: percentile 100 − η of the warm-up traces' lowest groups.
/// DeepConf-low has η = 10 (a high bar), DeepConf-high η = 90 (a low bar).
///
/// Returns `None` without warm-up traces.
#[must_use]
pub fn bar(lowest_groups: &[f64], eta: f64) -> Option<f64> {
    percentile(lowest_groups, 100.0 - eta)
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
    pub fn falls_below(&mut self, confidence: f64) -> bool {
        self.recent.push_back(confidence);
        self.sum += confidence;
        if self.recent.len() > self.window
            && let Some(leaving) = self.recent.pop_front()
        {
            self.sum -= leaving;
        }
        self.recent.len() == self.window && self.sum / (self.window as f64) < self.bar
    }
}
