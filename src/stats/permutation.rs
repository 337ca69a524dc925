//! Permutation tests, seeded and identical for any number of threads.
//!
//! An [`Exchange`] defines which outcomes may swap. Units of one cluster keep their outcomes together: the
//! whole vector of a cluster's outcomes moves to another cluster that has as many units in the same strata.
//! Clusters without such a partner keep their outcomes. The test assumes nothing about units within a
//! cluster, only that clusters of one kind are exchangeable if score and outcome are unrelated. With few
//! partners the test is valid but has little power.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::clusters::Clusters;
use super::random::{Draws, shuffle};

/// Outcomes that may swap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    units: usize,
    /// Clusters that may swap with each other.
    pools: Vec<Pool>,
}

/// Clusters of one kind with `size` units each, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pool {
    size: usize,
    units: Vec<u32>,
}

impl Exchange {
    /// Lets any unit swap with any other.
    #[must_use]
    pub fn free(n: usize) -> Self {
        Self::new(&Clusters::singletons(n), None)
    }

    /// Lets units swap within their stratum.
    #[must_use]
    pub fn within(strata: &[u32]) -> Self {
        Self::new(&Clusters::singletons(strata.len()), Some(strata))
    }

    /// Lets clusters swap with clusters that have as many units, in the same strata if given. Units of a
    /// cluster are ordered by stratum, then by index.
    ///
    /// # Panics
    /// If there is not one stratum for each unit.
    #[must_use]
    pub fn new(clusters: &Clusters, strata: Option<&[u32]>) -> Self {
        let units = clusters.of_units();
        assert!(strata.is_none_or(|strata| strata.len() == units.len()), "one stratum per unit");
        let stratum = |unit: u32| strata.map_or(0, |strata| strata[unit as usize]);
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); clusters.count()];
        for (unit, &cluster) in units.iter().enumerate() {
            members[cluster as usize].push(unit as u32);
        }
        let mut pools: BTreeMap<Vec<u32>, Vec<u32>> = BTreeMap::new();
        for mut cluster in members {
            cluster.sort_by_key(|&unit| stratum(unit));
            let kind = cluster.iter().map(|&unit| stratum(unit)).collect();
            pools.entry(kind).or_default().extend(cluster);
        }
        let pools = pools.into_iter().map(|(kind, units)| Pool { size: kind.len(), units });
        Self { units: units.len(), pools: pools.filter(|pool| pool.units.len() > pool.size).collect() }
    }

    /// Returns whether a permutation can change any outcome.
    #[must_use]
    pub fn moves(&self, outcomes: &[bool]) -> bool {
        self.pools.iter().any(|pool| {
            let vectors = pool.units.chunks(pool.size);
            let outcomes_of =
                |units: &[u32]| -> Vec<bool> { units.iter().map(|&unit| outcomes[unit as usize]).collect() };
            let first = outcomes_of(&pool.units[..pool.size]);
            vectors.skip(1).any(|units| outcomes_of(units) != first)
        })
    }
}

/// Returns two-sided p-values of several statistics over the same permutations of `outcomes`.
///
/// p = (1 + #{|t* − centre| ≥ |t − centre|}) / (1 + permutations), so a test never rejects more often than
/// its level. `centre` is the value without a relation. Rounding differences are ignored. A p-value is `None`
/// if the data give no t or no outcome can change. Permutations without a t* are left out.
///
/// Cost: `draws.count` calls of `statistics`, on rayon's threads.
///
/// # Panics
/// If there is not one outcome for each unit.
pub fn p_values(
    outcomes: &[bool],
    exchange: &Exchange,
    draws: Draws,
    centre: f64,
    statistics: impl Fn(&[bool]) -> Vec<Option<f64>> + Sync,
) -> Vec<Option<f64>> {
    assert_eq!(outcomes.len(), exchange.units, "one outcome per unit");
    let observed = statistics(outcomes);
    if !exchange.moves(outcomes) {
        return vec![None; observed.len()];
    }
    let order = || exchange.pools.iter().map(|pool| (0..(pool.units.len() / pool.size) as u32).collect());
    // For each statistic: permutations at least as far from the centre, and permutations with a value.
    let counts = (0..draws.count)
        .into_par_iter()
        .map_init(
            || (outcomes.to_vec(), Vec::<Vec<u32>>::new()),
            |(permuted, orders), permutation| {
                let mut rng = draws.stream(permutation);
                // Every permutation starts from the same order, so that it depends only on its number.
                orders.clear();
                orders.extend(order());
                for (pool, order) in exchange.pools.iter().zip(orders) {
                    shuffle(order, &mut rng);
                    for (to, &from) in pool.units.chunks(pool.size).zip(order.iter()) {
                        let from = &pool.units[from as usize * pool.size..][..pool.size];
                        for (&to, &from) in to.iter().zip(from) {
                            permuted[to as usize] = outcomes[from as usize];
                        }
                    }
                }
                let far = |(value, observed): (Option<f64>, &Option<f64>)| match (value, observed) {
                    (Some(value), Some(observed)) => {
                        let distance = (observed - centre).abs();
                        ((value - centre).abs() >= distance - 1e-12 * distance.max(1.0), true)
                    }
                    _ => (false, false),
                };
                statistics(permuted).into_iter().zip(&observed).map(far).collect::<Vec<_>>()
            },
        )
        .fold(
            || vec![(0_u32, 0_u32); observed.len()],
            |mut counts, found| {
                for (count, (is_far, is_there)) in counts.iter_mut().zip(found) {
                    count.0 += u32::from(is_far);
                    count.1 += u32::from(is_there);
                }
                counts
            },
        )
        .reduce(
            || vec![(0, 0); observed.len()],
            |one, other| one.iter().zip(other).map(|(a, b)| (a.0 + b.0, a.1 + b.1)).collect(),
        );
    let p = |(far, there): (u32, u32)| f64::from(1 + far) / f64::from(1 + there);
    counts.into_iter().zip(&observed).map(|(counts, value)| value.map(|_| p(counts))).collect()
}

