//! Text from outside without the characters that steer what shows it: a terminal or a page.

/// Replaces control characters, line separators, characters that change the direction of text, and those that
/// no XML may hold: model output, prompts and names of files are untrusted.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars().map(|letter| if steers(letter) { '\u{fffd}' } else { letter }).collect()
}

/// Does the same for text of several lines.
#[must_use]
pub fn printable_lines(text: &str) -> String {
    text.split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

fn steers(letter: char) -> bool {
    let turns = matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    letter.is_control() || turns || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_what_shows_it() {
        assert_eq!(
            printable("a\u{1b}[2J\u{202e}b\u{9b}\r\n"),
            "a\u{fffd}[2J\u{fffd}b\u{fffd}\u{fffd}\u{fffd}"
        );
        assert_eq!(printable_lines("one\n  two\u{7}"), "one\n  two\u{fffd}");
        assert_eq!(printable("κ = 0.9, 好的, é"), "κ = 0.9, 好的, é");
        for forbidden in ('\0'..' ').chain(['\u{7f}', '\u{fffe}', '\u{ffff}']) {
            assert_eq!(printable(&forbidden.to_string()), "\u{fffd}");
        }
    }
}
