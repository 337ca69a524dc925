//! The stratified order of a file's prompts. Its first n are the sample of n, so that a smaller sample begins
//! a larger one.
//!
//! Every group with one label and one category is shuffled. The categories of a label are mixed in
//! proportion to their numbers, then the labels. The order depends on the seed and on the labels and
//! categories of the rows, in the order of the file.

use std::collections::BTreeMap;

use super::error::Place;
use super::instance_sink::Sink;
use super::mixed::Mixed;
use super::order;
use crate::record::sample::SampleKey;
use crate::record::{Instance, Label};

/// Numbers of the instances by label and category, collected while a file is read.
#[derive(Default)]
pub struct Strata {
    groups: BTreeMap<Option<Label>, BTreeMap<Option<String>, Vec<u32>>>,
    /// Number of instances.
    pub rows: usize,
}

impl Strata {
    /// Returns the properties in which the instances differ.
    pub fn keys(&self) -> Vec<SampleKey> {
        let has_categories = self.groups.values().any(|categories| categories.len() > 1);
        let keys = [(SampleKey::Label, self.groups.len() > 1), (SampleKey::HarmCategory, has_categories)];
        keys.into_iter().filter_map(|(key, differs)| differs.then_some(key)).collect()
    }

    /// Returns the numbers of all instances in the stratified order.
    pub fn order(self, seed: u64) -> impl Iterator<Item = usize> {
        let mut rng = order::generator(seed);
        let mut labels: Vec<Vec<Vec<u32>>> =
            self.groups.into_values().map(|categories| categories.into_values().collect()).collect();
        labels.iter_mut().flatten().for_each(|rows| order::shuffle_by(rows, &mut rng));
        let mut of_label = |rows: Vec<Vec<u32>>| Mixed::new(rows.into_iter().map(Vec::into_iter), &mut rng);
        let labels: Vec<_> = labels.into_iter().map(&mut of_label).collect();
        Mixed::new(labels, &mut rng).map(|row| row as usize)
    }
}

