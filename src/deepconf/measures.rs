//! Confidence measures of one trace, computed from its tokens (section 3.1 of the paper).
//!
//! Token confidences are `f32`, as runs record them, or `f64`; sums are computed in `f64`.

use super::FIRST_TOKENS;
use crate::record::Measures;

/// Returns the group confidences of a trace: the mean of every full window of `window` consecutive tokens,
/// in order. A trace shorter than the window has one group, the mean of all its tokens; an empty
/// trace has none.
///
/// Each window is summed separately, as in the reference implementation. A running sum would differ in the
/// last bits and could change the rounded mean ([`super::online::bar_confidence`]).
///
/// # Panics
/// If `window` is 0.
///
/// Cost: tokens × window additions, one allocation.
#[must_use]
pub fn group_confidences<T: Copy + Into<f64>>(confidences: &[T], window: usize) -> Vec<f64> {
    assert!(window > 0, "a window has at least one token");
    match confidences.len() {
        0 => Vec::new(),
        length if length < window => vec![mean(confidences)],
        _ => confidences.windows(window).map(mean).collect(),
    }
}

/// Returns the mean of the lowest tenth of the groups, at least one group; `None` without groups.
#[must_use]
pub fn bottom_tenth(groups: &[f64]) -> Option<f64> {
    if groups.is_empty() {
        return None;
    }
    let count = (groups.len() / 10).max(1);
    let mut lowest = groups.to_vec();
    lowest.select_nth_unstable_by(count - 1, f64::total_cmp);
    Some(mean(&lowest[..count]))
}

/// Computes all measures of one trace.
///
/// * `log_probabilities`: ln p of each sampled token under the raw distribution, nats.
/// * `confidences`: token confidence C_i = −(1/k) Σ ln p over the top k tokens, nats.
/// * `window`: tokens per group.
///
/// Returns `None` for a trace without tokens.
///
/// # Panics
/// If the lengths differ or `window` is 0.
#[must_use]
pub fn measures<T: Copy + Into<f64>>(
    log_probabilities: &[T],
    confidences: &[T],
    window: usize,
) -> Option<Measures> {
    assert_eq!(log_probabilities.len(), confidences.len(), "one confidence per token");
    if confidences.is_empty() {
        return None;
    }
    let groups = group_confidences(confidences, window);
    let mean_log_probability = mean(log_probabilities);
    Some(Measures {
        probability: mean_log_probability.exp(),
        mean: mean(confidences),
        lowest_group: groups.iter().copied().fold(f64::INFINITY, f64::min),
        bottom10: bottom_tenth(&groups)?,
        tail: mean(&confidences[confidences.len().saturating_sub(window)..]),
        first_tokens: mean(&confidences[..confidences.len().min(FIRST_TOKENS)]),
        inverted_nll: -mean_log_probability,
    })
}

/// Computes token confidences over the first `k` of `recorded` top log-probabilities per token, sorted in
/// descending order. −∞ marks a missing entry and is skipped.
///
/// # Panics
/// If `k` is 0 or more than `recorded`.
#[must_use]
pub fn top_k_confidences(log_probabilities: &[f32], recorded: usize, k: usize) -> Vec<f32> {
    assert!(k > 0 && k <= recorded, "{k} of {recorded} top tokens");
    let confidence = |row: &[f32]| {
        let possible = row[..k].iter().filter(|value| value.is_finite());
        let (sum, count) =
            possible.fold((0.0, 0_u32), |(sum, count), &value| (sum + f64::from(value), count + 1));
        (-sum / f64::from(count.max(1))) as f32
    };
    log_probabilities.chunks_exact(recorded).map(confidence).collect()
}

fn mean<T: Copy + Into<f64>>(values: &[T]) -> f64 {
    values.iter().map(|&value| value.into()).sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_trace_is_one_group() {
        assert_eq!(group_confidences(&[1.0, 2.0], 4), vec![1.5]);
        assert_eq!(group_confidences::<f64>(&[], 4), Vec::<f64>::new());
    }

    #[test]
    fn windows_slide_by_one_token() {
        assert_eq!(group_confidences(&[1.0_f32, 2.0, 3.0, 4.0], 2), vec![1.5, 2.5, 3.5]);
    }

    #[test]
    fn probability_is_the_geometric_mean() {
        let measures = measures(&[0.5_f64.ln(), 0.125_f64.ln()], &[1.0, 1.0], 8).unwrap();
        assert!((measures.probability - 0.25).abs() < 1e-12);
        assert!((measures.inverted_nll - 4.0_f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn the_beginning_is_five_tokens_or_fewer() {
        let all = [1.0, 2.0, 3.0, 4.0, 5.0, 90.0, 90.0];
        assert_eq!(measures(&all, &all, 8).unwrap().first_tokens, 3.0);
        assert_eq!(measures(&all[..2], &all[..2], 8).unwrap().first_tokens, 1.5);
    }

    #[test]
    fn a_smaller_k_averages_the_top_tokens() {
        let none = f32::NEG_INFINITY;
        let values = [-0.5, -1.5, -4.0, -1.0, none, none];
        assert_eq!(top_k_confidences(&values, 3, 3), [2.0, 1.0]);
        assert_eq!(top_k_confidences(&values, 3, 2), [1.0, 1.0]);
        assert_eq!(top_k_confidences(&values, 3, 1), [0.5, 1.0]);
    }

    #[test]
    fn an_empty_trace_has_no_measures() {
        assert_eq!(measures::<f64>(&[], &[], 8), None);
    }
}
