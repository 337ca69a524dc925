//! Permutation tests for pairs, seeded and identical for any number of threads.
//!
//! Under the null hypothesis either run could have produced either member of a pair. The members of pairs
//! therefore swap, or stay, with probability one half, all pairs of a cluster together.

use rand_core::Rng;
use rayon::prelude::*;

use super::clusters::Clusters;
use super::random::Draws;

/// Returns the two-sided p-value of a statistic under random swaps of the members of pairs. `statistic`
/// receives whether the members of each pair swap, and is 0 without a difference.
///
/// p = (1 + #{|t*| ≥ |t|}) / (1 + permutations), as in [`super::permutation::p_values`]. Returns `None` if
/// the data give no t. Permutations without a t* are left out.
///
/// Cost: `draws.count` calls of `statistic`, on rayon's threads.
pub fn swap_p_value(
    clusters: &Clusters,
    draws: Draws,
    statistic: impl Fn(&[bool]) -> Option<f64> + Sync,
) -> Option<f64> {
    let units = clusters.of_units();
    let observed = statistic(&vec![false; units.len()])?.abs();
    let (far, there) = (0..draws.count)
        .into_par_iter()
        .map_init(
            || vec![false; units.len()],
            |swapped, permutation| {
                let coins = Coins::toss(draws, permutation, clusters.count());
                for (swapped, &cluster) in swapped.iter_mut().zip(units) {
                    *swapped = coins.heads(cluster as usize);
                }
                counted(statistic(swapped), observed)
            },
        )
        .reduce(|| (0, 0), |one, other| (one.0 + other.0, one.1 + other.1));
    Some(f64::from(1 + far) / f64::from(1 + there))
}

/// Returns the two-sided p-value of the mean of paired differences under random sign changes, all of a
/// cluster together (Fisher 1935): [`swap_p_value`] of their sum.
///
/// Returns `None` without differences. Cost: `draws.count` times the number of clusters.
///
/// # Panics
/// If there is not one difference for each unit.
#[must_use]
pub fn sign_flip_p_value(differences: &[f64], clusters: &Clusters, draws: Draws) -> Option<f64> {
    assert_eq!(differences.len(), clusters.of_units().len(), "one difference per unit");
    if differences.is_empty() {
        return None;
    }
    let mut sums = vec![0.0; clusters.count()];
    for (difference, &cluster) in differences.iter().zip(clusters.of_units()) {
        sums[cluster as usize] += difference;
    }
    let observed = sums.iter().sum::<f64>().abs();
    let far: u32 = (0..draws.count)
        .into_par_iter()
        .map(|permutation| {
            let coins = Coins::toss(draws, permutation, sums.len());
            let signed = |(cluster, &sum): (usize, &f64)| if coins.heads(cluster) { -sum } else { sum };
            counted(Some(sums.iter().enumerate().map(signed).sum()), observed).0
        })
        .sum();
    Some(f64::from(1 + far) / f64::from(1 + draws.count))
}

/// Returns, as 0 or 1, whether a permuted value is at least as far from 0 as the observed one, and whether it
/// exists. Rounding differences are ignored.
fn counted(value: Option<f64>, observed: f64) -> (u32, u32) {
    value.map_or((0, 0), |value| (u32::from(value.abs() >= observed - 1e-12 * observed.max(1.0)), 1))
}

/// One coin for each cluster, 64 coins per random number.
struct Coins(Vec<u64>);

impl Coins {
    fn toss(draws: Draws, permutation: u32, clusters: usize) -> Self {
        let mut rng = draws.stream(permutation);
        Self((0..clusters.div_ceil(64)).map(|_| rng.next_u64()).collect())
    }

    fn heads(&self, cluster: usize) -> bool {
        self.0[cluster / 64] >> (cluster % 64) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWS: Draws = Draws { count: 4_000, seed: 5 };

    #[test]
    fn five_differences_of_one_sign() {
        // Two of 32 sign patterns are as extreme: p = 1/16, standard error 0.0038.
        let differences = [1.0, 0.5, 2.0, 0.1, 0.7];
        let p = sign_flip_p_value(&differences, &Clusters::singletons(5), DRAWS).unwrap();
        assert!((p - 0.0625).abs() < 0.016, "{p}");
        let sum = |swapped: &[bool]| {
            let signed = swapped.iter().zip(differences).map(|(&is, one)| if is { -one } else { one });
            Some(signed.sum())
        };
        assert_eq!(swap_p_value(&Clusters::singletons(5), DRAWS, sum), Some(p));
    }

    #[test]
    fn clusters_change_their_signs_together() {
        let one = sign_flip_p_value(&[1.0, 0.5, 2.0], &Clusters::singletons(3), DRAWS);
        let copied = [1.0, 1.0, 0.5, 0.5, 2.0, 2.0];
        let two = sign_flip_p_value(&copied, &Clusters::by((0..6).map(|unit| unit / 2)), DRAWS);
        assert_eq!(one, two);
        assert_eq!(sign_flip_p_value(&[0.0; 9], &Clusters::singletons(9), DRAWS), Some(1.0));
        assert_eq!(sign_flip_p_value(&[], &Clusters::singletons(0), DRAWS), None);
    }

    #[test]
    fn threads_change_nothing() {
        let differences: Vec<f64> = (0..200).map(|unit| f64::from(unit * 37 % 100) - 45.0).collect();
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| sign_flip_p_value(&differences, &Clusters::singletons(200), DRAWS))
        };
        assert_eq!(run(1), run(3));
    }
}
