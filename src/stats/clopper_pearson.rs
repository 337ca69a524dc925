//! Exact interval for a proportion.

use super::estimate::Estimate;
use super::special::beta_quantile;

/// Returns the 95 % interval of Clopper and Pearson (1934) for `successes` of `n`: the proportions that a
/// binomial test at 2.5 % on each side does not reject. Its coverage is at least nominal, and it is wider
/// than Wilson's.
///
/// Returns `None` for n = 0. Cost: about fifty evaluations of the incomplete beta function for each end.
///
/// # Panics
/// If `successes` exceeds `n`.
#[must_use]
pub fn clopper_pearson(successes: usize, n: usize) -> Option<Estimate> {
    assert!(successes <= n, "{successes} of {n}");
    if n == 0 {
        return None;
    }
    let (hits, misses) = (successes as f64, (n - successes) as f64);
    Some(Estimate {
        point: hits / n as f64,
        low: if successes == 0 { 0.0 } else { beta_quantile(0.025, hits, misses + 1.0) },
        high: if successes == n { 1.0 } else { beta_quantile(0.975, hits + 1.0, misses) },
        level: 0.95,
        n,
        method: "clopper-pearson".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_and_all_have_closed_forms() {
        // (1 − high)ⁿ = 0.025.
        let none = clopper_pearson(0, 10).unwrap();
        assert!((none.high - (1.0 - 0.025_f64.powf(0.1))).abs() < 1e-14 && none.low == 0.0);
        let all = clopper_pearson(10, 10).unwrap();
        assert!((all.low - 0.025_f64.powf(0.1)).abs() < 1e-14 && all.high == 1.0);
        assert_eq!(clopper_pearson(0, 0), None);
    }
}
