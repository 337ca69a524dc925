//! Rendered prompt with its untrusted parts.

use std::ops::Range;

/// Text that a model sees, with its untrusted parts: the user's messages and judged answers.
///
/// The engine recognises control tokens (`<|im_end|>` …) only in the template's parts. Elsewhere they are
/// plain text, so a benchmark prompt cannot end its own turn and an answer cannot address its judge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    /// Whole text.
    pub text: String,
    /// Byte ranges of the untrusted parts, in order and without overlap; `None` if they cannot be separated
    /// from the template's own text.
    outside: Option<Vec<Range<usize>>>,
}

impl Prompt {
    /// Creates a prompt without untrusted parts: the whole text counts as the template's.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), outside: None }
    }

    /// Creates a prompt with untrusted parts. Falls back to [`Prompt::plain`] unless `outside` is a list of
    /// ranges of the text, in order and without overlap.
    #[must_use]
    pub fn with_outside(text: impl Into<String>, outside: Vec<Range<usize>>) -> Self {
        let text = text.into();
        let mut end = 0;
        let fits = outside.iter().all(|part| {
            let follows = end <= part.start && part.start <= part.end;
            end = part.end;
            follows && text.get(part.clone()).is_some()
        });
        Self { text, outside: fits.then_some(outside) }
    }

    /// Returns whether the untrusted parts are known; there may be none.
    #[must_use]
    pub fn is_told_apart(&self) -> bool {
        self.outside.is_some()
    }

    /// Returns the byte ranges of the untrusted parts; empty if they are unknown.
    #[must_use]
    pub fn outside(&self) -> &[Range<usize>] {
        self.outside.as_deref().unwrap_or_default()
    }

    /// Returns the texts of the untrusted parts.
    pub fn outside_texts(&self) -> impl Iterator<Item = &str> {
        self.outside().iter().filter_map(|part| self.text.get(part.clone()))
    }

    /// Returns the text before the first untrusted part; empty if no untrusted part has any text.
    #[must_use]
    pub fn head(&self) -> &str {
        match self.outside().first() {
            Some(first) if self.outside_texts().any(|part| !part.is_empty()) => &self.text[..first.start],
            _ => "",
        }
    }

    /// Returns all parts of the text, each with whether it is the template's. The template's parts and the
    /// untrusted parts alternate; the first is the template's.
    #[must_use]
    pub fn parts(&self) -> Vec<(&str, bool)> {
        let mut parts = Vec::new();
        let mut end = 0;
        for part in self.outside() {
            parts.push((&self.text[end..part.start], true));
            parts.push((&self.text[part.clone()], false));
            end = part.end;
        }
        parts.push((&self.text[end..], true));
        parts
    }
}

#[cfg(test)]
#[expect(clippy::single_range_in_vec_init, reason = "a list of ranges, not of their numbers")]
mod tests {
    use super::*;

    #[test]
    fn parts_take_turns() {
        let prompt = Prompt::with_outside("a:x b:y", vec![2..3, 6..7]);
        assert_eq!(prompt.parts(), [("a:", true), ("x", false), (" b:", true), ("y", false), ("", true)]);
        assert_eq!((prompt.head(), prompt.is_told_apart()), ("a:", true));
        let nothing = Prompt::with_outside("ab", vec![1..1]);
        assert_eq!((nothing.head(), nothing.is_told_apart()), ("", true));
        let plain = Prompt::plain("ab");
        assert_eq!((plain.parts(), plain.head(), plain.is_told_apart()), (vec![("ab", true)], "", false));
    }

    #[test]
    fn ranges_that_do_not_fit_are_not_taken() {
        for ranges in [vec![2..4, 3..5], vec![4..5, 0..1], vec![0..9], vec![1..2]] {
            assert!(!Prompt::with_outside("äbcdef", ranges).is_told_apart());
        }
    }
}
