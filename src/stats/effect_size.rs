//! Effect sizes, independent of the number of observations.

/// Returns Cohen's h of two proportions (Cohen 1988): 2 arcsin √p − 2 arcsin √q, in radians. Cohen calls 0.2
/// small, 0.5 medium and 0.8 large.
///
/// # Panics
/// If p or q is outside [0, 1].
#[must_use]
pub fn cohens_h(p: f64, q: f64) -> f64 {
    assert!((0.0..=1.0).contains(&p) && (0.0..=1.0).contains(&q), "p = {p} or q = {q} is not a proportion");
    2.0 * p.sqrt().asin() - 2.0 * q.sqrt().asin()
}

/// Returns the standard deviation of a sample, with divisor n − 1; `None` for fewer than two values.
#[must_use]
pub fn standard_deviation(values: &[f64]) -> Option<f64> {
    if values.len() < 2 {
        return None;
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Some((squares / (n - 1.0)).sqrt())
}

/// Returns Cohen's d_z of paired values (Cohen 1988): the mean of the differences divided by their standard
/// deviation.
///
/// Returns `None` for fewer than two differences, or if they are constant and not 0. If all are 0, d_z is 0.
#[must_use]
pub fn cohens_dz(differences: &[f64]) -> Option<f64> {
    let deviation = standard_deviation(differences)?;
    let mean = differences.iter().sum::<f64>() / differences.len() as f64;
    if mean == 0.0 {
        return Some(0.0);
    }
    // Equal differences may deviate by rounding.
    (deviation > 1e-12 * mean.abs()).then(|| mean / deviation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        assert!((cohens_h(1.0, 0.0) - std::f64::consts::PI).abs() < 1e-15);
        assert_eq!(cohens_h(0.3, 0.3), 0.0);
        assert!((cohens_dz(&[1.0, 2.0, 3.0]).unwrap() - 2.0).abs() < 1e-15);
        assert_eq!(cohens_dz(&[0.0, 0.0]), Some(0.0));
        assert_eq!((cohens_dz(&[0.1, 0.1, 0.1]), cohens_dz(&[0.3])), (None, None));
    }
}
