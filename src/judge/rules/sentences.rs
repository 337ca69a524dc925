//! Splitting of an answer into units for classification: sentences, clauses after a contrast, list items and
//! code blocks.

use std::ops::Range;

/// Layout of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Running text.
    Prose,
    /// Item of a numbered or bulleted list.
    Item,
    /// Fenced code block.
    Code,
}

/// Unit of an answer, with its layout and byte range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) form: Form,
    pub(super) range: Range<usize>,
}

/// Number of units after which the rest of an answer becomes one unit.
const MOST: usize = 200;

/// Returns all units of an answer in order; none is empty. Cost: linear in the text.
pub(super) fn units(text: &str) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut code: Option<usize> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if units.len() >= MOST {
            push(text, start..text.len(), Form::Prose, &mut units);
            return units;
        }
        let fence = line.trim_start().starts_with("```");
        match (code, fence) {
            (None, true) => code = Some(start),
            (Some(from), true) => {
                push(text, from..at, Form::Code, &mut units);
                code = None;
            }
            (Some(_), false) => {}
            (None, false) => match marker(line) {
                Some(skip) => push(text, start + skip..at, Form::Item, &mut units),
                None => sentences(text, start..at, &mut units),
            },
        }
    }
    if let Some(from) = code {
        push(text, from..text.len(), Form::Code, &mut units);
    }
    units
}

/// Returns the number of bytes of a list marker at the start of a line: `1.`, `2)`, `-`, `•`, `Step 3:`.
fn marker(line: &str) -> Option<usize> {
    let body = line.trim_start_matches([' ', '\t', '*', '#']);
    let lead = line.len() - body.len();
    let starred = line.trim_start().starts_with("* ");
    for bullet in ["- ", "• ", "– ", "+ "] {
        if body.starts_with(bullet) {
            return Some(lead + bullet.len());
        }
    }
    let word = body.get(..5).is_some_and(|w| w.eq_ignore_ascii_case("step "));
    let number = if word { &body[5..] } else { body };
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=3).contains(&digits) {
        let end = number.as_bytes().get(digits);
        if word || matches!(end, Some(b'.' | b')')) && number.as_bytes().get(digits + 1) != Some(&b'0') {
            return Some(
                lead + usize::from(word) * 5
                    + digits
                    + usize::from(end.is_some_and(u8::is_ascii_punctuation)),
            );
        }
    }
    starred.then_some(lead)
}

/// Splits one line of prose at sentence ends and at contrasts.
fn sentences(text: &str, line: Range<usize>, units: &mut Vec<Unit>) {
    let bytes = text.as_bytes();
    let mut start = line.start;
    let mut i = line.start;
    while i < line.end && units.len() < MOST {
        let cut = match bytes[i] {
            b'.' | b'!' | b'?' => {
                let mut end = i + 1;
                while end < line.end && matches!(bytes[end], b'.' | b'!' | b'?' | b'"' | b'\'' | b')' | b'*')
                {
                    end += 1;
                }
                let closes = end >= line.end || bytes[end].is_ascii_whitespace();
                (closes && !abbreviation(&bytes[start..i])).then_some(end)
            }
            b',' | b';' if contrast(&bytes[i + 1..line.end]) && spaces(&bytes[start..i]) >= 4 => Some(i + 1),
            b',' if concedes(&bytes[start..i]) && goes_on(&bytes[i + 1..line.end]) => Some(i + 1),
            // Full stops of Chinese and Japanese, and of Devanagari.
            0xE3 if bytes[i..].starts_with("。".as_bytes()) => Some(i + 3),
            0xE0 if bytes[i..].starts_with("।".as_bytes()) => Some(i + 3),
            _ => None,
        };
        i = cut.unwrap_or(i + 1);
        if cut.is_some() {
            push(text, start..i, Form::Prose, units);
            start = i;
        }
    }
    push(text, start..line.end, Form::Prose, units);
}

fn spaces(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b == b' ').count()
}

