//! Rankings of scores, sorted once and evaluated on many resamples.

use super::quantile::Place;

/// Order of a vector of scores, with equal scores grouped. The methods take time linear in the number of
/// scores, for any classes and multiplicities, which suits bootstraps and permutation tests.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranking {
    /// Units by ascending score.
    order: Vec<u32>,
    /// Scores in this order.
    sorted: Vec<f64>,
    /// End of each group of equal scores in `order`.
    ends: Vec<u32>,
}

impl Ranking {
    /// Sorts the scores of units `0..n`.
    ///
    /// # Panics
    /// If a score is NaN.
    #[must_use]
    pub fn new(scores: &[f64]) -> Self {
        assert!(scores.iter().all(|score| !score.is_nan()), "a score is NaN");
        let mut order: Vec<u32> = (0..scores.len() as u32).collect();
        let score = |unit: u32| scores[unit as usize];
        order.sort_unstable_by(|&a, &b| score(a).total_cmp(&score(b)).then(a.cmp(&b)));
        let sorted: Vec<f64> = order.iter().map(|&unit| score(unit)).collect();
        let is_end = |end: &usize| *end == sorted.len() || sorted[end - 1] != sorted[*end];
        let ends = (1..=sorted.len()).filter(is_end).map(|end| end as u32).collect();
        Self { order, sorted, ends }
    }

    /// Returns the number of units.
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Returns whether there are no units.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Returns the area under the ROC curve: the probability that a positive scores above a negative, with
    /// ties counting one half. With `weights`, unit i counts as `weights[i]` units.
    ///
    /// Returns `None` unless both classes are present.
    ///
    /// # Panics
    /// If there is not one class, or one weight, for each unit.
    #[must_use]
    pub fn auroc(&self, positive: &[bool], weights: Option<&[u32]>) -> Option<f64> {
        let concordance = concordance(self.groups(), &self.classes(positive, weights));
        concordance.share()
    }

    /// Returns the average precision Σ (Rᵢ − Rᵢ₋₁) Pᵢ over the distinct scores in descending order, where R
    /// and P are the recall and precision of "at or above the score". This is scikit-learn's definition: no
    /// interpolation, equal scores in one step. With `weights`, unit i counts as `weights[i]` units.
    ///
    /// Returns `None` without positives.
    ///
    /// # Panics
    /// As [`Self::auroc`].
    #[must_use]
    pub fn average_precision(&self, positive: &[bool], weights: Option<&[u32]>) -> Option<f64> {
        let class = self.classes(positive, weights);
        let (mut hits, mut all, mut sum) = (0_u64, 0_u64, 0.0);
        for group in self.groups().rev() {
            let found = Counts::of(group, &class);
            hits += found.positives;
            all += found.positives + found.negatives;
            if found.positives > 0 {
                sum += found.positives as f64 * (hits as f64 / all as f64);
            }
        }
        (hits > 0).then(|| sum / hits as f64)
    }

    /// Returns the `q`-quantile of the scores with score i repeated `weights[i]` times; see
    /// [`super::quantile::quantile`].
    ///
    /// Returns `None` if all weights are 0.
    ///
    /// # Panics
    /// If `q` is outside [0, 1], or there is not one weight for each unit.
    #[must_use]
    pub fn quantile(&self, q: f64, weights: &[u32]) -> Option<f64> {
        assert_eq!(weights.len(), self.len(), "one weight per unit");
        let total: u64 = weights.iter().map(|&weight| u64::from(weight)).sum();
        let place = Place::of(q, usize::try_from(total).ok()?)?;
        let mut passed = 0_usize;
        let mut below = None;
        for (&unit, &score) in self.order.iter().zip(&self.sorted) {
            passed += weights[unit as usize] as usize;
            if below.is_none() && passed > place.below {
                below = Some(score);
            }
            if passed > place.above {
                return below.map(|below| place.between(below, score));
            }
        }
        None
    }

    /// Returns the place of each unit's score among all scores, in (0, 1): (rank − ½) / n, where equal scores
    /// share their mean rank.
    #[must_use]
    pub fn places(&self) -> Vec<f64> {
        let mut places = vec![0.0; self.len()];
        let mut start = 0;
        for group in self.groups() {
            let place = (start as f64 + 0.5 * group.len() as f64) / self.len() as f64;
            group.iter().for_each(|&unit| places[unit as usize] = place);
            start += group.len();
        }
        places
    }

