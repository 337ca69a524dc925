//! Divergence between two rows of logits over the same vocabulary.

use super::row::BadLogits;
use super::vector::{maximum, sum_exp, weighted_difference};

/// Divergence of a next-token distribution q from a reference distribution p.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Divergence {
    /// Kullback-Leibler divergence Σ p ln(p / q) over the whole vocabulary, in nats; at least 0 up to
    /// rounding.
    pub kl: f64,
    /// Whether both have the same top token (the first of equals).
    pub same_top: bool,
}

/// Computes the divergence between two rows of raw logits; equal rows give exactly 0.
///
/// Cost: five vectorised passes over the vocabulary.
///
/// # Errors
/// [`BadLogits`] if a row contains NaN or no finite value.
///
/// # Panics
/// If the rows differ in length.
pub fn divergence(reference: &[f32], other: &[f32]) -> Result<Divergence, BadLogits> {
    assert_eq!(reference.len(), other.len(), "one vocabulary");
    let (top, other_top) = (maximum(reference), maximum(other));
    if !top.is_finite() || !other_top.is_finite() {
        return Err(BadLogits);
    }
    let (sum, other_sum) = (sum_exp(reference, top, 1.0), sum_exp(other, other_top, 1.0));
    if sum.is_nan() || other_sum.is_nan() {
        return Err(BadLogits);
    }
    // KL = Σ p (a − b) + ln Z_b − ln Z_a, with a and b relative to their maxima.
    let mean = weighted_difference(reference, top, other, other_top) / sum;
    let first = |row: &[f32], top: f32| row.iter().position(|&value| value == top);
    Ok(Divergence {
        kl: mean + (other_sum.ln() - sum.ln()),
        same_top: first(reference, top) == first(other, other_top),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn by_definition(a: &[f32], b: &[f32]) -> f64 {
        let log_p = |row: &[f32]| -> Vec<f64> {
            let top = row.iter().copied().fold(f32::MIN, f32::max);
            let sum: f64 = row.iter().map(|&x| f64::from(x - top).exp()).sum();
            row.iter().map(|&x| f64::from(x) - f64::from(top) - sum.ln()).collect()
        };
        let (p, q) = (log_p(a), log_p(b));
        p.iter().zip(&q).map(|(p, q)| p.exp() * (p - q)).sum()
    }

    proptest! {
        #[test]
        fn as_defined(
            rows in (1_usize..3_000).prop_flat_map(|n| {
                (prop::collection::vec(-20.0_f32..20.0, n), prop::collection::vec(-20.0_f32..20.0, n))
            }),
        ) {
            let (a, b) = rows;
            let expected = by_definition(&a, &b);
            let found = divergence(&a, &b).unwrap();
            prop_assert!((found.kl - expected).abs() < 2e-6 * expected.max(1.0), "{} {expected}", found.kl);
            prop_assert_eq!(divergence(&a, &a).unwrap(), Divergence { kl: 0.0, same_top: true });
        }
    }

    #[test]
    fn a_shift_of_all_logits_changes_nothing() {
        let a: Vec<f32> = (0..1_000).map(|i| ((i * 37) % 101) as f32 * 0.125).collect();
        let b: Vec<f32> = a.iter().map(|x| x + 4.0).collect();
        assert_eq!(divergence(&a, &b).unwrap(), Divergence { kl: 0.0, same_top: true });
    }

    #[test]
    fn impossible_tokens_count_nothing_where_the_reference_has_them_too() {
        let minus = f32::NEG_INFINITY;
        let found = divergence(&[0.0, 0.0, minus], &[0.0, 0.0, 0.0]).unwrap();
        assert!((found.kl - 1.5_f64.ln()).abs() < 1e-7, "{}", found.kl);
        assert!(divergence(&[0.0, 0.0], &[0.0, minus]).unwrap().kl.is_infinite());
        assert_eq!(divergence(&[0.0, minus], &[0.0, minus]).unwrap().kl, 0.0);
    }

    #[test]
    fn damaged_rows_are_told() {
        assert!(divergence(&[0.0, f32::NAN], &[0.0, 0.0]).is_err());
        assert!(divergence(&[0.0, 0.0], &[f32::NAN, 0.0]).is_err());
        assert!(divergence(&[f32::NEG_INFINITY; 2], &[0.0, 0.0]).is_err());
    }
}