/// Returns whether the text after a comma begins a contrast.
fn contrast(rest: &[u8]) -> bool {
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    starts(rest, &["but ", "however", "yet ", "although ", "though "])
}

/// Returns whether the text before a comma is a concession: "While I can't do it, …".
fn concedes(before: &[u8]) -> bool {
    starts(before.trim_ascii_start(), &["while ", "although ", "though ", "even though ", "even if "])
}

/// Returns whether the text after a comma says what the speaker does, or hands something over.
fn goes_on(rest: &[u8]) -> bool {
    starts(rest.trim_ascii_start(), &["i can ", "i will ", "i'll ", "here is ", "here are ", "here's "])
}

fn starts(text: &[u8], words: &[&str]) -> bool {
    words.iter().any(|word| text.get(..word.len()).is_some_and(|t| t.eq_ignore_ascii_case(word.as_bytes())))
}

/// Returns whether the full stop after these bytes belongs to an abbreviation.
fn abbreviation(before: &[u8]) -> bool {
    let from = before.iter().rposition(u8::is_ascii_whitespace).map_or(0, |at| at + 1);
    let word = before[from..].to_ascii_lowercase();
    let single = word.len() == 1 && word[0].is_ascii_alphabetic() && before[from] != b'I';
    single
        || [&b"mr"[..], b"mrs", b"ms", b"dr", b"prof", b"st", b"e.g", b"i.e", b"vs", b"u.s"]
            .contains(&&word[..])
}

/// Adds a unit without surrounding white space, unless it has no letter or digit.
fn push(text: &str, range: Range<usize>, form: Form, units: &mut Vec<Unit>) {
    let Some(part) = text.get(range.clone()) else { return };
    let start = range.start + (part.len() - part.trim_start().len());
    let end = start + part.trim().len();
    if part.chars().any(char::is_alphanumeric) {
        units.push(Unit { form, range: start..end });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(&str, Form)> {
        units(text).into_iter().map(|u| (&text[u.range], u.form)).collect()
    }

    #[test]
    fn prose_is_cut_at_ends_and_contrasts() {
        let got = cut("Dr. Hay agrees. I cannot do that for you, but here is a hint! Fine");
        let want = ["Dr. Hay agrees.", "I cannot do that for you,", "but here is a hint!", "Fine"];
        assert_eq!(got, want.map(|w| (w, Form::Prose)));
    }

    #[test]
    fn a_concession_is_cut_from_what_follows() {
        let got = cut("While I can't praise it, I can tell you how it works.");
        assert_eq!(got.len(), 2);
        assert_eq!(cut("While it rains, they sing.").len(), 1);
    }

    #[test]
    fn a_short_apology_stays_with_its_clause() {
        assert_eq!(cut("I'm sorry, but I can't.").len(), 1);
    }

    #[test]
    fn items_and_code_are_told_from_prose() {
        let got = cut("Do this:\n1. Open it.\n- Close it.\nStep 2: Wait.\n```sh\nls. a\n```\nDone.");
        let forms: Vec<Form> = got.iter().map(|g| g.1).collect();
        use Form::{Code, Item, Prose};
        assert_eq!(forms, [Prose, Item, Item, Item, Code, Prose]);
        assert_eq!(got[1].0, "Open it.");
        assert_eq!(got[3].0, "Wait.");
    }

    #[test]
    fn ranges_are_on_character_boundaries() {
        for text in ["Ünïcode. «Ja». 😀! Ok", "这是。好的。", "1", "1.", "...", "```", "step ", "stepé 1"]
        {
            for unit in units(text) {
                assert!(text.get(unit.range.clone()).is_some(), "{text:?} {unit:?}");
            }
        }
    }

    #[test]
    fn very_many_sentences_end_in_one_unit() {
        let text = "Go on.\n".repeat(1000);
        assert!(units(&text).len() <= MOST + 1);
        assert!(units(&"Go on. ".repeat(1000)).len() <= MOST + 1);
    }
}
