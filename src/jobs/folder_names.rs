//! Names of folders, from what was typed.

use crate::settings::Settings;

/// A text as the name of a folder, `most` characters of it.
pub fn plain(text: &str, most: usize) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    text.chars().map(|letter| if is_plain(letter) { letter } else { '_' }).take(most).collect()
}

/// A model's name without its folder or publisher, and without the ending that all files have.
pub fn of_model(model: &str) -> &str {
    let last = model.rsplit(['/', '\\']).next().unwrap_or_default();
    last.strip_suffix(".gguf").unwrap_or(last)
}

/// `BENCHMARK-MODEL` for the name of a run's folder.
pub fn label(settings: &Settings) -> String {
    plain(&format!("{}-{}", settings.benchmark.name, of_model(&settings.model)), 80)
}

/// The same names, equal ones told apart by numbers.
pub fn distinct(names: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for base in names {
        let mut name = base.clone();
        for number in 2.. {
            if !found.contains(&name) {
                break;
            }
            name = format!("{base}_{number}");
        }
        found.push(name);
    }
    found
}
