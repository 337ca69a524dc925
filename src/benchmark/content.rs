//! What stands in a column, as far as its use can be told by that.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::table::Cell;

/// Different values that are remembered; a column with more has neither labels nor categories.
const VALUES: usize = 200;

/// What stands in a column.
#[derive(Default)]
pub struct Content {
    /// Its name, as it stands.
    pub name: String,
    /// Cells that are not blank.
    pub filled: usize,
    texts: usize,
    words: usize,
    different: HashSet<u64>,
    /// Its values as they would be typed; none if there are too many.
    pub values: Option<BTreeMap<String, usize>>,
}

impl Content {
    /// Of a column of which nothing was read yet.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), values: Some(BTreeMap::new()), ..Self::default() }
    }

    /// Looks at a cell.
    pub fn add(&mut self, cell: &Cell) {
        let Some(value) = cell.plain() else { return };
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        self.filled += 1;
        self.texts += usize::from(matches!(cell, Cell::Text(_)));
        self.words += value.split_whitespace().count();
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        self.different.insert(hasher.finish());
        if let Some(values) = &mut self.values {
            *values.entry(value.to_owned()).or_default() += 1;
            if values.len() > VALUES {
                self.values = None;
            }
        }
    }

    /// Whether it has a name, of which case, blanks and dashes do not count, nor what stands before a dot.
    pub fn is_named(&self, name: &str) -> bool {
        let last = self.name.rsplit('.').next().unwrap_or_default();
        plain(last) == name
    }

    /// Whether nearly all of its cells are texts.
    pub fn is_text(&self) -> bool {
        self.filled > 0 && self.texts * 10 >= self.filled * 9
    }

    /// Whether it has texts of three words or more on average, most of them different.
    pub fn is_prose(&self) -> bool {
        self.is_text() && self.words >= self.filled * 3 && self.different.len() * 2 >= self.filled
    }
}

/// Lower case, with underscores for blanks and dashes.
pub fn plain(text: &str) -> String {
    text.trim().to_lowercase().replace([' ', '-'], "_")
}
