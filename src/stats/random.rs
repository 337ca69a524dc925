//! Random streams of resamples: each has its own, so that any thread may draw any of them.

use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};

/// How many resamples or permutations are drawn, and from which seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draws {
    /// How many.
    pub count: u32,
    /// Seed; draw r uses stream r of the generator with this seed.
    pub seed: u64,
}

impl Draws {
    /// The indices of resample `r`: as many as there are, `n`, each below `n`, with replacement.
    pub fn indices(self, r: u32, n: usize) -> impl Iterator<Item = usize> {
        let mut rng = self.stream(r);
        (0..n).map(move |_| below(&mut rng, n))
    }

    /// The generator of draw `r`.
    pub(super) fn stream(self, r: u32) -> ChaCha8Rng {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(u64::from(r));
        rng
    }
}

/// A uniform index below `n`, by Lemire's multiplication (its bias of n / 2⁶⁴ is not measurable).
pub(super) fn below(rng: &mut ChaCha8Rng, n: usize) -> usize {
    ((u128::from(rng.next_u64()) * n as u128) >> 64) as usize
}

/// Fisher and Yates' shuffle.
pub(super) fn shuffle<T>(items: &mut [T], rng: &mut ChaCha8Rng) {
    for last in (1..items.len()).rev() {
        items.swap(last, below(rng, last + 1));
    }
}
