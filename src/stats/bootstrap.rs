//! Bootstrap over clusters, seeded and identical for any number of threads.

use rayon::prelude::*;

use super::clusters::Clusters;
use super::estimate::Estimate;
use super::quantile::quantile;
use super::random::Draws;

/// Returns 95 % percentile intervals of several statistics over the same resamples.
///
/// A resample draws as many clusters as there are, with replacement. `statistics` receives the multiplicity
/// of each unit, which is how often its cluster was drawn. If a statistic is `None` (a class is missing), its
/// interval leaves out that resample; the method of the estimate reports how many were kept. An estimate is
/// `None` if the data give no value, or if fewer than a tenth of the resamples do.
///
/// Cost: `draws.count` calls of `statistics`, on rayon's threads.
///
/// # Panics
/// If the number of values that `statistics` returns varies.
pub fn intervals(
    clusters: &Clusters,
    draws: Draws,
    statistics: impl Fn(&[u32]) -> Vec<Option<f64>> + Sync,
) -> Vec<Option<Estimate>> {
    let units = clusters.of_units();
    let points = statistics(&vec![1; units.len()]);
    let resampled: Vec<Vec<Option<f64>>> = (0..draws.count)
        .into_par_iter()
        .map_init(
            || (vec![0_u32; clusters.count()], vec![0_u32; units.len()]),
            |(drawn, weights), resample| {
                drawn.fill(0);
                draws.indices(resample, clusters.count()).for_each(|cluster| drawn[cluster] += 1);
                for (weight, &cluster) in weights.iter_mut().zip(units) {
                    *weight = drawn[cluster as usize];
                }
                let values = statistics(weights);
                assert_eq!(values.len(), points.len(), "the number of statistics varies");
                values
            },
        )
        .collect();
    let estimate = |(index, point): (usize, &Option<f64>)| {
        let values: Vec<f64> = resampled.iter().filter_map(|values| values[index]).collect();
        let (low, high) = percentile_interval(&values, draws.count as usize, 0.95)?;
        Some(Estimate {
            point: (*point)?,
            low,
            high,
            level: 0.95,
            n: units.len(),
            method: format!(
                "bootstrap percentile over {} clusters, {} resamples, seed {}",
                clusters.count(),
                values.len(),
                draws.seed
            ),
        })
    };
    points.iter().enumerate().map(estimate).collect()
}

/// Returns the interval of one statistic; see [`intervals`].
pub fn interval(
    clusters: &Clusters,
    draws: Draws,
    statistic: impl Fn(&[u32]) -> Option<f64> + Sync,
) -> Option<Estimate> {
    intervals(clusters, draws, |weights| vec![statistic(weights)]).pop().flatten()
}

/// Returns the percentile interval of a statistic's values over resamples: the quantiles at
/// (1 − level) / 2 and (1 + level) / 2.
///
/// Returns `None` if fewer than a tenth of the `resamples` gave a value.
#[must_use]
pub fn percentile_interval(values: &[f64], resamples: usize, level: f64) -> Option<(f64, f64)> {
    if values.len() * 10 < resamples {
        return None;
    }
    let tail = (1.0 - level) / 2.0;
    Some((quantile(values, tail)?, quantile(values, 1.0 - tail)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWS: Draws = Draws { count: 4_000, seed: 7 };

    /// Returns the mean of `of(unit)`, weighted by multiplicity.
    fn mean(weights: &[u32], of: impl Fn(usize) -> f64) -> Option<f64> {
        let total: u32 = weights.iter().sum();
        let sum: f64 = weights.iter().enumerate().map(|(unit, &weight)| f64::from(weight) * of(unit)).sum();
        (total > 0).then(|| sum / f64::from(total))
    }

    #[test]
    fn the_mean_of_many_has_the_interval_theory_gives() {
        // 0, 1, …, 99 has mean 49.5 and standard error 28.866 / 10: 95 % within ± 5.66.
        let of_each = |weights: &[u32]| mean(weights, |unit| unit as f64);
        let estimate = interval(&Clusters::singletons(100), DRAWS, of_each).unwrap();
        assert_eq!(estimate.point, 49.5);
        assert!((estimate.low - (49.5 - 5.66)).abs() < 0.4, "{}", estimate.low);
        assert!((estimate.high - (49.5 + 5.66)).abs() < 0.4, "{}", estimate.high);
    }

    #[test]
    fn copies_of_units_in_their_cluster_narrow_nothing() {
        let one = interval(&Clusters::singletons(50), DRAWS, |weights| mean(weights, |unit| unit as f64));
        let thrice = Clusters::by((0..150).map(|unit| unit % 50));
        let same = interval(&thrice, DRAWS, |weights| mean(weights, |unit| (unit % 50) as f64));
        let (one, same) = (one.unwrap(), same.unwrap());
        assert!((one.low - same.low).abs() < 1e-12 && (one.high - same.high).abs() < 1e-12);
        assert_eq!((one.n, same.n), (50, 150));
    }

    #[test]
    fn threads_change_nothing() {
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                interval(&Clusters::singletons(40), DRAWS, |weights| mean(weights, |unit| unit as f64))
            })
        };
        assert_eq!(run(1), run(3));
    }

    #[test]
    fn a_statistic_that_mostly_fails_has_no_interval() {
        let clusters = Clusters::singletons(30);
        // One unit is missing from a resample with probability (29/30)³⁰ = 0.36.
        let kept = interval(&clusters, DRAWS, |weights| (weights[0] > 0).then_some(1.0)).unwrap();
        let resamples: f64 = kept.method.split(' ').nth(5).unwrap().parse().unwrap();
        assert!((resamples / 4_000.0 - 0.638).abs() < 0.03, "{}", kept.method);
        // A unit is drawn five times or more in 0.3 % of resamples.
        let rare = |weights: &[u32]| (weights[0] >= 5 || weights == [1; 30]).then_some(1.0);
        assert_eq!(interval(&clusters, DRAWS, rare), None);
    }
}
