//! Concordance within strata: the area under the ROC curve, adjusted for the strata.

use super::ranking::{Classes, Concordance, concordance};

/// Scores sorted within each stratum; see [`super::ranking::Ranking`].
///
/// Only pairs within a stratum are compared. The pooled area is the share of concordant pairs among them, so
/// a stratum weighs by its number of pairs (positives × negatives). Differences between strata, in scores or
/// outcomes, have no effect.
#[derive(Clone, Debug, PartialEq)]
pub struct Stratified {
    /// Units by stratum, then by ascending score.
    order: Vec<u32>,
    /// Ends of the groups of equal scores in `order`, by stratum.
    ends: Vec<Vec<u32>>,
}

impl Stratified {
    /// Sorts the scores of units `0..n` within their strata, which are numbered from 0.
    ///
    /// # Panics
    /// If there is not one stratum for each score, or a score is NaN.
    #[must_use]
    pub fn new(scores: &[f64], strata: &[u32]) -> Self {
        assert_eq!(scores.len(), strata.len(), "one stratum per score");
        assert!(scores.iter().all(|score| !score.is_nan()), "a score is NaN");
        let key = |unit: u32| (strata[unit as usize], scores[unit as usize]);
        let mut order: Vec<u32> = (0..scores.len() as u32).collect();
        order.sort_unstable_by(|&a, &b| {
            let ((stratum, score), (other, its)) = (key(a), key(b));
            stratum.cmp(&other).then(score.total_cmp(&its)).then(a.cmp(&b))
        });
        let mut ends = vec![Vec::new(); strata.iter().max().map_or(0, |&last| last as usize + 1)];
        for (index, &unit) in order.iter().enumerate() {
            if order.get(index + 1).is_none_or(|&next| key(next) != key(unit)) {
                ends[strata[unit as usize] as usize].push(index as u32 + 1);
            }
        }
        Self { order, ends }
    }

    /// Returns the concordant pairs of each stratum. With `weights`, unit i counts as `weights[i]` units.
    ///
    /// # Panics
    /// If there is not one class, or one weight, for each unit.
    pub fn by_stratum<'a>(
        &'a self,
        positive: &'a [bool],
        weights: Option<&'a [u32]>,
    ) -> impl Iterator<Item = Concordance> {
        assert_eq!(positive.len(), self.order.len(), "one class per score");
        assert!(weights.is_none_or(|weights| weights.len() == self.order.len()), "one weight per score");
        let class = Classes { positive, weights };
        let mut start = 0;
        self.ends.iter().map(move |ends| {
            let groups = ends.iter().map(|&end| {
                let group = &self.order[start..end as usize];
                start = end as usize;
                group
            });
            concordance(groups, &class)
        })
    }

    /// Returns the concordant pairs of all strata together.
    ///
    /// To resample whole strata, as prompts are when traces are compared within a prompt, use
    /// [`Self::by_stratum`] once and then [`Concordance::times`]: a stratum drawn twice contributes its pairs
    /// twice, whereas units with weight 2 contribute them four times.
    ///
    /// # Panics
    /// As [`Self::by_stratum`].
    #[must_use]
    pub fn concordance(&self, positive: &[bool], weights: Option<&[u32]>) -> Concordance {
        self.by_stratum(positive, weights).fold(Concordance::default(), Concordance::and)
    }

    /// Returns the pooled area under the ROC curve; `None` if no stratum has both classes.
    ///
    /// # Panics
    /// As [`Self::by_stratum`].
    #[must_use]
    pub fn auroc(&self, positive: &[bool], weights: Option<&[u32]>) -> Option<f64> {
        self.concordance(positive, weights).share()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::ranking::Ranking;

    #[test]
    fn pools_the_pairs_of_the_strata() {
        // Stratum 0: positives 2 and 4 against 1 and 3: 3 of 4. Stratum 1: 5 against 5: 1/2 of 1. Stratum 3
        // has one class. Pairs across strata would change the result.
        let scores = [2.0, 4.0, 1.0, 3.0, 5.0, 5.0, 9.0];
        let strata = [0, 0, 0, 0, 1, 1, 3];
        let positive = [true, true, false, false, true, false, false];
        let stratified = Stratified::new(&scores, &strata);
        let found: Vec<_> =
            stratified.by_stratum(&positive, None).map(|one| (one.doubled, one.pairs)).collect();
        assert_eq!(found, [(6, 4), (1, 1), (0, 0), (0, 0)]);
        assert_eq!(stratified.auroc(&positive, None), Some(3.5 / 5.0));
        // Doubling the units of stratum 0 quadruples its pairs.
        let weights = [2, 2, 2, 2, 1, 1, 1];
        assert_eq!(stratified.auroc(&positive, Some(&weights)), Some(12.5 / 17.0));
        let one = Stratified::new(&scores, &[0; 7]);
        assert_eq!(one.auroc(&positive, None), Ranking::new(&scores).auroc(&positive, None));
        assert_eq!(Stratified::new(&[], &[]).auroc(&[], None), None);
    }
}
