//! Text of charts: cleaned, measured by estimate, shortened to its room.

use crate::record::printable::printable;

/// Height of text on narrow pages, in units of a chart, for which every chart is laid out.
pub const EM: f64 = 20.0;

/// Returns text that may stand in a chart. Characters that steer the display are replaced.
pub fn clean(text: &str) -> String {
    printable(text)
}

/// Returns an id made of ASCII letters, digits and `-`, which starts with a letter.
pub fn slug(id: &str) -> String {
    let plain: String =
        id.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
    if plain.starts_with(|first: char| first.is_ascii_alphabetic()) { plain } else { format!("c{plain}") }
}

/// Estimates the width of text in units, on the safe side for the usual sans-serif fonts.
pub fn width(text: &str) -> f64 {
    EM * text.chars().map(letter_width).sum::<f64>()
}

fn letter_width(letter: char) -> f64 {
    match letter {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '!' | '|' | '\'' | ' ' => 0.3,
        'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '/' | '-' | '"' => 0.4,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.93,
        'A'..='Z' | '_' | '<' | '>' | '=' | '+' => 0.7,
        ' '..='~' | '\u{2212}' => 0.58,
        // Latin and Greek with accents, Cyrillic.
        '\u{a1}'..='\u{52f}' => 0.7,
        // Everything else may be as wide as high.
        _ => 1.05,
    }
}

/// Returns the text, cleaned, or as much of its beginning as fits, with an ellipsis.
pub fn shorten(text: &str, room: f64) -> String {
    // A hostile label may be long: what could not fit anyway is not even cleaned.
    let most = (room.max(0.0) / (0.3 * EM)) as usize + 2;
    let start: String = text.chars().take(most).collect();
    let start = clean(&start);
    if width(&start) <= room && text.chars().nth(most).is_none() {
        return start;
    }
    let mut kept = String::new();
    let mut left = room - EM;
    for letter in start.chars() {
        left -= EM * letter_width(letter);
        if left < 0.0 {
            break;
        }
        kept.push(letter);
    }
    format!("{}…", kept.trim_end())
}

/// Returns at most this many characters, cleaned, for titles that nobody sees as a whole.
pub fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => clean(&text[..end]) + "…",
        None => clean(text),
    }
}

/// Returns the end of a text where it has more characters than this: ids differ at their ends.
pub fn cut_front(text: &str, most: usize) -> String {
    match text.char_indices().rev().nth(most.saturating_sub(1)) {
        Some((start, _)) if start > 0 => format!("…{}", clean(&text[start..])),
        _ => clean(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_keep_to_their_room() {
        assert_eq!(shorten("malware", 200.0), "malware");
        let long = "w".repeat(100_000);
        let short = shorten(&long, 200.0);
        assert!(short.ends_with('…') && width(&short) <= 201.0, "{short}");
        assert_eq!(shorten("abc", 0.0), "…");
        assert_eq!(cut("äbc", 2), "äb…");
        assert_eq!(cut("a\0b", 3), "a\u{fffd}b");
        assert_eq!(
            (cut_front("äbcd", 2), cut_front("äb", 2), cut_front("", 2)),
            ("…cd".into(), "äb".into(), String::new())
        );
    }

    #[test]
    fn an_id_is_plain() {
        assert_eq!(
            (slug("rates-2"), slug("2 \"x\""), slug("")),
            ("rates-2".into(), "c2--x-".into(), "c".into())
        );
    }
}