impl Sink for Strata {
    fn take(&mut self, _: Place, instance: Instance) {
        let categories = self.groups.entry(instance.label).or_default();
        // A file of more rows than fit in 32 bits has more prompts than can be run.
        let number = u32::try_from(self.rows).unwrap_or(u32::MAX);
        categories.entry(instance.harm_category).or_default().push(number);
        self.rows += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    type Group = (Option<Label>, Option<&'static str>);

    const UNSAFE: Option<Label> = Some(Label::Unsafe);
    const SAFE: Option<Label> = Some(Label::Safe);

    fn strata(rows: &[Group]) -> Strata {
        let mut strata = Strata::default();
        for (label, category) in rows {
            let (id, prompt) = (String::new(), String::new());
            let harm_category = category.map(str::to_owned);
            strata.take(Place::Row(0), Instance { id, prompt, label: *label, harm_category });
        }
        strata
    }

    fn order(rows: &[Group], seed: u64) -> Vec<usize> {
        strata(rows).order(seed).collect()
    }

    fn counted<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeMap<K, usize> {
        let mut counts = BTreeMap::new();
        keys.for_each(|key| *counts.entry(key).or_default() += 1);
        counts
    }

    /// The bound of `Mixed` for a group with this share of several.
    fn bound(share: f64, groups: usize) -> f64 {
        1.0 + share * (groups as f64 - 2.0)
    }

    /// Checks every beginning of the order against the groups' shares of the whole.
    fn every_beginning_is_proportional(rows: &[Group], order: &[usize]) {
        let labels = counted(rows.iter().map(|(label, _)| *label));
        let groups = counted(rows.iter().copied());
        for n in 0..=rows.len() {
            let taken = counted(order[..n].iter().map(|&row| rows[row].0));
            let taken_groups = counted(order[..n].iter().map(|&row| rows[row]));
            for (label, &size) in &labels {
                let share = size as f64 / rows.len() as f64;
                let of_label = taken.get(label).copied().unwrap_or(0) as f64;
                let off_label = bound(share, labels.len());
                let off = (of_label - n as f64 * share).abs();
                assert!(off <= off_label + 1e-9, "{label:?} of {n}: {off} > {off_label}");
                let categories = groups.keys().filter(|(of, _)| of == label).count();
                for (group, &size_of_group) in groups.iter().filter(|((of, _), _)| of == label) {
                    let within = size_of_group as f64 / size as f64;
                    let count = taken_groups.get(group).copied().unwrap_or(0) as f64;
                    let off_within = bound(within, categories);
                    let off = (count - of_label * within).abs();
                    assert!(off <= off_within + 1e-9, "{group:?} in its label, of {n}: {off} > {off_within}");
                    let off = (count - n as f64 * size_of_group as f64 / rows.len() as f64).abs();
                    assert!(off <= off_within + within * off_label + 1e-9, "{group:?} of {n}: {off}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn every_file_is_permuted_and_every_beginning_proportional(
            drawn in vec((0..3_usize, 0..6_usize, 0..6_usize), 1..120), seed: u64,
        ) {
            let labels = [UNSAFE, SAFE, None];
            let names = [None, Some("a"), Some("b"), Some("c"), Some("d"), Some("e")];
            // The smaller of two, so that groups differ in size.
            let rows: Vec<Group> =
                drawn.iter().map(|(label, one, other)| (labels[*label], names[*one.min(other)])).collect();
            let found = order(&rows, seed);
            prop_assert_eq!(&found, &order(&rows, seed));
            every_beginning_is_proportional(&rows, &found);
            let mut sorted = found;
            sorted.sort_unstable();
            prop_assert_eq!(sorted, (0..rows.len()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_few_rows_among_many_come_with_their_share() {
        // One of a thousand is in a sample of a tenth with probability 0.1. Of 400 seeds: 40, with a standard
        // deviation of 6.
        let mut rows = vec![(SAFE, None); 900];
        rows.extend([(UNSAFE, Some("common")); 99]);
        rows.push((UNSAFE, Some("rare")));
        let has_it = |seed| order(&rows, seed)[..100].contains(&999);
        let found = (0..400).filter(|&seed| has_it(seed)).count();
        assert!((16..=64).contains(&found), "{found}");
        every_beginning_is_proportional(&rows, &order(&rows, 0));
    }

    #[test]
    fn the_order_is_that_of_another_implementation() {
        let mut rows = vec![(SAFE, Some("a")); 6];
        rows.extend([(UNSAFE, Some("b")); 3]);
        rows.extend([(SAFE, None); 2]);
        rows.push((UNSAFE, Some("c")));
        // A program in Python with its own ChaCha8, and fractions as positions.
        assert_eq!(order(&rows, 0), [5, 11, 1, 9, 7, 3, 2, 6, 4, 10, 8, 0]);
        assert_eq!(order(&rows, 1), [8, 3, 9, 6, 0, 4, 11, 2, 10, 7, 5, 1]);
        assert_eq!(order(&rows, (1 << 63) + 5), [7, 3, 10, 11, 0, 1, 6, 5, 9, 8, 2, 4]);
    }

    #[test]
    fn the_keys_are_those_that_differ() {
        let keys = |rows: &[Group]| strata(rows).keys();
        assert_eq!(keys(&[(SAFE, None), (SAFE, None)]), []);
        assert_eq!(keys(&[(SAFE, None), (UNSAFE, Some("a"))]), [SampleKey::Label]);
        assert_eq!(keys(&[(SAFE, None), (SAFE, Some("a"))]), [SampleKey::HarmCategory]);
        let both = [SampleKey::Label, SampleKey::HarmCategory];
        assert_eq!(keys(&[(SAFE, None), (SAFE, Some("a")), (None, None)]), both);
    }
}
