//! The bootstrap: seeded, so that the same data give the same interval.

use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};

use super::estimate::Estimate;
use super::quantile::quantile;

/// Percentile interval at 95 % of `statistic` over resamples of `0..n` with replacement.
///
/// `statistic` gets the drawn indices; where it gives `None` (a class is missing) the resample is
/// left out. Returns `None` if it gives none on the data themselves, or on nine resamples of ten.
///
/// Cost: `resamples` calls of `statistic`.
pub fn percentile_interval(
    n: usize,
    resamples: usize,
    seed: u64,
    statistic: impl Fn(&[usize]) -> Option<f64>,
) -> Option<Estimate> {
    let all: Vec<usize> = (0..n).collect();
    let point = statistic(&all)?;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut drawn = vec![0; n];
    let values: Vec<f64> = (0..resamples)
        .filter_map(|_| {
            drawn.iter_mut().for_each(|index| *index = below(&mut rng, n));
            statistic(&drawn)
        })
        .collect();
    if values.len() * 10 < resamples {
        return None;
    }
    Some(Estimate {
        point,
        low: quantile(&values, 0.025)?,
        high: quantile(&values, 0.975)?,
        level: 0.95,
        n,
        method: format!("bootstrap percentile, {} resamples, seed {seed}", values.len()),
    })
}

/// A uniform index below `n`, by Lemire's multiplication (its bias of n / 2⁶⁴ is not measurable).
fn below(rng: &mut ChaCha8Rng, n: usize) -> usize {
    ((u128::from(rng.next_u64()) * n as u128) >> 64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_of_many_has_the_interval_theory_gives() {
        // 0, 1, …, 99 has mean 49.5 and standard error 28.866 / 10: 95 % within ± 5.66.
        let mean = |drawn: &[usize]| Some(drawn.iter().sum::<usize>() as f64 / drawn.len() as f64);
        let estimate = percentile_interval(100, 4_000, 7, mean).unwrap();
        assert_eq!(estimate.point, 49.5);
        assert!((estimate.low - (49.5 - 5.66)).abs() < 0.4, "{}", estimate.low);
        assert!((estimate.high - (49.5 + 5.66)).abs() < 0.4, "{}", estimate.high);
        assert_eq!(Some(estimate), percentile_interval(100, 4_000, 7, mean));
    }
}
