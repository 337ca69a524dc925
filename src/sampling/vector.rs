//! Loops over a whole vocabulary, written so that the compiler vectorises them, for several instruction sets: the best
//! that the processor has is chosen at the first call. Results are the same bits on all: each lane is rounded alike.
//!
//! Without fused multiplication in hardware, in a program built for the oldest processors, a pass took 31 times as long.

use multiversion::multiversion;

/// Number of independent lanes, so that sums vectorise; they fill two AVX-512 registers.
const LANES: usize = 32;

/// Number of logits per block of [`pass`].
pub const BLOCK: usize = 128;

/// Number of blocks whose exponentials are summed in f32; each lane adds at most 128 terms.
const BLOCKS_PER_STRETCH: usize = 128 * LANES / BLOCK;

/// Result of one pass over a row of values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pass {
    /// Largest value, ignoring NaN; `-inf` if there is none.
    pub maximum: f32,
    /// Σ exp(x − maximum); NaN if any value is NaN.
    pub sum_exp: f64,
}

/// Computes the maximum of all values and the sum of their exponentials, and writes the maximum of every
/// block of [`BLOCK`] values to `maxima`.
///
/// A block is summed relative to the maximum of the earlier blocks; it is read again only if its own maximum
/// is larger, which is rare. The order of the additions depends only on the values; the relative error is
/// that of [`sum_exp`].
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub fn pass(values: &[f32], maxima: &mut Vec<f32>) -> Pass {
    maxima.clear();
    let (mut top, mut total) = (f32::NEG_INFINITY, 0.0);
    for stretch in values.chunks(BLOCKS_PER_STRETCH * BLOCK) {
        let mut lanes = [0.0_f32; LANES];
        for block in stretch.chunks(BLOCK) {
            let before = lanes;
            let mut block_top =
                if top == f32::NEG_INFINITY { largest(block) } else { add_block(block, top, &mut lanes) };
            if block_top > top {
                let shrink = (top - block_top).exp();
                total *= f64::from(shrink);
                lanes = before.map(|lane| lane * shrink);
                top = block_top;
                block_top = add_block(block, top, &mut lanes);
            } else if top == f32::NEG_INFINITY && block.iter().any(|value| value.is_nan()) {
                lanes[0] = f32::NAN;
            }
            maxima.push(block_top);
        }
        total += lanes.iter().map(|&lane| f64::from(lane)).sum::<f64>();
    }
    Pass { maximum: top, sum_exp: total }
}

/// Adds exp(x − reference) of each value to the lanes and returns the maximum of the block.
#[inline(always)]
fn add_block(block: &[f32], reference: f32, lanes: &mut [f32; LANES]) -> f32 {
    let mut tops = [f32::NEG_INFINITY; LANES];
    let mut chunks = block.chunks_exact(LANES);
    for chunk in &mut chunks {
        for ((lane, top), &value) in lanes.iter_mut().zip(&mut tops).zip(chunk) {
            *top = if value > *top { value } else { *top };
            *lane += exp_of_at_most_zero(value - reference);
        }
    }
    let rest = chunks.remainder();
    for (lane, &value) in lanes.iter_mut().zip(rest) {
        *lane += exp_of_at_most_zero(value - reference);
    }
    tops.iter().chain(rest).fold(f32::NEG_INFINITY, |top, &value| if value > top { value } else { top })
}

/// Returns the largest value, ignoring NaN; `-inf` if there is none.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub fn maximum(values: &[f32]) -> f32 {
    largest(values)
}

#[inline(always)]
fn largest(values: &[f32]) -> f32 {
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

/// Returns Σ exp((x − maximum) · scale); NaN if any value is NaN. The order of the additions depends only on
/// the length.
///
/// The relative error is below 1e-6: exp is within 2 ulp of f32, and the 32 lanes are added in f64.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub fn sum_exp(values: &[f32], maximum: f32, scale: f32) -> f64 {
    let mut total = 0.0_f64;
    // Short stretches are summed in f32, at most 128 terms per lane, and their sums in f64.
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

/// Returns Σ exp(x − m) ((x − m) − (y − n)) over pairs of values with maxima m and n; a divergence is
/// computed from it. A term whose exponential is 0 adds 0.
///
/// The absolute error is about 1e-6 times Σ exp(x − m), because the terms are summed in f32 lanes as in
/// [`sum_exp`].
///
/// # Panics
/// If the lengths differ.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub fn weighted_difference(values: &[f32], maximum: f32, others: &[f32], their_maximum: f32) -> f64 {
    assert_eq!(values.len(), others.len());
    let term = |x: f32, y: f32| {
        let weight = exp_of_at_most_zero(x - maximum);
        let difference = (x - maximum) - (y - their_maximum);
        if weight > 0.0 { weight * difference } else { 0.0 }
    };
    let mut total = 0.0_f64;
    for (stretch, their) in values.chunks(LANES * 128).zip(others.chunks(LANES * 128)) {
        let mut lanes = [0.0_f32; LANES];
        let (mut chunks, mut their) = (stretch.chunks_exact(LANES), their.chunks_exact(LANES));
        for (chunk, other) in (&mut chunks).zip(&mut their) {
            for ((lane, &x), &y) in lanes.iter_mut().zip(chunk).zip(other) {
                *lane += term(x, y);
            }
        }
        for (&x, &y) in chunks.remainder().iter().zip(their.remainder()) {
            total += f64::from(term(x, y));
        }
        total += lanes.iter().map(|&lane| f64::from(lane)).sum::<f64>();
    }
    total
}

/// Returns exp(x) for x ≤ 0, and 0 below −87, without branches. It sets 2ⁿ through the exponent bits and
/// evaluates a polynomial of degree 6 on [−ln 2 / 2, ln 2 / 2] for the rest (Cody and Waite's reduction).
#[inline(always)]
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
    // The low bits of `shifted` hold the integer n; put n + 127 into the exponent.
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
        let Pass { maximum, sum_exp } = pass(&values, &mut maxima);
        assert_eq!(maximum, values.iter().copied().fold(f32::MIN, f32::max));
        assert_eq!(maxima.len(), values.len().div_ceil(BLOCK));
        let expected: f64 = values.iter().map(|&x| f64::from(x - maximum).exp()).sum();
        assert!((sum_exp / expected - 1.0).abs() < 1e-6);
        assert!((super::sum_exp(&values, maximum, 1.0) / expected - 1.0).abs() < 1e-6);
    }

    #[test]
    fn stretches_without_a_finite_value_add_nothing_but_nan() {
        const STRETCH: usize = BLOCKS_PER_STRETCH * BLOCK;
        let mut values = vec![f32::NEG_INFINITY; 3 * STRETCH];
        values[STRETCH] = 2.0;
        values[2 * STRETCH - 1] = 2.0;
        let mut maxima = Vec::new();
        assert_eq!(pass(&values, &mut maxima), Pass { maximum: 2.0, sum_exp: 2.0 });
        values[7] = f32::NAN;
        assert!(pass(&values, &mut maxima).sum_exp.is_nan());
    }
}
