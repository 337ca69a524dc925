//! Breaks text into lines of a width.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use crate::record::printable::printable;

/// What a tab is shown as: some columns, wherever it stands.
const TAB: &str = "    ";

/// Returns the lines of a text, as bytes of it, each of at most `width` columns. Lines break at line breaks and
/// blanks, and within words that are longer than a line.
pub fn lines(text: &str, width: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for paragraph in text.split('\n') {
        let end = start + paragraph.trim_end().len();
        found.extend(pieces(&text[start..end], width).map(|piece| start + piece.start..start + piece.end));
        start += paragraph.len() + 1;
    }
    found
}

/// Pieces of one paragraph; one empty piece of an empty one.
fn pieces(text: &str, width: usize) -> impl Iterator<Item = Range<usize>> {
    let mut rest = Some(0);
    std::iter::from_fn(move || {
        let start = rest?;
        let piece = piece(&text[start..], width);
        let (end, next) = (start + piece.0, start + piece.1);
        rest = (next < text.len()).then_some(next);
        Some(start..end)
    })
}

/// Returns the end of the first line and the beginning of the next.
fn piece(text: &str, width: usize) -> (usize, usize) {
    let mut columns = 0;
    // End of the last whole word, and beginning of the next.
    let mut word: Option<(usize, usize)> = None;
    let mut before_blank = None;
    for (at, letter) in text.char_indices() {
        if letter.is_whitespace() {
            // Blanks at the beginning are an indentation.
            before_blank = before_blank.or((columns > 0 && !text[..at].trim().is_empty()).then_some(at));
        } else if let Some(end) = before_blank.take() {
            word = Some((end, at));
        }
        columns += columns_of(letter);
        if columns > width && before_blank.is_none() {
            return word.unwrap_or(if at == 0 { (letter.len_utf8(), letter.len_utf8()) } else { (at, at) });
        }
    }
    (text.len(), text.len())
}

/// Returns the columns that a character takes as [`shown`] shows it.
fn columns_of(letter: char) -> usize {
    match letter {
        '\t' => TAB.len(),
        _ => letter.width().unwrap_or(1),
    }
}

/// Returns the columns of a text on one line.
pub fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

/// Returns a piece of a line as a terminal may show it.
pub fn shown(text: &str) -> String {
    printable(&text.replace('\t', TAB))
}

/// Renders a text of the program's own with words from outside: every line with this indentation.
pub fn paragraph(text: &str, indent: &str, width: usize) -> String {
    let lines = lines(text, width.saturating_sub(columns(indent)));
    let line = |line: Range<usize>| format!("{}\n", format!("{indent}{}", shown(&text[line])).trim_end());
    lines.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(text: &str, width: usize) -> Vec<&str> {
        lines(text, width).into_iter().map(|line| &text[line]).collect()
    }

    #[test]
    fn lines_break_at_blanks() {
        assert_eq!(wrapped("one two  three", 8), ["one two", "three"]);
        assert_eq!(wrapped("one two", 7), ["one two"]);
        assert_eq!(wrapped("one two ", 7), ["one two"]);
        assert_eq!(wrapped("", 7), [""]);
        assert_eq!(wrapped("a\n\n  b c\r\nd", 7), ["a", "", "  b c", "d"]);
    }

    #[test]
    fn long_words_and_wide_letters_break_anywhere() {
        assert_eq!(wrapped("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
        assert_eq!(wrapped("好的好的", 4), ["好的", "好的"]);
        assert_eq!(wrapped("好", 1), ["好"]);
        // A combining mark takes no column.
        assert_eq!(wrapped("e\u{301}e\u{301} x", 2), ["e\u{301}e\u{301}", "x"]);
    }

    #[test]
    fn nothing_shown_steers_the_terminal() {
        assert_eq!(paragraph("a\u{1b}[2J\tb\u{202e}", "  ", 80), "  a\u{fffd}[2J    b\u{fffd}\n");
        assert_eq!(columns("a\t好"), 7);
    }

    proptest::proptest! {
        #[test]
        fn every_line_fits_and_no_word_is_lost(text in "[a好 \\n\u{301}]{0,60}", width in 2_usize..9) {
            let found = wrapped(&text, width);
            for line in &found {
                proptest::prop_assert!(columns(line) <= width, "{line:?}");
            }
            let squeezed = |text: &str| text.split_whitespace().collect::<String>();
            proptest::prop_assert_eq!(squeezed(&found.concat()), squeezed(&text));
        }
    }
}