    /// Returns the groups of units with equal scores, ascending.
    pub(super) fn groups(&self) -> impl DoubleEndedIterator<Item = &[u32]> {
        (0..self.ends.len()).map(|group| {
            let start = if group == 0 { 0 } else { self.ends[group - 1] };
            &self.order[start as usize..self.ends[group] as usize]
        })
    }

    fn classes<'a>(&self, positive: &'a [bool], weights: Option<&'a [u32]>) -> Classes<'a> {
        assert_eq!(positive.len(), self.len(), "one class per score");
        assert!(weights.is_none_or(|weights| weights.len() == self.len()), "one weight per score");
        Classes { positive, weights }
    }
}

/// Classes and weights of the units.
pub(super) struct Classes<'a> {
    /// Class of each unit.
    pub positive: &'a [bool],
    /// Multiplicity of each unit; 1 if absent.
    pub weights: Option<&'a [u32]>,
}

/// Numbers of positives and negatives among some units.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    positives: u64,
    negatives: u64,
}

impl Counts {
    fn of(units: &[u32], class: &Classes<'_>) -> Self {
        let mut counts = Self::default();
        for &unit in units {
            let unit = unit as usize;
            let weight = class.weights.map_or(1, |weights| u64::from(weights[unit]));
            // Branch-free because the order of the classes is unpredictable.
            let hit = weight * u64::from(class.positive[unit]);
            counts.positives += hit;
            counts.negatives += weight - hit;
        }
        counts
    }
}

/// Numbers of pairs of a positive and a negative, and of concordant ones, with the positive above the
/// negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Concordance {
    /// Twice the number of concordant pairs: an integer, although a tie counts one half.
    pub doubled: u64,
    /// Number of pairs.
    pub pairs: u64,
}

impl Concordance {
    /// Returns the share of concordant pairs; `None` without pairs.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        (self.pairs > 0).then(|| self.doubled as f64 / (2.0 * self.pairs as f64))
    }

    /// Returns both counts multiplied by `times`.
    #[must_use]
    pub fn times(self, times: u64) -> Self {
        Self { doubled: times * self.doubled, pairs: times * self.pairs }
    }

    /// Returns the sums of both counts.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { doubled: self.doubled + other.doubled, pairs: self.pairs + other.pairs }
    }
}

/// Counts pairs over groups of equal scores, ascending.
pub(super) fn concordance<'a>(groups: impl Iterator<Item = &'a [u32]>, class: &Classes<'_>) -> Concordance {
    let (mut doubled, mut positives, mut negatives) = (0_u64, 0_u64, 0_u64);
    for group in groups {
        let found = Counts::of(group, class);
        doubled += found.positives * (2 * negatives + found.negatives);
        positives += found.positives;
        negatives += found.negatives;
    }
    Concordance { doubled, pairs: positives * negatives }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::quantile::quantile;

    #[test]
    fn weights_are_repetitions() {
        let scores = [0.3, 0.1, 0.3, 0.7, 0.5, 0.1];
        let positive = [true, false, false, true, false, true];
        let weights = [2, 0, 3, 1, 1, 4];
        let repeated: Vec<usize> =
            (0..6).flat_map(|unit| std::iter::repeat_n(unit, weights[unit] as usize)).collect();
        let written_out: Vec<f64> = repeated.iter().map(|&unit| scores[unit]).collect();
        let classes: Vec<bool> = repeated.iter().map(|&unit| positive[unit]).collect();
        let (weighted, plain) = (Ranking::new(&scores), Ranking::new(&written_out));
        assert_eq!(weighted.auroc(&positive, Some(&weights)), plain.auroc(&classes, None));
        assert_eq!(
            weighted.average_precision(&positive, Some(&weights)),
            plain.average_precision(&classes, None)
        );
        for q in [0.0, 0.1, 0.5, 0.77, 1.0] {
            assert_eq!(weighted.quantile(q, &weights), quantile(&written_out, q), "{q}");
        }
        assert_eq!(weighted.quantile(0.5, &[0; 6]), None);
    }

    #[test]
    fn zero_is_zero_whatever_its_sign() {
        let ranking = Ranking::new(&[-0.0, 0.0]);
        assert_eq!(ranking.auroc(&[true, false], None), Some(0.5));
    }
}
