//! Offsets that keep equal values apart, the same at every run.

/// Returns a number in (0, 1) for an index: the van der Corput sequence in base 2, whose neighbours lie far apart.
pub fn spread(index: usize) -> f64 {
    let bits = (index as u32).wrapping_add(1).reverse_bits();
    (f64::from(bits) + 0.5) / 4_294_967_296.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_lie_apart() {
        let first: Vec<f64> = (0..7).map(|index| (spread(index) * 8.0).floor() / 8.0).collect();
        assert_eq!(first, [0.5, 0.25, 0.75, 0.125, 0.625, 0.375, 0.875]);
        assert!((0..5000).map(spread).all(|value| value > 0.0 && value < 1.0));
    }
}
