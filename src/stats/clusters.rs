//! Clusters of units.

use std::collections::HashMap;
use std::hash::Hash;

/// Units `0..n`, each in one cluster; clusters are numbered from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clusters {
    of_unit: Vec<u32>,
    count: usize,
}

impl Clusters {
    /// Puts units with equal keys into one cluster. Clusters are numbered by first appearance.
    pub fn by<K: Hash + Eq>(keys: impl IntoIterator<Item = K>) -> Self {
        let mut known: HashMap<K, u32> = HashMap::new();
        let mut of_unit = Vec::new();
        for key in keys {
            let next = known.len() as u32;
            of_unit.push(*known.entry(key).or_insert(next));
        }
        Self { of_unit, count: known.len() }
    }

    /// Puts every unit into a cluster of its own.
    #[must_use]
    pub fn singletons(n: usize) -> Self {
        Self { of_unit: (0..n as u32).collect(), count: n }
    }

    /// Returns the cluster of each unit.
    #[must_use]
    pub fn of_units(&self) -> &[u32] {
        &self.of_unit
    }

    /// Returns the number of clusters.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }
}
