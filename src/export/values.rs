//! Formats of numbers and names, for people.

use crate::stats::estimate::Estimate;

/// Formats a name as in the files, with blanks for underscores.
#[must_use]
pub fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| Some(value.as_str()?.replace('_', " ")))
        .unwrap_or_default()
}

/// Formats a number with this many decimals.
#[must_use]
pub fn number(value: Option<f64>, decimals: usize) -> String {
    value.map_or("-".to_owned(), |value| format!("{value:.decimals$}"))
}

/// Formats an estimate in per cent.
#[must_use]
pub fn percent(estimate: Option<&Estimate>) -> String {
    estimate.map_or("-".to_owned(), |estimate| format!("{:.1} %", 100.0 * estimate.point))
}

/// Formats an estimate in per cent, with its interval.
#[must_use]
pub fn with_interval(estimate: Option<&Estimate>) -> String {
    estimate.map_or("-".to_owned(), |estimate| {
        format!(
            "{:.1} % (95 %: {:.1} to {:.1}, n = {})",
            100.0 * estimate.point,
            100.0 * estimate.low,
            100.0 * estimate.high,
            estimate.n
        )
    })
}

/// Formats a count and a noun: `1 trace`, `2 traces`, `2 entries`.
#[must_use]
pub fn counted(count: u64, word: &str) -> String {
    match (count, word.strip_suffix('y')) {
        (1, _) => format!("1 {word}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        _ => format!("{count} {word}s"),
    }
}
