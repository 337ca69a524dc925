//! From the tokens of one trace to its confidence measures (section 3.1 of the paper).

use crate::record::Measures;

/// The group confidences of a trace: the mean of every full window of `window` consecutive tokens,
/// in order. A trace shorter than the window has one group, the mean of all its tokens; an empty
/// trace has none.
///
/// # Panics
/// If `window` is 0.
///
/// Cost: linear, one allocation.
#[must_use]
pub fn group_confidences(confidences: &[f64], window: usize) -> Vec<f64> {
    assert!(window > 0, "a window has at least one token");
    if confidences.is_empty() {
        return Vec::new();
    }
    if confidences.len() < window {
        return vec![mean(confidences)];
    }
    let mut sum: f64 = confidences[..window].iter().sum();
    let mut groups = Vec::with_capacity(confidences.len() - window + 1);
    groups.push(sum / window as f64);
    for (entering, leaving) in confidences[window..].iter().zip(confidences) {
        sum += entering - leaving;
        groups.push(sum / window as f64);
    }
    groups
}

/// Mean of the lowest tenth of the groups, of at least one.
///
/// Returns `None` for no groups.
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

/// All measures of one trace.
///
/// * `log_probabilities`: ln p of each sampled token under the raw distribution, nats.
/// * `confidences`: token confidence C_i = −(1/k) Σ ln p over the k likeliest tokens, nats.
/// * `window`: tokens per group.
///
/// Returns `None` for a trace without tokens.
///
/// # Panics
/// If the lengths differ or `window` is 0.
#[must_use]
pub fn measures(log_probabilities: &[f64], confidences: &[f64], window: usize) -> Option<Measures> {
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
        inverted_nll: -mean_log_probability,
    })
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_trace_is_one_group() {
        assert_eq!(group_confidences(&[1.0, 2.0], 4), vec![1.5]);
        assert_eq!(group_confidences(&[], 4), Vec::<f64>::new());
    }

    #[test]
    fn windows_slide_by_one_token() {
        assert_eq!(group_confidences(&[1.0, 2.0, 3.0, 4.0], 2), vec![1.5, 2.5, 3.5]);
    }

    #[test]
    fn probability_is_the_geometric_mean() {
        let measures = measures(&[0.5_f64.ln(), 0.125_f64.ln()], &[1.0, 1.0], 8).unwrap();
        assert!((measures.probability - 0.25).abs() < 1e-12);
        assert!((measures.inverted_nll - 4.0_f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn an_empty_trace_has_no_measures() {
        assert_eq!(measures(&[], &[], 8), None);
    }
}
