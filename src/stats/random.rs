//! Random streams, one per resample, so that any thread may draw any resample.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// Number and seed of resamples or permutations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draws {
    /// Number of draws.
    pub count: u32,
    /// Seed; draw r uses stream r of the generator with this seed.
    pub seed: u64,
}

impl Draws {
    /// Returns the `n` indices of resample `r`, each below `n`, drawn with replacement.
    pub fn indices(self, r: u32, n: usize) -> impl Iterator<Item = usize> {
        let mut rng = self.stream(r);
        (0..n).map(move |_| below(&mut rng, n))
    }

    /// Returns the generator of draw `r`.
    pub(super) fn stream(self, r: u32) -> ChaCha8Rng {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(u64::from(r));
        rng
    }
}

/// Returns a uniform index below `n` by Lemire's multiplication; its bias of n / 2⁶⁴ is not measurable.
pub(super) fn below(rng: &mut ChaCha8Rng, n: usize) -> usize {
    ((u128::from(rng.next_u64()) * n as u128) >> 64) as usize
}

/// Shuffles by Fisher and Yates' method.
pub(super) fn shuffle<T>(items: &mut [T], rng: &mut ChaCha8Rng) {
    for last in (1..items.len()).rev() {
        items.swap(last, below(rng, last + 1));
    }
}
