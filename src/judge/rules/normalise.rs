//! Normalisation of text to the spelling that the patterns expect.

/// Lower-cases ASCII, straightens quotes and dashes, drops Markdown marks and invisible characters, and
/// leaves one space between words. The length may change, so spans always refer to the original. Cost: linear
/// in the text.
pub(in crate::judge) fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for c in text.chars() {
        // Fast path for most characters.
        if c.is_ascii_alphanumeric() {
            if space && !out.is_empty() {
                out.push(' ');
            }
            space = false;
            out.push(c.to_ascii_lowercase());
            continue;
        }
        let c = match c {
            '\u{2018}' | '\u{2019}' | '\u{02BC}' | '\u{2032}' | '`' | '\u{00B4}' => '\'',
            '\u{201C}' | '\u{201D}' => '"',
            '\u{2010}'..='\u{2012}' => '-',
            '*' | '_' | '#' | '>' | '~' => ' ',
            c => c,
        };
        if invisible(c) {
            continue;
        }
        if c.is_whitespace() {
            space = true;
            continue;
        }
        if matches!(c, '\u{2013}' | '\u{2014}') {
            out.push(',');
            space = true;
            continue;
        }
        if space && !out.is_empty() {
            out.push(' ');
        }
        space = false;
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// Returns whether a character has no width: joiners, direction marks, byte-order marks.
pub(super) fn invisible(c: char) -> bool {
    matches!(
        c,
        '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{00AD}'
    )
}

/// Counts the words of a text for weighing; text in scripts without spaces counts by its length.
pub(super) fn words(text: &str) -> usize {
    let spaced = text.split_whitespace().count();
    let dense = text.chars().filter(|c| *c >= '\u{2E80}').count() / 2;
    spaced.max(dense)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_case_marks_and_spaces_are_evened_out() {
        assert_eq!(normalise("**I CAN\u{2019}T**\n\t do\u{200B} it"), "i can't do it");
        assert_eq!(normalise("No \u{2014} never"), "no, never");
        assert_eq!(normalise("\u{feff}  \n"), "");
    }

    #[test]
    fn words_are_counted_in_any_script() {
        assert_eq!(words("one two  three"), 3);
        assert_eq!(words(""), 0);
        assert_eq!(words("你好世界你好"), 3);
    }
}
