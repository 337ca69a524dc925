//! Folder names made from user input.

use crate::settings::Settings;

/// Makes a folder name from the first `most` characters of a text.
pub fn plain(text: &str, most: usize) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    text.chars().map(|letter| if is_plain(letter) { letter } else { '_' }).take(most).collect()
}

/// Returns a model's name without folder, publisher and `.gguf`.
pub fn of_model(model: &str) -> &str {
    let last = model.rsplit(['/', '\\']).next().unwrap_or_default();
    last.strip_suffix(".gguf").unwrap_or(last)
}

/// Returns `BENCHMARK-MODEL`, the label in the name of a run folder.
pub fn label(settings: &Settings) -> String {
    plain(&format!("{}-{}", settings.benchmark.name, of_model(&settings.model)), 80)
}

/// Makes names distinct by adding numbers to equal ones.
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
