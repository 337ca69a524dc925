//! Quantiles by linear interpolation (Hyndman and Fan's type 7, the default of NumPy and R).

/// Place of a quantile among sorted values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    /// Index of the order statistic at or below the quantile.
    pub below: usize,
    /// Index of the next order statistic, or of the last one.
    pub above: usize,
    /// Distance of the quantile from the lower towards the upper one, in [0, 1).
    fraction: f64,
}

impl Place {
    /// Returns the place of the `q`-quantile among `n` values; `None` without values.
    pub fn of(q: f64, n: usize) -> Option<Self> {
        assert!((0.0..=1.0).contains(&q), "q = {q} is not between 0 and 1");
        let last = n.checked_sub(1)?;
        let position = q * last as f64;
        let below = (position.floor() as usize).min(last);
        Some(Self { below, above: (below + 1).min(last), fraction: position - below as f64 })
    }

    /// Interpolates between the two order statistics.
    pub fn between(self, below: f64, above: f64) -> f64 {
        below + self.fraction * (above - below)
    }
}

/// Returns the `q`-quantile of `values`, q in [0, 1], linearly interpolated between order statistics.
///
/// Returns `None` without values. NaN sorts last. Cost: one sort of a copy.
///
/// # Panics
/// If `q` is outside [0, 1].
#[must_use]
pub fn quantile(values: &[f64], q: f64) -> Option<f64> {
    quantiles(&mut values.to_vec(), [q]).map(|[found]| found)
}

/// Returns several quantiles of `values`, which it sorts; see [`quantile`].
///
/// # Panics
/// If a `q` is outside [0, 1].
pub fn quantiles<const N: usize>(values: &mut [f64], q: [f64; N]) -> Option<[f64; N]> {
    values.sort_unstable_by(f64::total_cmp);
    let mut found = [0.0; N];
    for (found, q) in found.iter_mut().zip(q) {
        let place = Place::of(q, values.len())?;
        *found = place.between(values[place.below], values[place.above]);
    }
    Some(found)
}

/// Returns the percentile `p` in [0, 100]; see [`quantile`].
#[must_use]
pub fn percentile(values: &[f64], p: f64) -> Option<f64> {
    quantile(values, p / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interpolates_like_numpy() {
        // numpy.quantile([3, 1, 2, 10], [0, 0.25, 0.5, 0.9, 1])
        let values = [3.0, 1.0, 2.0, 10.0];
        for (q, expected) in [(0.0, 1.0), (0.25, 1.75), (0.5, 2.5), (0.9, 7.9), (1.0, 10.0)] {
            assert!((quantile(&values, q).unwrap() - expected).abs() < 1e-12, "{q}");
        }
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile(&[4.0], 0.9), Some(4.0));
    }
}
