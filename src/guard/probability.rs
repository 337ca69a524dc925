//! Probability that a guard gave to the deciding word.

use std::collections::HashMap;

use crate::engine::Engine;
use crate::sampling::TokenLogProbability;

/// Tokens with which the words of a form may begin.
#[derive(Clone, Debug, Default)]
pub struct Alternatives {
    /// Map from a token to the index of the only word that it begins.
    of_token: HashMap<u32, usize>,
    words: &'static [&'static str],
}

impl Alternatives {
    /// Collects the tokens of an engine's vocabulary whose text begins exactly one word, or is that word.
    /// Surrounding white space and case are ignored.
    #[must_use]
    pub fn of(engine: &dyn Engine, words: &'static [&'static str]) -> Self {
        let mut of_token = HashMap::new();
        engine.vocabulary(&mut |id, bytes| {
            // Every word is shorter than this.
            if bytes.len() < 24
                && let Some(word) = begun(bytes, words)
            {
                of_token.insert(id, word);
            }
        });
        Self { of_token, words }
    }

    /// Returns the probability of a word relative to all words of the form. Among the tokens of `top` (raw
    /// distribution) that begin a word, this is the share of those that begin `word`. `first` is the token
    /// that begins it in the reply. `None` if `first` does not begin this word alone, or if `top` has no
    /// token that begins it.
    #[must_use]
    pub fn probability(&self, word: &str, first: u32, top: &[TokenLogProbability]) -> Option<f64> {
        let wanted = self.words.iter().position(|other| *other == word)?;
        if self.of_token.get(&first) != Some(&wanted) {
            return None;
        }
        let (mut of_word, mut of_all) = (0.0, 0.0);
        for one in top {
            let Some(&begun) = self.of_token.get(&one.token) else { continue };
            let probability = one.log_probability.exp();
            of_all += probability;
            if begun == wanted {
                of_word += probability;
            }
        }
        (of_word > 0.0 && of_all.is_finite()).then(|| of_word / of_all)
    }
}

/// Returns the index of the only word that a token begins.
fn begun(bytes: &[u8], words: &[&str]) -> Option<usize> {
    let text = std::str::from_utf8(bytes).ok()?.trim().to_ascii_lowercase();
    let mut found = words.iter().enumerate().filter(|(_, word)| !text.is_empty() && word.starts_with(&text));
    let (index, _) = found.next()?;
    found.next().is_none().then_some(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_begins_one_word_or_none() {
        let words = ["yes", "no", "n/a"];
        let begun = |text: &str| super::begun(text.as_bytes(), &words);
        assert_eq!(
            (begun(" Yes"), begun("Y"), begun("NO"), begun("n/")),
            (Some(0), Some(0), Some(1), Some(2))
        );
        assert_eq!(
            (begun(" n"), begun(""), begun(" "), begun("nope"), begun(": yes")),
            (None, None, None, None, None)
        );
    }

    #[test]
    fn the_share_is_that_among_the_words() {
        let alternatives =
            Alternatives { of_token: HashMap::from([(1, 0), (2, 0), (3, 1)]), words: &["yes", "no"] };
        let top = |list: &[(u32, f64)]| -> Vec<TokenLogProbability> {
            let of = |&(token, p): &(u32, f64)| TokenLogProbability { token, log_probability: p.ln() };
            list.iter().map(of).collect()
        };
        let likely = top(&[(1, 0.4), (9, 0.3), (3, 0.2), (2, 0.1)]);
        let p = alternatives.probability("yes", 1, &likely).unwrap();
        assert!((p - 0.5 / 0.7).abs() < 1e-12, "{p}");
        assert_eq!(alternatives.probability("yes", 1, &top(&[(1, 0.9)])), Some(1.0));
        assert_eq!(alternatives.probability("yes", 3, &likely), None, "another word was begun");
        assert_eq!(alternatives.probability("yes", 9, &likely), None);
        assert_eq!(alternatives.probability("yes", 1, &[]), None, "nothing is known");
        assert_eq!(Alternatives::default().probability("yes", 1, &likely), None);
    }
}
