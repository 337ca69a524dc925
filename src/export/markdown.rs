//! Markdown tables.

use crate::record::printable::printable;

/// Renders a table.
#[must_use]
pub fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = format!("| {} |\n|{}\n", header.join(" | "), " --- |".repeat(header.len()));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|text| cell(text)).collect();
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    text
}

/// Returns text that stays within a cell: on one line, with `|` escaped.
#[must_use]
pub fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}

/// Signs that begin or end markup within a cell. A colon begins `:emoji:` and ends `https:`, a dollar sign
/// formulas.
const MARKUP: [char; 14] = ['\\', '`', '*', '_', '[', ']', '<', '>', '&', '~', '|', '$', ':', '^'];

/// Returns text from outside for a cell: it reads as it was written, whatever markup it spells. Line breaks
/// become `<br>`, and characters that steer a terminal U+FFFD.
#[must_use]
pub fn literal(text: &str) -> String {
    let text = text.trim_end().replace("\r\n", "\n");
    let lines = text.split('\n').map(|line| {
        let mut escaped = String::with_capacity(line.len());
        for letter in printable(&line.replace('\t', " ")).chars() {
            // `www.` begins a link by itself.
            let last = escaped.get(escaped.len().saturating_sub(3)..).unwrap_or_default();
            let ends_www = letter == '.' && last.eq_ignore_ascii_case("www");
            if MARKUP.contains(&letter) || ends_www {
                escaped.push('\\');
            }
            escaped.push(letter);
        }
        escaped
    });
    lines.collect::<Vec<_>>().join("<br>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_stays_text() {
        assert_eq!(literal("a|b *c* <i>\n# d\r\n&amp; www.x"), r"a\|b \*c\* \<i\><br># d<br>\&amp; www\.x");
        assert_eq!(literal("a\u{1b}[0m\t\u{202e}b\n"), "a\u{fffd}\\[0m \u{fffd}b");
    }
}
