//! Conversion of a score to a probability by Platt's scaling (Platt 1999), fitted by Newton's method with
//! backtracking (Lin, Lin and Weng 2007).

use serde::{Deserialize, Serialize};

/// Maximum number of steps; about ten are usual.
const STEPS: usize = 100;

/// Largest component of the gradient at which the search ends.
const SMALL_GRADIENT: f64 = 1e-9;

/// Value added to the diagonal of the matrix of second derivatives, so that it is invertible.
const RIDGE: f64 = 1e-12;

/// p = 1 / (1 + exp(−(slope · score + intercept))).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Platt {
    /// Change of the log-odds per unit of the score.
    pub slope: f64,
    /// Log-odds at score 0.
    pub intercept: f64,
}

impl Platt {
    /// Fits by maximum likelihood to Platt's smoothed targets:
    /// (n₁ + 1) / (n₁ + 2) for positives, 1 / (n₀ + 2) for the others. These targets give a maximum even if
    /// the score separates the classes perfectly.
    ///
    /// Returns `None` if only one class is present, the scores do not vary, or a score is not finite.
    ///
    /// # Panics
    /// If there is not one score for each outcome.
    #[must_use]
    pub fn fit(scores: &[f64], positive: &[bool]) -> Option<Self> {
        assert_eq!(scores.len(), positive.len(), "one score per outcome");
        let positives = positive.iter().filter(|&&is| is).count();
        let others = positive.len() - positives;
        let varies = scores.iter().any(|score| *score != scores[0]);
        if positives == 0 || others == 0 || !varies || scores.iter().any(|score| !score.is_finite()) {
            return None;
        }
        let (high, low) = ((positives as f64 + 1.0) / (positives as f64 + 2.0), 1.0 / (others as f64 + 2.0));
        let targets: Vec<f64> = positive.iter().map(|&is| if is { high } else { low }).collect();
        let mut at = Self { slope: 0.0, intercept: ((positives as f64 + 1.0) / (others as f64 + 1.0)).ln() };
        let mut loss = at.loss(scores, &targets);
        for _ in 0..STEPS {
            let (gradient, second) = at.derivatives(scores, &targets);
            if gradient.0.abs() < SMALL_GRADIENT && gradient.1.abs() < SMALL_GRADIENT {
                break;
            }
            let determinant = second.0 * second.2 - second.1 * second.1;
            let step = (
                -(second.2 * gradient.0 - second.1 * gradient.1) / determinant,
                -(second.0 * gradient.1 - second.1 * gradient.0) / determinant,
            );
            let falls = gradient.0 * step.0 + gradient.1 * step.1;
            let mut length = 1.0;
            loop {
                let next =
                    Self { slope: at.slope + length * step.0, intercept: at.intercept + length * step.1 };
                let its = next.loss(scores, &targets);
                if its < loss + 1e-4 * length * falls {
                    (at, loss) = (next, its);
                    break;
                }
                length /= 2.0;
                if length < 1e-10 {
                    // No step improves the loss beyond rounding.
                    return Some(at);
                }
            }
        }
        Some(at)
    }

    /// Returns the probability of a score.
    #[must_use]
    pub fn probability(&self, score: f64) -> f64 {
        1.0 / (1.0 + (-(self.slope * score + self.intercept)).exp())
    }

    /// Returns the negative log-likelihood Σ ln(1 + eᶻ) − t z, without overflow.
    fn loss(&self, scores: &[f64], targets: &[f64]) -> f64 {
        let one = |(score, target): (&f64, &f64)| {
            let z = self.slope * score + self.intercept;
            z.max(0.0) + (-z.abs()).exp().ln_1p() - target * z
        };
        scores.iter().zip(targets).map(one).sum()
    }

    /// Returns the gradient of the loss by slope and intercept, and the three distinct second derivatives.
    fn derivatives(&self, scores: &[f64], targets: &[f64]) -> ((f64, f64), (f64, f64, f64)) {
        let (mut gradient, mut second) = ((0.0, 0.0), (RIDGE, 0.0, RIDGE));
        for (&score, &target) in scores.iter().zip(targets) {
            let p = self.probability(score);
            gradient.0 += (p - target) * score;
            gradient.1 += p - target;
            let weight = p * (1.0 - p);
            second.0 += weight * score * score;
            second.1 += weight * score;
            second.2 += weight;
        }
        (gradient, second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_scores_get_the_means_of_their_targets() {
        // Score 1: 3 of 4 positive; score −1: 1 of 6. Targets 5/6 for the 4 positives and 1/8 for the 6
        // others. The fit has as many parameters as scores, so it gives
        // (3 · 5/6 + 1/8) / 4 and (5/6 + 5 · 1/8) / 6.
        let scores = [1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0];
        let positive = [true, true, true, false, true, false, false, false, false, false];
        let fit = Platt::fit(&scores, &positive).unwrap();
        assert!((fit.probability(1.0) - 2.625 / 4.0).abs() < 1e-9, "{fit:?}");
        assert!((fit.probability(-1.0) - (5.0 / 6.0 + 0.625) / 6.0).abs() < 1e-9, "{fit:?}");
    }

    #[test]
    fn a_score_that_tells_all_apart_is_not_certain() {
        // Extreme scores, as of a guard that is always certain, get the smoothed targets.
        let scores: Vec<f64> = (0..60).map(|index| if index < 20 { 13.8 } else { -13.8 }).collect();
        let positive: Vec<bool> = (0..60).map(|index| index < 20).collect();
        let fit = Platt::fit(&scores, &positive).unwrap();
        assert!((fit.probability(13.8) - 21.0 / 22.0).abs() < 1e-9, "{fit:?}");
        assert!((fit.probability(-13.8) - 1.0 / 42.0).abs() < 1e-9, "{fit:?}");
        assert!(fit.slope > 0.0);
    }

    #[test]
    fn overconfident_scores_are_drawn_in() {
        // 30 of 40 scores at +6 (p = 0.998) and 10 of 40 at −6 are positive: the slope is near ln 3 / 6.
        let scores: Vec<f64> = (0..80).map(|index| if index < 40 { 6.0 } else { -6.0 }).collect();
        let positive: Vec<bool> = (0..80).map(|index| !(30..70).contains(&index)).collect();
        let fit = Platt::fit(&scores, &positive).unwrap();
        let high = (30.0 * 41.0 / 42.0 + 10.0 / 42.0) / 40.0;
        assert!((fit.probability(6.0) - high).abs() < 1e-9 && fit.intercept.abs() < 1e-9, "{fit:?}");
    }

    #[test]
    fn there_is_no_fit_without_two_kinds_and_two_scores() {
        assert_eq!(Platt::fit(&[1.0, 2.0], &[true, true]), None);
        assert_eq!(Platt::fit(&[1.0, 1.0], &[true, false]), None);
        assert_eq!(Platt::fit(&[1.0, f64::INFINITY], &[true, false]), None);
        assert_eq!(Platt::fit(&[], &[]), None);
    }
}
