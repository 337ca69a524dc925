//! Tokenisation of prompts. Control tokens are recognised only in the template's parts.

use llama_cpp_2::token::LlamaToken;

use super::loaded::LlamaEngine;
use crate::chat::Prompt;

impl LlamaEngine {
    /// Returns the ids of a prompt's tokens.
    #[must_use]
    pub fn token_ids(&self, prompt: &Prompt) -> Vec<u32> {
        self.tokenize(prompt).into_iter().map(|token| token.0.unsigned_abs()).collect()
    }

    /// Returns whether a token is a control token.
    #[must_use]
    pub fn is_control(&self, id: u32) -> bool {
        i32::try_from(id).is_ok_and(|id| self.model.vocab().is_control(LlamaToken(id)))
    }

    /// Tokenises a prompt.
    ///
    /// Tokenises the whole text at once, exactly as other programs do, unless untrusted text spells a control
    /// token; only then are the parts tokenised separately.
    pub(super) fn tokenize(&self, prompt: &Prompt) -> Vec<LlamaToken> {
        let vocab = self.model.vocab();
        let bos = vocab.should_add_bos() && {
            let text = vocab.text(vocab.bos()).map(|text| text.to_string_lossy().into_owned());
            text.is_none_or(|text| !prompt.text.starts_with(&text))
        };
        if !self.control_texts.iter().any(|text| spells(prompt, text)) {
            return vocab.tokenize(prompt.text.as_bytes(), bos, true);
        }
        let parts = prompt.parts().into_iter().enumerate();
        parts
            .flat_map(|(index, (part, is_template))| {
                vocab.tokenize(part.as_bytes(), bos && index == 0, is_template)
            })
            .collect()
    }

    /// Returns the tokens of a prompt before the first untrusted part. The last token is left out, because it
    /// could merge with the text that follows.
    pub(super) fn head(&self, prompt: &Prompt) -> Vec<LlamaToken> {
        let head = prompt.head();
        if head.is_empty() {
            return Vec::new();
        }
        let mut tokens = self.tokenize(&Prompt::plain(head));
        tokens.pop();
        tokens
    }

    /// Passes the id and bytes of every text token to `tell`.
    pub(super) fn texts_of_tokens(&self, tell: &mut dyn FnMut(u32, &[u8])) {
        let vocab = self.model.vocab();
        let mut bytes = Vec::new();
        for token in vocab.tokens().filter(|&token| !vocab.is_control(token)) {
            bytes.clear();
            vocab.token_to_piece_into(token, &mut bytes, false, None);
            tell(token.0.unsigned_abs(), &bytes);
        }
    }
}

/// Returns whether `text` occurs in a prompt with at least one byte from an untrusted part.
fn spells(prompt: &Prompt, text: &str) -> bool {
    let mut words = prompt.outside().iter().filter(|part| !part.is_empty());
    words.any(|part| {
        let beyond = text.len().saturating_sub(1);
        let mut start = part.start.saturating_sub(beyond);
        let mut end = (part.end + beyond).min(prompt.text.len());
        while !prompt.text.is_char_boundary(start) {
            start += 1;
        }
        while !prompt.text.is_char_boundary(end) {
            end -= 1;
        }
        prompt.text.get(start..end).is_some_and(|around| around.contains(text))
    })
}

#[cfg(test)]
#[expect(clippy::single_range_in_vec_init, reason = "a list of ranges, not of their numbers")]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_spelt_where_a_part_from_outside_has_a_byte_of_it() {
        let prompt = |outside| Prompt::with_outside("<end>x<end>", outside);
        for (range, spelt) in
            [(5..6, false), (4..6, true), (5..7, true), (0..0, false), (2..2, false), (2..3, true)]
        {
            assert_eq!(spells(&prompt(vec![range.clone()]), "<end>"), spelt, "{range:?}");
        }
        assert!(!spells(&Prompt::plain("<end>"), "<end>"));
        assert!(spells(&Prompt::with_outside("é<endé", vec![2..6]), "<end"));
    }
}
