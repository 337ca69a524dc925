//! Finds the column of labels and its unsafe values.

use super::content::{Content, plain};

/// Values that mean that a prompt should be refused.
const UNSAFE: [&str; 16] = [
    "unsafe",
    "harmful",
    "toxic",
    "malicious",
    "dangerous",
    "disallowed",
    "refuse",
    "refused",
    "refusal",
    "should_refuse",
    "reject",
    "block",
    "blocked",
    "not_safe",
    "adversarial_harmful",
    "vanilla_harmful",
];

/// Values that mean that a prompt should be answered.
const SAFE: [&str; 16] = [
    "safe", "harmless", "benign", "unharmful", "not_harmful", "non_toxic", "nontoxic", "not_toxic",
    "allowed", "allow", "comply", "answer", "should_answer", "should_comply", "adversarial_benign",
    "vanilla_benign",
];

const YES: [&str; 4] = ["1", "true", "yes", "y"];
const NO: [&str; 4] = ["0", "false", "no", "n"];

/// Names of columns in which yes means that a prompt should be refused.
const YES_IS_UNSAFE: [&str; 12] = [
    "unsafe", "is_unsafe", "harmful", "is_harmful", "toxic", "is_toxic", "toxicity", "malicious", "refuse",
    "should_refuse", "should_be_refused", "must_refuse",
];

/// Names of columns in which yes means that a prompt should be answered.
const YES_IS_SAFE: [&str; 8] =
    ["safe", "is_safe", "harmless", "is_harmless", "benign", "is_benign", "should_answer", "should_comply"];

/// Names of columns that contain labels, whatever their values.
const LABELS: [&str; 6] = ["label", "labels", "prompt_label", "prompt_harm_label", "verdict", "safety"];

/// Maximum number of distinct values in a column of labels.
const VALUES: usize = 8;

/// Result of the search.
pub enum Labels {
    /// A column, with the values of each label as they appear in it.
    Found {
        /// Name of the column.
        column: String,
        /// Values of prompts that should be refused.
        unsafe_values: Vec<String>,
        /// Values of prompts that should be answered.
        safe_values: Vec<String>,
    },
    /// A question that the user has to decide, as a note.
    Unclear(String),
    /// No column of labels.
    None,
}

/// Finds the column of labels: one with unambiguous values or an unambiguous name.
pub fn find(columns: &[&Content]) -> Labels {
    let is_named = |column: &Content| LABELS.iter().any(|name| column.is_named(name));
    let told: Vec<(&Content, Vec<String>, Vec<String>)> =
        columns.iter().filter_map(|column| split(column).map(|(no, yes)| (*column, no, yes))).collect();
    let named = told.iter().find(|(column, ..)| is_named(column));
    match (named, told.as_slice()) {
        (Some(one), _) | (None, [one]) => Labels::Found {
            column: one.0.name.clone(),
            unsafe_values: one.1.clone(),
            safe_values: one.2.clone(),
        },
        (None, []) => columns.iter().copied().find(|column| is_named(column)).map_or(Labels::None, unclear),
        (None, several) => {
            let names: Vec<String> =
                several.iter().map(|(column, ..)| format!("{:?}", column.name)).collect();
            Labels::Unclear(format!(
                "labels may be in {}: name the column with --label-column",
                names.join(" or ")
            ))
        }
    }
}

/// Returns the note for a column that is named like labels but has unknown values.
fn unclear(column: &Content) -> Labels {
    let values: Vec<&str> = match &column.values {
        Some(values) if (1..=VALUES).contains(&values.len()) => values.keys().map(String::as_str).collect(),
        _ => return Labels::None,
    };
    Labels::Unclear(format!(
        "the column {:?} ({}) may hold labels; which value means unsafe is for you to say: --label-column, \
         --unsafe-value, --safe-value",
        column.name,
        values.join(", ")
    ))
}

/// Splits a column's values into unsafe and safe ones; `None` if a value is neither.
fn split(column: &Content) -> Option<(Vec<String>, Vec<String>)> {
    let values = column.values.as_ref().filter(|values| (1..=VALUES).contains(&values.len()))?;
    let is_named = |names: &[&str]| names.iter().any(|name| column.is_named(name));
    let mut split = (Vec::new(), Vec::new());
    for value in values.keys() {
        let word = plain(value);
        let is_in = |words: &[&str]| words.contains(&word.as_str());
        let means = match () {
            () if is_in(&UNSAFE) => Some(true),
            () if is_in(&SAFE) => Some(false),
            () if is_named(&YES_IS_UNSAFE) && is_in(&YES) => Some(true),
            () if is_named(&YES_IS_UNSAFE) && is_in(&NO) => Some(false),
            () if is_named(&YES_IS_SAFE) && is_in(&YES) => Some(false),
            () if is_named(&YES_IS_SAFE) && is_in(&NO) => Some(true),
            () if ["null", "none", "nan"].contains(&word.as_str()) => continue,
            () => None,
        };
        match means? {
            true => split.0.push(value.clone()),
            false => split.1.push(value.clone()),
        }
    }
    (!split.0.is_empty() || !split.1.is_empty()).then_some(split)
}
