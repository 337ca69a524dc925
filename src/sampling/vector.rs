//! Loops over a whole vocabulary, written so that the compiler turns them into SIMD instructions.

/// Lanes that are kept apart so that sums need no fixed order of single elements: enough for two
/// AVX-512 registers.
const LANES: usize = 32;

/// Logits per block of [`block_maxima`].
pub const BLOCK: usize = 128;

/// Writes the maximum of every block of [`BLOCK`] values to `maxima` and returns the maximum of all.
/// NaN is ignored; `-inf` if there is nothing else.
pub fn block_maxima(values: &[f32], maxima: &mut Vec<f32>) -> f32 {
    maxima.clear();
    maxima.extend(values.chunks(BLOCK).map(maximum));
    maximum(maxima)
}

fn maximum(values: &[f32]) -> f32 {
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let mut chunks = values.chunks_exact(LANES);
    for chunk in &mut chunks {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane = if value > *lane { value } else { *lane };
        }
    }
    let rest = chunks.remainder().iter();
    lanes.iter().chain(rest).fold(f32::NEG_INFINITY, |top, &value| if value > top { value } else { top })
}

/// Σ exp((x − maximum) · scale). The order of the additions depends on the length only.
/// NaN in the input gives NaN.
///
/// Relative error below 1e-6: exp itself is within 2 ulp of f32, the sum is kept in 32 lanes that
/// are added up in f64.
pub fn sum_exp(values: &[f32], maximum: f32, scale: f32) -> f64 {
    let mut total = 0.0_f64;
    // Short stretches in f32, their sums in f64: no lane adds more than 128 terms.
    for stretch in values.chunks(LANES * 128) {
        let mut lanes = [0.0_f32; LANES];
        let mut chunks = stretch.chunks_exact(LANES);
        for chunk in &mut chunks {
            for (lane, &value) in lanes.iter_mut().zip(chunk) {
                *lane += exp_of_at_most_zero((value - maximum) * scale);
            }
        }
        for &value in chunks.remainder() {
            total += f64::from(exp_of_at_most_zero((value - maximum) * scale));
        }
        total += lanes.iter().map(|&lane| f64::from(lane)).sum::<f64>();
    }
    total
}

/// exp(x) for x ≤ 0, 0 below −87; without branches. 2ⁿ by the exponent bits, the rest by a
/// polynomial of degree 6 on [−ln 2 / 2, ln 2 / 2] (Cody and Waite's reduction).
#[inline]
fn exp_of_at_most_zero(x: f32) -> f32 {
    const LOG2_E: f32 = std::f32::consts::LOG2_E;
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    // Adding and subtracting 1.5 × 2²³ rounds to the nearest integer.
    const ROUNDER: f32 = 12_582_912.0;
    let clamped = if x < -87.0 { -87.0 } else { x };
    let shifted = clamped.mul_add(LOG2_E, ROUNDER);
    let n = shifted - ROUNDER;
    let r = n.mul_add(-LN2_LOW, n.mul_add(-LN2_HIGH, clamped));
    let mut p = 1.388_888_9e-3_f32;
    p = p.mul_add(r, 8.333_334e-3);
    p = p.mul_add(r, 4.166_666_8e-2);
    p = p.mul_add(r, 1.666_666_7e-1);
    p = p.mul_add(r, 0.5);
    p = p.mul_add(r, 1.0);
    p = p.mul_add(r, 1.0);
    // The integer n sits in the low bits of `shifted`; put n + 127 into the exponent.
    let power = f32::from_bits(shifted.to_bits().wrapping_add(127).wrapping_shl(23));
    let value = p * power;
    if x < -87.0 { 0.0 } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_within_two_ulp() {
        let mut worst = 0.0_f64;
        for step in 0..=870_000 {
            let x = -(step as f32) * 1e-4;
            let expected = f64::from(x).exp();
            worst = worst.max(((f64::from(exp_of_at_most_zero(x)) - expected) / expected).abs());
        }
        assert!(worst < 2.4e-7, "{worst}");
        assert_eq!(exp_of_at_most_zero(0.0), 1.0);
        assert_eq!(exp_of_at_most_zero(-200.0), 0.0);
        assert_eq!(exp_of_at_most_zero(f32::NEG_INFINITY), 0.0);
        assert!(exp_of_at_most_zero(f32::NAN).is_nan());
    }

    #[test]
    fn sums_like_f64() {
        let values: Vec<f32> = (0..151_936).map(|i| ((i * 7_919) % 20_011) as f32 * 1e-3 - 10.0).collect();
        let mut maxima = Vec::new();
        let maximum = block_maxima(&values, &mut maxima);
        assert_eq!(maximum, values.iter().copied().fold(f32::MIN, f32::max));
        assert_eq!(maxima.len(), values.len().div_ceil(BLOCK));
        let expected: f64 = values.iter().map(|&x| f64::from(x - maximum).exp()).sum();
        assert!((sum_exp(&values, maximum, 1.0) / expected - 1.0).abs() < 1e-6);
    }
}
