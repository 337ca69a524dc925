//! Seeded shuffles.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// Shuffles with the Fisher-Yates algorithm. Same seed and length give the same order on every machine.
pub fn shuffle<T>(items: &mut [T], seed: u64) {
    shuffle_by(items, &mut generator(seed));
}

/// Returns the generator of a seed.
pub fn generator(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// Shuffles as [`shuffle`] does, with a generator that others draw from too.
pub fn shuffle_by<T>(items: &mut [T], rng: &mut ChaCha8Rng) {
    for last in (1..items.len()).rev() {
        let chosen = ((u128::from(rng.next_u64()) * (last as u128 + 1)) >> 64) as usize;
        items.swap(last, chosen);
    }
}

/// Returns the first `wanted` indices of a shuffle of `total` items, in its order.
pub fn first(total: usize, seed: u64, wanted: usize) -> Vec<usize> {
    // Four bytes per item, because the file may have many rows.
    let mut numbers: Vec<u32> = (0..u32::try_from(total).unwrap_or(u32::MAX)).collect();
    shuffle(&mut numbers, seed);
    numbers.into_iter().take(wanted).map(|number| number as usize).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_a_permutation_of_its_seed() {
        let shuffled = |seed| {
            let mut items: Vec<u32> = (0..100).collect();
            shuffle(&mut items, seed);
            items
        };
        assert_eq!(shuffled(1), shuffled(1));
        assert_ne!(shuffled(1), shuffled(2));
        let mut sorted = shuffled(1);
        sorted.sort_unstable();
        assert_eq!(sorted, (0..100).collect::<Vec<u32>>());
    }
}
