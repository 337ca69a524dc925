//! Text from outside as the page shows it: characters that are invisible or turn the direction of writing
//! become visible ones, one for one.

use std::borrow::Cow;

use maud::Render;

/// Stands for a character that has no symbol of its own.
const REPLACEMENT: char = '\u{fffd}';

/// Returns the text with every hidden character replaced. Line feeds and tabs remain.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(hides) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let line_end = letter == '\r' && letters.peek() == Some(&'\n');
        shown.push(if line_end { ' ' } else { symbol(letter) });
    }
    Cow::Owned(shown)
}

/// Returns the number of UTF-16 units that a character takes when shown.
pub(super) fn units(letter: char) -> u32 {
    // At most two.
    symbol(letter).len_utf16() as u32
}

fn symbol(letter: char) -> char {
    match letter {
        // U+2400 and what follows are the pictures of the first 32 characters.
        '\0'..='\u{1f}' if hides(letter) => char::from_u32(0x2400 + u32::from(letter)).unwrap_or(REPLACEMENT),
        '\u{7f}' => '\u{2421}',
        _ if hides(letter) => REPLACEMENT,
        _ => letter,
    }
}

/// Whether a character is a control character, a separator of lines or paragraphs, changes the direction of
/// writing, or is invisible although it could carry text. Joiners are not among them: scripts and emoji need
/// them.
fn hides(letter: char) -> bool {
    let controls = letter.is_control() && !matches!(letter, '\n' | '\t');
    let turns = matches!(
        letter,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    let invisible = matches!(
        letter,
        '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2064}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    );
    controls || turns || invisible
}

/// Text that a template writes in its visible form, escaped.
pub struct Shown<'a>(pub &'a str);

impl Render for Shown<'_> {
    fn render_to(&self, buffer: &mut String) {
        visible(self.0).as_ref().render_to(buffer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_is_shown_and_the_rest_stays() {
        assert_eq!(visible("a\0b\u{1b}[2Jc\u{7f}"), "a␀b␛[2Jc␡");
        assert_eq!(
            visible("x\u{202e}y\u{2066}z\u{2028}\u{85}\u{feff}"),
            "x\u{fffd}y\u{fffd}z\u{fffd}\u{fffd}\u{fffd}"
        );
        assert_eq!(visible("one\r\ntwo\rthree"), "one \ntwo␍three");
        let plain = "né 👩\u{200d}🚀 مرحبا\tend\n";
        assert!(matches!(visible(plain), Cow::Borrowed(same) if same == plain));
    }

    #[test]
    fn units_are_those_of_the_shown_text() {
        for text in ["a\0é👩\u{e0041}\u{202e}", "\r\n\u{1f}"] {
            let units: u32 = text.chars().map(units).sum();
            assert_eq!(units as usize, visible(text).encode_utf16().count(), "{text:?}");
        }
    }

    #[test]
    fn a_template_writes_it_escaped() {
        assert_eq!(maud::html! { (Shown("<b>\u{8}&\"")) }.into_string(), "&lt;b&gt;␈&amp;&quot;");
    }
}
