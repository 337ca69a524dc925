//! A rendered prompt, with the part of it that came from outside.

use std::ops::Range;

/// The text a model sees, and where in it the user's words stand.
///
/// The engine reads special tokens (`<|im_end|>` …) in the template's part only: a benchmark prompt
/// that spells one gets it as plain text and cannot end its own turn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    /// The whole text.
    pub text: String,
    /// Bytes of `text` that hold the user's message; `None` where the template changes it beyond
    /// trimming, so that it cannot be told from the template's own words.
    pub content: Option<Range<usize>>,
}

impl Prompt {
    /// The text in three parts: template, user's words, template. Without a known content the
    /// whole text counts as template.
    #[must_use]
    pub fn parts(&self) -> (&str, &str, &str) {
        match &self.content {
            Some(range) => (&self.text[..range.start], &self.text[range.clone()], &self.text[range.end..]),
            None => (&self.text, "", ""),
        }
    }
}
