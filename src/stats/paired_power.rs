//! Power of paired comparisons: 80 % in a two-sided test at α = 0.05.

use super::proportion::Z_95;

/// 80 % quantile of the normal distribution.
const Z_80: f64 = 0.841_621_233_572_914_3;

/// Returns the number of pairs that McNemar's test needs to show a `difference` of two proportions if a share
/// `discordant` of the pairs differ (Connor 1987, unconditional):
/// n = (z₀.₉₇₅ √ψ + z₀.₈ √(ψ − δ²))² / δ². The result is not rounded.
///
/// Returns `None` for no difference, or one above the share of pairs that differ.
#[must_use]
pub fn pairs_needed(difference: f64, discordant: f64) -> Option<f64> {
    let delta = difference.abs();
    if delta == 0.0 || delta > discordant || discordant > 1.0 {
        return None;
    }
    let root = Z_95 * discordant.sqrt() + Z_80 * (discordant - delta * delta).sqrt();
    Some((root / delta).powi(2))
}

/// Returns the smallest difference of two proportions that `n` pairs could have shown if a share `discordant`
/// of them differ: [`pairs_needed`] solved for δ.
///
/// Returns `None` if the test could not even show that all of these pairs go one way.
#[must_use]
pub fn smallest_difference(n: usize, discordant: f64) -> Option<f64> {
    if n == 0 || discordant <= 0.0 || discordant > 1.0 {
        return None;
    }
    let (n, one) = (n as f64, Z_95 * discordant.sqrt());
    let all = n + Z_80 * Z_80;
    // Greater root of (δ √n − z₀.₉₇₅ √ψ)² = z₀.₈² (ψ − δ²).
    let inner = one * one * n - all * (one * one - Z_80 * Z_80 * discordant);
    let delta = (one * n.sqrt() + inner.max(0.0).sqrt()) / all;
    (delta <= discordant).then_some(delta)
}

/// Returns the smallest difference of means that `n` pairs could have shown if their differences have this
/// standard deviation, by the normal distribution: (z₀.₉₇₅ + z₀.₈) σ / √n.
///
/// Returns `None` for n = 0.
#[must_use]
pub fn smallest_mean_difference(n: usize, deviation: f64) -> Option<f64> {
    (n > 0).then(|| (Z_95 + Z_80) * deviation / (n as f64).sqrt())
}

/// Returns the smallest difference that an estimate with a 95 % interval of this `width` could have shown,
/// assuming a normal distribution.
#[must_use]
pub fn smallest_by_width(width: f64) -> f64 {
    (Z_95 + Z_80) * width / (2.0 * Z_95)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_solves_the_other() {
        for (n, discordant) in [(300, 0.08), (50, 0.4), (5_000, 0.01), (40, 1.0)] {
            let delta = smallest_difference(n, discordant).unwrap();
            let back = pairs_needed(delta, discordant).unwrap();
            assert!((back - n as f64).abs() < 1e-6, "{n}: {back}");
        }
        assert!((smallest_difference(300, 0.08).unwrap() - 0.046).abs() < 0.001);
        // Two of a hundred pairs cannot show anything.
        assert_eq!(smallest_difference(100, 0.02), None);
        assert_eq!((pairs_needed(0.0, 0.1), pairs_needed(0.2, 0.1)), (None, None));
    }
}
