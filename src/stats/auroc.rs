//! Area under the ROC curve, by ranks.

/// Probability that a positive scores above a negative, ties counting one half (Mann and Whitney's
/// U over n₁ n₀): the area under the ROC curve of `scores` for `positive`.
///
/// Returns `None` unless both classes are present. Cost: one sort.
///
/// # Panics
/// If the lengths differ.
#[must_use]
pub fn auroc(scores: &[f64], positive: &[bool]) -> Option<f64> {
    assert_eq!(scores.len(), positive.len(), "one class per score");
    let positives = positive.iter().filter(|&&is| is).count();
    let negatives = positive.len() - positives;
    if positives == 0 || negatives == 0 {
        return None;
    }
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_unstable_by(|&a, &b| scores[a].total_cmp(&scores[b]));
    let mut rank_sum = 0.0;
    let mut start = 0;
    while start < order.len() {
        let tied =
            order[start..].iter().take_while(|&&index| scores[index] == scores[order[start]]).count().max(1);
        let middle_rank = start as f64 + (tied as f64 + 1.0) / 2.0;
        let hits = order[start..start + tied].iter().filter(|&&index| positive[index]).count();
        rank_sum += middle_rank * hits as f64;
        start += tied;
    }
    let (positives, negatives) = (positives as f64, negatives as f64);
    Some((rank_sum - positives * (positives + 1.0) / 2.0) / (positives * negatives))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_scikit_learn() {
        // sklearn.metrics.roc_auc_score([0,0,1,1], [0.1,0.4,0.35,0.8]) = 0.75, the manual's example
        let positive = [false, false, true, true];
        assert_eq!(auroc(&[0.1, 0.4, 0.35, 0.8], &positive), Some(0.75));
        assert_eq!(auroc(&[1.0, 1.0, 1.0, 1.0], &positive), Some(0.5));
        assert_eq!(auroc(&[1.0, 2.0], &[true, true]), None);
    }
}
