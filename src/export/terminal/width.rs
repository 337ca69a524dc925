//! Columns of text, and text that fits a number of columns.

use unicode_width::UnicodeWidthStr;

/// Columns of a terminal whose width is unknown, and of files.
pub const DEFAULT: usize = 80;

/// Sign for text that is left out.
const CUT: char = '…';

/// Returns whether a text is shown whole in this width. A text may have many characters without width.
fn fits(text: &str, width: usize) -> bool {
    of(text) <= width && text.chars().count() <= most_letters(width)
}

/// Returns the number of characters at which a text of this width is cut in any case.
fn most_letters(width: usize) -> usize {
    4 * width + 8
}

/// Returns the number of columns that a text takes.
#[must_use]
pub fn of(text: &str) -> usize {
    text.width()
}

/// Breaks a text into lines of at most this width, at blanks where possible. Lines after the first begin with
/// the indent.
#[must_use]
pub fn wrap(text: &str, width: usize, indent: usize) -> Vec<String> {
    let blanks = " ".repeat(indent.min(width / 2));
    // A path is not broken at its hyphens.
    let options = textwrap::Options::new(width.max(1))
        .subsequent_indent(&blanks)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::wrap(text, options).into_iter().map(|line| line.into_owned()).collect()
}

/// Returns the first `count` lines of a wrapped text; if there are more, the last one ends with `…`.
#[must_use]
pub fn first_lines(mut lines: Vec<String>, count: usize, width: usize) -> Vec<String> {
    if lines.len() > count {
        lines.truncate(count);
        if let Some(last) = lines.last_mut() {
            *last = format!("{} {CUT}", start(last, width.saturating_sub(2)).trim_end());
        }
    }
    lines
}

/// Shortens a text to this width; what is left out at its end becomes `…`.
#[must_use]
pub fn shorten(text: &str, width: usize) -> String {
    if fits(text, width) {
        return text.to_owned();
    }
    if width == 0 {
        return String::new();
    }
    format!("{}{CUT}", start(text, width - 1).trim_end())
}

/// Shortens a name to this width; what is left out in its middle becomes `…`.
#[must_use]
pub fn shorten_middle(text: &str, width: usize) -> String {
    if fits(text, width) {
        return text.to_owned();
    }
    if width == 0 {
        return String::new();
    }
    let head = start(text, (width - 1).div_ceil(2));
    format!("{head}{CUT}{}", end(text, width - 1 - of(head)))
}

/// Returns a text with blanks up to this width.
#[must_use]
pub fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(of(text))))
}

/// Returns the longest beginning of at most this width.
fn start(text: &str, width: usize) -> &str {
    let ends = text.char_indices().map(|(at, letter)| at + letter.len_utf8());
    // A prefix that is too wide stays too wide but for a joined emoji, which may be cut.
    let fits = ends.take(most_letters(width)).take_while(|&end| of(&text[..end]) <= width);
    &text[..fits.last().unwrap_or(0)]
}

/// Returns the longest ending of at most this width.
fn end(text: &str, width: usize) -> &str {
    let begins = text.char_indices().rev().map(|(at, _)| at);
    let fits = begins.take(most_letters(width)).take_while(|&begin| of(&text[begin..]) <= width);
    &text[fits.last().unwrap_or(text.len())..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_wider_than_asked() {
        let texts = [
            "",
            "plain words of a sentence",
            "好的好的好的",
            "e\u{301}e\u{301}e\u{301}",
            "👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧",
            "a_very_long_name_without_blanks",
        ];
        for text in texts {
            for width in 0..40 {
                for short in [shorten(text, width), shorten_middle(text, width)] {
                    assert!(of(&short) <= width, "{short:?} is wider than {width}");
                    assert!(of(text) > width || short == text, "{short:?}");
                }
                for line in wrap(text, width.max(4), 1) {
                    assert!(of(&line) <= width.max(4), "{line:?} is wider than {width}");
                }
            }
        }
    }

    #[test]
    fn characters_without_width_do_not_pile_up() {
        let text = format!("a{}b", "\u{301}".repeat(100_000));
        assert!(shorten(&text, 10).chars().count() < 60);
        assert!(shorten_middle(&text, 10).chars().count() < 120);
    }

    #[test]
    fn what_is_left_out_is_marked() {
        assert_eq!(shorten("a longer text", 9), "a longer…");
        assert_eq!(shorten_middle("synthetic.demo-Q8_0.s1", 11), "synth…_0.s1");
        assert_eq!(shorten("好的好的", 4), "好…", "half a wide character is none");
        let lines = wrap("one two three four", 9, 2);
        assert_eq!(lines, ["one two", "  three", "  four"]);
        assert_eq!(first_lines(lines.clone(), 2, 9), ["one two", "  three …"]);
        assert_eq!(first_lines(lines.clone(), 3, 9), lines);
    }

    #[test]
    fn paths_are_not_broken_at_hyphens() {
        assert_eq!(wrap("at results/001-synthetic-demo", 20, 0)[0], "at");
    }
}
