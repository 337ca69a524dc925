//! Quantiles by linear interpolation (Hyndman and Fan's type 7: NumPy's and R's default).

/// Where a quantile lies among sorted values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    /// The order statistic at or below it.
    pub below: usize,
    /// The next one, or the same at the end.
    pub above: usize,
    /// How far it is from the one to the other, in [0, 1).
    fraction: f64,
}

impl Place {
    /// The place of the `q`-quantile among `n` values; `None` for none.
    pub fn of(q: f64, n: usize) -> Option<Self> {
        assert!((0.0..=1.0).contains(&q), "a quantile lies between 0 and 1, not at {q}");
        let last = n.checked_sub(1)?;
        let position = q * last as f64;
        let below = (position.floor() as usize).min(last);
        Some(Self { below, above: (below + 1).min(last), fraction: position - below as f64 })
    }

    /// The quantile between the two order statistics.
    pub fn between(self, below: f64, above: f64) -> f64 {
        below + self.fraction * (above - below)
    }
}

/// The `q`-quantile of `values`, q in [0, 1], linearly interpolated between order statistics.
///
/// Returns `None` for no values. NaN sorts last. Cost: a sort of a copy.
///
/// # Panics
/// If `q` is outside [0, 1].
#[must_use]
pub fn quantile(values: &[f64], q: f64) -> Option<f64> {
    quantiles(&mut values.to_vec(), [q]).map(|[found]| found)
}

/// Several quantiles of `values` at once; see [`quantile`]. Sorts the values.
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

/// The percentile `p` in [0, 100]; see [`quantile`].
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
