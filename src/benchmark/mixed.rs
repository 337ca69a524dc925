//! Merges groups in proportion to their sizes.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rand_chacha::ChaCha8Rng;
use rand_core::Rng;

/// Bits after the point of a position.
const BITS: u32 = 64;

/// Members of groups, each group at equal distances: of m members the k-th, from 0, is at (k + u) / m of the
/// way, with an offset u that is drawn for each group from 0 to 1.
///
/// Of the first n among M members in g groups, a group of m has n·m/M, within 1 + (m/M)·(g − 2).
pub struct Mixed<I> {
    groups: Vec<Group<I>>,
    /// Position and group of each group's next member. Equal positions go by the order of the groups.
    next: BinaryHeap<Reverse<(u128, usize)>>,
    left: usize,
}

struct Group<I> {
    members: I,
    size: u128,
    offset: u128,
    passed: u128,
}

impl<I> Group<I> {
    /// Returns the position of the next member, in units of 2⁻⁶⁴ of the way.
    fn position(&self) -> Option<u128> {
        (self.passed < self.size).then(|| ((self.passed << BITS) + self.offset) / self.size)
    }
}

impl<I: ExactSizeIterator> Mixed<I> {
    /// Merges groups, with offsets from the generator.
    pub fn new(groups: impl IntoIterator<Item = I>, rng: &mut ChaCha8Rng) -> Self {
        let group = |members: I| Group {
            size: members.len() as u128,
            members,
            offset: u128::from(rng.next_u64()),
            passed: 0,
        };
        let groups: Vec<Group<I>> = groups.into_iter().map(group).collect();
        let positions = groups.iter().enumerate();
        let next = positions.filter_map(|(number, group)| Some(Reverse((group.position()?, number))));
        Self { next: next.collect(), left: groups.iter().map(|group| group.members.len()).sum(), groups }
    }
}

impl<I: Iterator> Iterator for Mixed<I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        let Reverse((_, number)) = self.next.pop()?;
        let group = &mut self.groups[number];
        group.passed += 1;
        if let Some(position) = group.position() {
            self.next.push(Reverse((position, number)));
        }
        self.left -= 1;
        group.members.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<I: ExactSizeIterator> ExactSizeIterator for Mixed<I> {}