/// Returns the p-value of one statistic; see [`p_values`].
pub fn p_value(
    outcomes: &[bool],
    exchange: &Exchange,
    draws: Draws,
    centre: f64,
    statistic: impl Fn(&[bool]) -> Option<f64> + Sync,
) -> Option<f64> {
    p_values(outcomes, exchange, draws, centre, |outcomes| vec![statistic(outcomes)]).pop().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::ranking::Ranking;

    const DRAWS: Draws = Draws { count: 3_000, seed: 11 };

    #[test]
    fn two_perfectly_ordered_groups_of_three() {
        // Two of 20 assignments of three positives among six are as extreme: p = 0.1.
        let ranking = Ranking::new(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        let outcomes = [false, false, false, true, true, true];
        let p = p_value(&outcomes, &Exchange::free(6), DRAWS, 0.5, |positive| ranking.auroc(positive, None));
        // Standard error: √(0.1 · 0.9 / 3000) = 0.0055.
        assert!((p.unwrap() - 0.1).abs() < 0.022, "{p:?}");
    }

    #[test]
    fn clusters_carry_their_outcomes_together() {
        // Each unit appears three times in its cluster. There are as many arrangements as without copies, so
        // p is the same.
        let scores = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let outcomes = [false, true, false, true, true, true];
        let thrice = |index: usize| index / 3;
        let copied: Vec<f64> = (0..18).map(|index| scores[thrice(index)]).collect();
        let their: Vec<bool> = (0..18).map(|index| outcomes[thrice(index)]).collect();
        let (one, many) = (Ranking::new(&scores), Ranking::new(&copied));
        let clusters = Exchange::new(&Clusters::by((0..18).map(thrice)), None);
        let p = p_value(&outcomes, &Exchange::free(6), DRAWS, 0.5, |is| one.auroc(is, None));
        let same = p_value(&their, &clusters, DRAWS, 0.5, |is| many.auroc(is, None));
        assert_eq!(p, same);
        let naive = p_value(&their, &Exchange::free(18), DRAWS, 0.5, |is| many.auroc(is, None));
        assert!(naive < p, "{naive:?} {p:?}");
    }

    #[test]
    fn strata_keep_their_outcomes() {
        let strata = [0, 0, 1, 1, 1];
        let outcomes = [true, false, true, false, false];
        let kept = |is: &[bool]| {
            let positives = [&is[..2], &is[2..]].map(|part| part.iter().filter(|&&one| one).count());
            assert_eq!(positives, [1, 1]);
            Some(0.0)
        };
        assert_eq!(p_value(&outcomes, &Exchange::within(&strata), DRAWS, 0.0, kept), Some(1.0));
        // Units with different outcomes share no stratum.
        let determined = [true, true, false, false, false];
        assert_eq!(p_value(&determined, &Exchange::within(&strata), DRAWS, 0.0, |_| Some(0.0)), None);
    }

    #[test]
    fn threads_change_nothing() {
        let ranking = Ranking::new(&(0..40).map(|unit| f64::from(unit * 7 % 40)).collect::<Vec<_>>());
        let outcomes: Vec<bool> = (0..40).map(|unit| unit % 3 == 0).collect();
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| p_value(&outcomes, &Exchange::free(40), DRAWS, 0.5, |is| ranking.auroc(is, None)))
        };
        assert_eq!(run(1), run(3));
    }
}
