//! Names and counts in words.

/// A name of the files, as words.
pub fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// `1 instance`, `2 instances`.
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
