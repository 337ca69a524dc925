//! Contents of a column, as far as they show its purpose.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::table::Cell;

/// Maximum number of distinct values to remember. A column with more contains neither labels nor categories.
const VALUES: usize = 200;

/// Contents of a column.
#[derive(Default)]
pub struct Content {
    /// Name of the column as in the file.
    pub name: String,
    /// Number of cells that are not blank.
    pub filled: usize,
    texts: usize,
    words: usize,
    different: HashSet<u64>,
    /// Counts by value, as it would be typed; `None` if there are too many values.
    pub values: Option<BTreeMap<String, usize>>,
}

impl Content {
    /// Creates the contents of an unread column.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), values: Some(BTreeMap::new()), ..Self::default() }
    }

    /// Adds a cell.
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

    /// Returns whether the column has this name. Ignores case, treats blanks and dashes as underscores, and
    /// skips everything up to the last dot.
    pub fn is_named(&self, name: &str) -> bool {
        let last = self.name.rsplit('.').next().unwrap_or_default();
        plain(last) == name
    }

    /// Returns whether at least 90 % of the filled cells are texts.
    pub fn is_text(&self) -> bool {
        self.filled > 0 && self.texts * 10 >= self.filled * 9
    }

    /// Returns whether the column contains prose: texts of at least three words on average, at least half of
    /// them distinct.
    pub fn is_prose(&self) -> bool {
        self.is_text() && self.words >= self.filled * 3 && self.different.len() * 2 >= self.filled
    }
}

/// Converts a text to lower case, with underscores for blanks and dashes.
pub fn plain(text: &str) -> String {
    text.trim().to_lowercase().replace([' ', '-'], "_")
}
