//! The instances of a file that are run.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::error::{BenchmarkError, Place};
use super::instance_sink::Sink;
use super::order;
use crate::record::Instance;

/// Selection of the requested instances.
pub struct Kept {
    wanted: Wanted,
    /// Number of instances read so far.
    pub seen: usize,
    files: Vec<PathBuf>,
    /// Rank in the order of the run, origin (index of the file, row), and instance.
    instances: Vec<(usize, (usize, Place), Instance)>,
}

enum Wanted {
    /// The first instances.
    First(usize),
    /// Instances by number, with their rank in the order of the run.
    Ranked(HashMap<usize, usize>),
}

impl Kept {
    /// Keeps the first instances.
    pub fn first(wanted: usize) -> Self {
        Self { wanted: Wanted::First(wanted), seen: 0, files: Vec::new(), instances: Vec::new() }
    }

    /// Keeps the instances with these numbers, in the order of the numbers.
    pub fn ranked(order: impl Iterator<Item = usize>) -> Self {
        let ranks = order.enumerate().map(|(rank, number)| (number, rank)).collect();
        Self { wanted: Wanted::Ranked(ranks), seen: 0, files: Vec::new(), instances: Vec::new() }
    }

    /// Returns the instances in the order of the run, which a seed shuffles if all are kept. `ids` names the
    /// column of the files' own ids.
    ///
    /// # Errors
    /// Fails if two of them have the same id.
    pub fn finish(mut self, ids: Option<&str>, seed: Option<u64>) -> Result<Vec<Instance>, BenchmarkError> {
        let mut places: HashMap<&str, (usize, Place)> = HashMap::new();
        for (_, (file, place), instance) in &self.instances {
            if let Some((other, first)) = places.insert(&instance.id, (*file, *place)) {
                let path = |file: usize| self.files.get(file).cloned().unwrap_or_default();
                return Err(BenchmarkError::RepeatedId {
                    file: path(*file),
                    place: *place,
                    column: ids.map(str::to_owned),
                    first: match other == *file {
                        true => first.to_string(),
                        false => format!("{}, {first}", path(other).display()),
                    },
                    id: instance.id.clone(),
                });
            }
        }
        match (&self.wanted, seed) {
            (Wanted::Ranked(_), _) => self.instances.sort_by_key(|(rank, _, _)| *rank),
            (Wanted::First(_), Some(seed)) => order::shuffle(&mut self.instances, seed),
            (Wanted::First(_), None) => {}
        }
        Ok(self.instances.into_iter().map(|(_, _, instance)| instance).collect())
    }
}

impl Sink for Kept {
    fn file(&mut self, file: &Path) {
        self.files.push(file.to_owned());
    }

    fn take(&mut self, place: Place, instance: Instance) {
        let number = self.seen;
        self.seen += 1;
        let rank = match &self.wanted {
            Wanted::First(wanted) => (number < *wanted).then_some(number),
            Wanted::Ranked(ranks) => ranks.get(&number).copied(),
        };
        if let Some(rank) = rank {
            self.instances.push((rank, (self.files.len().saturating_sub(1), place), instance));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_id_is_told_with_both_its_files_and_its_column() {
        let said = |second: &[&str], ids| {
            let mut kept = Kept::first(9);
            for (file, ids) in [("one.csv", &["a", "b"][..]), ("two.csv", second)] {
                kept.file(Path::new(file));
                for (id, line) in ids.iter().zip(2..) {
                    let (id, prompt) = ((*id).to_owned(), "p".to_owned());
                    kept.take(Place::Line(line), Instance { id, prompt, label: None, harm_category: None });
                }
            }
            kept.finish(ids, Some(1)).unwrap_err().to_string()
        };
        let across = "two.csv, line 3, column \"key\": the id \"b\" already appears at one.csv, line 3";
        assert_eq!(said(&["c", "b"], Some("key")), across);
        assert_eq!(said(&["c", "c"], None), "two.csv, line 3: the id \"c\" already appears at line 2");
    }
}
