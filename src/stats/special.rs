//! Special functions: the logarithm of Γ, the incomplete beta function and its inverse.

/// Returns ln Γ(x) for x > 0, with a relative error of about 1e-15, by Stirling's series for x ≥ 15. Smaller
/// x are raised to 15 by Γ(x + 1) = x Γ(x) (Abramowitz and Stegun 6.1.41).
pub(super) fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut product) = (x, 1.0);
    while x < 15.0 {
        product *= x;
        x += 1.0;
    }
    let inverse = 1.0 / (x * x);
    let series = [1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0, -691.0 / 360_360.0]
        .iter()
        .rev()
        .fold(0.0, |sum, term| sum * inverse + term);
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series / x - product.ln()
}

/// Returns the regularised incomplete beta function Iₓ(a, b), the distribution function of Beta(a, b), by its
/// continued fraction (Abramowitz and Stegun 26.5.8) and Lentz's method. The error is below 1e-10 for a + b
/// up to 10⁵. Cost: about √max(a, b) terms.
///
/// # Panics
/// If a or b is not positive, or x is outside [0, 1].
pub(super) fn incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    assert!(a > 0.0 && b > 0.0 && (0.0..=1.0).contains(&x), "I({x}; {a}, {b})");
    if x == 0.0 || x == 1.0 {
        return x;
    }
    // The fraction converges fast if x is below the mean; otherwise that of the other tail does.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(b, a, 1.0 - x);
    }
    let front = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p();
    front.exp() / a / fraction(a, b, x)
}

/// Returns the continued fraction that divides xᵃ (1 − x)ᵇ / (a B(a, b)) in Iₓ(a, b).
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    let apart_from_zero = |value: f64| if value.abs() < 1e-300 { 1e-300 } else { value };
    let (mut value, mut c, mut d) = (1.0, 1.0, 0.0);
    for term in 1..100_000_u32 {
        let m = f64::from(term / 2);
        let numerator = if term % 2 == 0 {
            m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
        } else {
            -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
        };
        d = 1.0 / apart_from_zero(1.0 + numerator * d);
        c = apart_from_zero(1.0 + numerator / c);
        value *= c * d;
        if (c * d - 1.0).abs() < 1e-16 {
            break;
        }
    }
    value
}

/// Returns the quantile of Beta(a, b), the x at which [`incomplete_beta`] is `p`, by bisection to the last
/// bit.
///
/// # Panics
/// If p is outside [0, 1], or as [`incomplete_beta`].
pub(super) fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    assert!((0.0..=1.0).contains(&p), "p = {p} is not a probability");
    let (mut low, mut high) = (0.0, 1.0);
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return middle;
        }
        if incomplete_beta(a, b, middle) < p {
            low = middle;
        } else {
            high = middle;
        }
        if high - low < 1e-16 {
            return middle;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        // Γ(1) = Γ(2) = 1, Γ(1/2) = √π, Γ(11) = 10!.
        let half = 0.5 * std::f64::consts::PI.ln();
        for (x, expected) in [(1.0, 0.0), (2.0, 0.0), (0.5, half), (11.0, 3_628_800.0_f64.ln())] {
            assert!((ln_gamma(x) - expected).abs() < 1e-13, "{x}: {}", ln_gamma(x));
        }
        // I_x(1, b) = 1 − (1 − x)ᵇ and I_x(a, 1) = xᵃ.
        for x in [0.0, 0.01, 0.3, 0.77, 1.0] {
            assert!((incomplete_beta(1.0, 5.0, x) - (1.0 - (1.0 - x).powi(5))).abs() < 1e-14);
            assert!((incomplete_beta(5.0, 1.0, x) - x.powi(5)).abs() < 1e-14);
        }
        assert!((incomplete_beta(2_500.0, 2_500.0, 0.5) - 0.5).abs() < 1e-11);
        assert!((beta_quantile(0.25, 2.0, 1.0) - 0.5).abs() < 1e-14);
    }
}
