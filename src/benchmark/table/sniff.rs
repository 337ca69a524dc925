//! Detects the format of standard input from its contents.

use csv::ReaderBuilder;

use super::data::Data;
use super::dialect::Dialect;
use super::format::Format;
use super::input::Text;
use crate::benchmark::error::BenchmarkError;

/// Column names that identify a header even as its only column.
const HEADERS: [&str; 10] = [
    "prompt", "prompts", "question", "questions", "instruction", "instructions", "text", "goal", "query",
    "input",
];

/// Maximum number of characters and of words in a column name.
const NAME: (usize, usize) = (40, 3);

/// Detects the format of bytes without a name.
///
/// # Errors
/// Fails if the bytes cannot be read or decompressed.
pub fn format(data: &Data) -> Result<Format, BenchmarkError> {
    if let Data::Stdin(bytes) = data {
        if bytes.starts_with(b"PK\x03\x04") {
            return Ok(Format::Xlsx);
        }
        if bytes.starts_with(b"PAR1") {
            return Ok(Format::Parquet);
        }
    }
    let (beginning, is_cut) = Text::of(data)?.beginning()?;
    let mut letters = beginning.iter().filter(|byte| !byte.is_ascii_whitespace());
    match (letters.next(), letters.next()) {
        (Some(b'{'), Some(b'"' | b'}')) | (Some(b'['), Some(b'{' | b']')) => return Ok(Format::Json),
        _ => {}
    }
    Ok(if has_header(&beginning, is_cut) { Format::Csv } else { Format::Lines })
}

/// Returns whether the first line names columns and is not a prompt.
fn has_header(beginning: &[u8], is_cut: bool) -> bool {
    let dialect = Dialect::of(beginning, is_cut);
    let reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(dialect.delimiter)
        .from_reader(&beginning[dialect.skip..]);
    let mut rows = reader.into_byte_records().take(50).map_while(Result::ok);
    let Some(header) = rows.next() else { return false };
    let names: Option<Vec<&str>> = header.iter().map(|field| std::str::from_utf8(field).ok()).collect();
    let Some(names) = names.filter(|names| names.iter().all(|name| is_name(name))) else { return false };
    if names.iter().any(|name| HEADERS.contains(&name.trim().to_lowercase().as_str())) {
        return true;
    }
    names.len() > 1 && rows.all(|row| row.len() == names.len() || is_cut)
}

fn is_name(text: &str) -> bool {
    let text = text.trim();
    let is_letter = |letter: char| letter.is_alphanumeric() || " _-./()".contains(letter);
    !text.is_empty()
        && text.chars().count() <= NAME.0
        && text.split_whitespace().count() <= NAME.1
        && text.chars().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Format {
        format(&Data::Stdin(text.as_bytes().into())).unwrap()
    }

    #[test]
    fn formats_are_told_by_their_content() {
        assert_eq!(of("{\"prompt\": \"a\"}\n"), Format::Json);
        assert_eq!(of("\n [ {\"prompt\": \"a\"}]"), Format::Json);
        assert_eq!(of("[INST] Hello\n"), Format::Lines);
        assert_eq!(of("prompt\nHow do I bake bread?\n"), Format::Csv);
        assert_eq!(of("id;question\n1;How do I bake bread?\n"), Format::Csv);
        assert_eq!(of("Behavior,Kind\n\"Bake, now\",standard\n"), Format::Csv);
        assert_eq!(of("How do I bake bread?\nWhat is 2 + 2?\n"), Format::Lines);
        assert_eq!(of("Hello, how are you?\n"), Format::Lines);
        assert_eq!(of("Hello, friend\nWhat is the time\n"), Format::Lines);
        assert_eq!(of(""), Format::Lines);
        assert_eq!(of("PK\u{3}\u{4}"), Format::Xlsx);
    }
}
