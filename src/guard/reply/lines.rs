//! Lines and words of a reply.

use std::ops::Range;

/// Labelled line: its label and the allowed words after it. An empty list allows any text.
pub type Field = (&'static str, &'static [&'static str]);

/// Word of a form with its byte position.
#[derive(Clone, Copy)]
pub struct Word {
    pub word: &'static str,
    pub at: usize,
}

/// Returns the non-blank lines without surrounding white space.
pub fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    let lines = text.split_inclusive('\n').map(move |line| {
        at += line.len();
        trimmed(text, at - line.len()..at)
    });
    lines.filter(|line| !line.is_empty())
}

pub fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_start().len());
    start..start + part.trim().len()
}

/// Returns the word of a list that equals the text of a range, ignoring case.
pub fn word(text: &str, words: &[&'static str], range: Range<usize>) -> Option<Word> {
    let said = &text[range.clone()];
    let word = words.iter().find(|word| word.eq_ignore_ascii_case(said))?;
    Some(Word { word, at: range.start })
}

/// Returns the value after each label. The first lines must be the fields, each once, in any order.
pub fn labelled(text: &str, fields: &[Field]) -> Option<Vec<Range<usize>>> {
    let mut values: Vec<Option<Range<usize>>> = vec![None; fields.len()];
    for line in lines(text).take(fields.len()) {
        let colon = line.start + text[line.clone()].find(':')?;
        let label = text[line.start..colon].trim_end();
        let (index, (_, words)) =
            fields.iter().enumerate().find(|(_, (name, _))| name.eq_ignore_ascii_case(label))?;
        let value = trimmed(text, colon + 1..line.end);
        let fits = !value.is_empty() && (words.is_empty() || word(text, words, value.clone()).is_some());
        if !fits || values[index].replace(value).is_some() {
            return None;
        }
    }
    values.into_iter().collect()
}

/// Reads a line of codes such as `S1,S10` and returns it in capitals.
pub fn codes(line: &str) -> Option<String> {
    let codes: Vec<&str> = line.split(',').map(str::trim).collect();
    let is_code = |code: &&str| {
        let digits = code.strip_prefix(['S', 's']).unwrap_or_default();
        (1..=2).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit())
    };
    codes.iter().all(is_code).then(|| codes.join(",").to_uppercase())
}

/// Reads `none`, or codes separated by commas or spaces; returns codes in capitals, separated by commas.
pub fn violations(text: &str) -> Option<Option<String>> {
    if text.eq_ignore_ascii_case("none") {
        return Some(None);
    }
    let parts: Vec<&str> = text.split([',', ' ']).filter(|part| !part.is_empty()).collect();
    codes(&parts.join(",")).map(Some)
}
