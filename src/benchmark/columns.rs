//! Guesses which columns of a table contain prompts, labels and categories, from their names and contents.
//!
//! A wrong guess about labels would invert every result, so a column counts as labels only if its values or
//! its name are unambiguous.

use super::content::Content;
use super::labels::{self, Labels};
use super::table::{Column, Row};
use crate::settings::CustomColumns;

/// Names of prompt columns, in order of preference. For a dotted name, only the last part counts.
const PROMPTS: [&str; 20] = [
    "prompt", "prompts", "user_prompt", "forbidden_prompt", "question", "questions", "instruction",
    "instructions", "user_input", "input", "query", "request", "goal", "behavior", "behaviour", "message",
    "content", "text", "utterance", "frage",
];

/// Names of columns whose texts are not prompts.
const OTHERS: [&str; 14] = [
    "answer", "response", "completion", "output", "target", "reference", "comment", "note", "notes",
    "explanation", "reason", "source", "description", "system",
];

/// Names of category columns.
const CATEGORIES: [&str; 8] =
    ["harm_category", "category", "subcategory", "topic", "harm", "hazard", "risk_area", "harm_area"];

/// Contents of a table's columns, as far as read.
pub struct Profile {
    columns: Vec<Content>,
}

/// Guessed columns with the reasons.
pub struct Guess {
    /// Columns to use.
    pub custom: CustomColumns,
    /// Reasons, for the notes.
    pub notes: Vec<String>,
}

impl Profile {
    pub fn of(columns: &[String]) -> Self {
        Self { columns: columns.iter().map(|name| Content::named(name)).collect() }
    }

    /// Adds a row to the profile.
    pub fn add(&mut self, row: &Row) {
        for (index, column) in self.columns.iter_mut().enumerate() {
            column.add(row.cell(Column(index)));
        }
    }

    fn with_name(&self, names: &[&str]) -> Option<&Content> {
        names.iter().find_map(|name| {
            let mut found = self.columns.iter().filter(|column| column.is_named(name));
            // With two columns of this name, the choice would be ambiguous.
            found.next().filter(|_| found.next().is_none())
        })
    }

    /// Returns the column of prompts: chosen by name, or the only one that contains sentences.
    fn prompts(&self) -> Option<(&Content, &'static str)> {
        let named: Vec<&str> = PROMPTS
            .into_iter()
            .filter(|name| self.with_name(&[name]).is_some_and(Content::is_text))
            .collect();
        if let Some(column) = named.first().and_then(|name| self.with_name(&[name])) {
            return Some((column, "by its name"));
        }
        let is_prompt =
            |column: &&Content| column.is_prose() && !OTHERS.iter().any(|name| column.is_named(name));
        let mut found = self.columns.iter().filter(is_prompt);
        let first = found.next().filter(|_| found.next().is_none())?;
        Some((first, "the only one with sentences"))
    }
}

impl Guess {
    /// Completes the columns that the user specified; `None` if no column of prompts is found.
    pub fn of(profile: &Profile, said: &CustomColumns) -> Option<Self> {
        let mut custom = said.clone();
        let mut notes = Vec::new();
        if custom.prompt.is_none() {
            let (prompts, why) = profile.prompts()?;
            notes.push(format!("prompts: the column {:?}, {why}", prompts.name));
            custom.prompt = Some(prompts.name.clone());
        }
        if custom.whole.is_none() {
            let others: Vec<&Content> = profile
                .columns
                .iter()
                .filter(|column| Some(&column.name) != custom.prompt.as_ref())
                .filter(|column| custom.label.is_none() || custom.label.as_ref() == Some(&column.name))
                .collect();
            match labels::find(&others) {
                Labels::Found { column, unsafe_values, safe_values } if !has_values(said) => {
                    notes.push(format!(
                        "labels: the column {column:?}; to be refused: {}; to be answered: {}",
                        listed(&unsafe_values),
                        listed(&safe_values)
                    ));
                    custom.label = Some(column);
                    custom.unsafe_values = unsafe_values;
                    custom.safe_values = safe_values;
                }
                Labels::Unclear(what) if custom.label.is_none() => notes.push(what),
                _ => {}
            }
        }
        if custom.category.is_none()
            && let Some(column) = profile.with_name(&CATEGORIES)
            && column.filled > 0
            && column.values.is_some()
            && ![&custom.prompt, &custom.label].contains(&&Some(column.name.clone()))
        {
            notes.push(format!("categories: the column {:?}, by its name", column.name));
            custom.category = Some(column.name.clone());
        }
        Some(Self { custom, notes })
    }
}

fn has_values(said: &CustomColumns) -> bool {
    !said.unsafe_values.is_empty() || !said.safe_values.is_empty()
}

fn listed(values: &[String]) -> String {
    if values.is_empty() { "none".to_owned() } else { values.join(", ") }
}
