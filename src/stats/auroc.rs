//! Area under the ROC curve and average precision of one vector of scores.

use super::ranking::Ranking;

/// Returns the area under the ROC curve of `scores` for `positive`: the probability that a positive scores
/// above a negative, with ties counting one half (Mann and Whitney's U over n₁ n₀).
///
/// Returns `None` unless both classes are present. Cost: one sort.
///
/// # Panics
/// If the lengths differ.
#[must_use]
pub fn auroc(scores: &[f64], positive: &[bool]) -> Option<f64> {
    Ranking::new(scores).auroc(positive, None)
}

/// Returns the average precision of `scores` for `positive`; see [`Ranking::average_precision`].
///
/// Returns `None` without positives. Cost: one sort.
///
/// # Panics
/// If the lengths differ.
#[must_use]
pub fn average_precision(scores: &[f64], positive: &[bool]) -> Option<f64> {
    Ranking::new(scores).average_precision(positive, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_scikit_learn() {
        // sklearn.metrics.roc_auc_score([0,0,1,1], [0.1,0.4,0.35,0.8]) = 0.75, the example of its manual;
        // average_precision_score of the same = 0.8333…
        let positive = [false, false, true, true];
        let scores = [0.1, 0.4, 0.35, 0.8];
        assert_eq!(auroc(&scores, &positive), Some(0.75));
        assert!((average_precision(&scores, &positive).unwrap() - 5.0 / 6.0).abs() < 1e-15);
        assert_eq!(auroc(&[1.0; 4], &positive), Some(0.5));
        assert_eq!(average_precision(&[1.0; 4], &positive), Some(0.5));
        assert_eq!(auroc(&[1.0, 2.0], &[true, true]), None);
        assert_eq!(average_precision(&[1.0, 2.0], &[false, false]), None);
    }
}
