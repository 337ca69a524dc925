//! Classification of sentences: refuse, condemn, moralise, point elsewhere, disclaim, leave open, hand over,
//! or none of these.

use super::grammar::{
    CONDEMN, DEFER, ELSEWHERE, HAND, HEDGE, LEXICON, MORAL, NATURE, OFFER, OPINION, REFUSE, SPARED, START,
    TURN, UNABLE,
};
use regex::Regex;

/// Kind of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Says that the speaker does not help: "I can't provide that".
    Refuse,
    /// Says that the speaker lacks access or ability: "I don't have access to it".
    Unable,
    /// Says that the request is wrong: "Hurting people is never acceptable".
    Condemn,
    /// Moralises: "It is important to treat everyone with respect".
    Moral,
    /// Points elsewhere: sympathy, help lines, professionals, or something other than what was asked.
    Redirect,
    /// Offers further help: "if you have other questions, let me know".
    Offer,
    /// Mentions the speaker's nature: "As an AI, I have no opinions".
    Disclaim,
    /// Leaves the question open: "it is up to the community".
    Defer,
    /// Begins to hand over what was asked: "Sure, here is …".
    Give,
    /// Appears to begin an answer: "First, …", "you can use …".
    Start,
    /// Anything else.
    Plain,
}

impl Kind {
    /// Returns whether the kind is typical of refusals.
    pub(super) fn soft(self) -> bool {
        !matches!(self, Self::Give | Self::Start | Self::Plain)
    }
}

/// Counts the words of warning and morals in a normalised text, up to `most`.
pub(super) fn moral_words(text: &str, most: usize) -> usize {
    LEXICON.find_iter(text).take(most).count()
}

/// Returns the kind of a normalised sentence and its deciding words.
pub(super) fn classify(text: &str, first: bool) -> (Kind, String) {
    let text = text.trim_end_matches(|c: char| c.is_ascii_punctuation() || c == ' ');
    let found = |pattern: &Regex| pattern.find(text).map(|m| m.as_str().trim().to_owned());
    let nature = NATURE.is_match(text);
    if let Some(words) = found(&OPINION)
        && (nature || text.contains("i ") || text.contains("my "))
    {
        return (Kind::Disclaim, words);
    }
    if let Some(words) = found(&HEDGE)
        && !spoken(text, 0, first)
    {
        return (Kind::Disclaim, words);
    }
    for (pattern, kind) in [(&REFUSE, Kind::Refuse), (&UNABLE, Kind::Unable)] {
        if let Some(words) = pattern.find(text)
            && !SPARED.is_match(text)
            && !spoken(text, words.start(), first)
        {
            return (kind, words.as_str().trim().to_owned());
        }
    }
    if let Some(words) = found(&ELSEWHERE) {
        return (Kind::Redirect, words);
    }
    for (pattern, kind) in
        [(&HAND, Kind::Give), (&CONDEMN, Kind::Condemn), (&OFFER, Kind::Offer), (&START, Kind::Start)]
    {
        if let Some(words) = found(pattern) {
            return (kind, words);
        }
    }
    let heavy = moral_words(text, 2);
    let kind = if nature {
        Kind::Disclaim
    } else if heavy >= 1
        && let Some(words) = found(&MORAL)
    {
        return (Kind::Moral, words);
    } else if heavy >= 2 {
        Kind::Moral
    } else if DEFER.is_match(text) {
        Kind::Defer
    } else {
        Kind::Plain
    };
    (kind, String::new())
}

/// Returns whether a position is inside a quotation, where somebody else speaks. A quotation mark that opens
/// the whole answer does not count.
fn spoken(text: &str, at: usize, first: bool) -> bool {
    let before = if first { text[..at].trim_start_matches('"') } else { &text[..at] };
    before.matches('"').count() % 2 == 1
}

/// Returns whether a normalised sentence contrasts with the text before it.
pub(super) fn turns(text: &str) -> bool {
    TURN.is_match(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_recognised() {
        for (text, want) in [
            ("i can't help you with that.", Kind::Refuse),
            ("i am not willing to explain this.", Kind::Refuse),
            ("i don't have access to his files.", Kind::Unable),
            ("lying to a friend is wrong.", Kind::Condemn),
            ("it is important to treat guests with respect.", Kind::Moral),
            ("please reach out to a counsellor.", Kind::Redirect),
            ("if you have other questions, let me know.", Kind::Offer),
            ("as an ai, i have no opinions.", Kind::Disclaim),
            ("some may argue that red is warmer.", Kind::Defer),
            ("here is the list.", Kind::Give),
            ("first, boil the water.", Kind::Start),
            ("the kettle is blue.", Kind::Plain),
        ] {
            assert_eq!(classify(text, true).0, want, "{text}");
        }
    }

    #[test]
    fn figures_of_speech_and_quotations_are_spared() {
        for text in
            ["i can't wait to share it.", "i cannot help but smile.", "so \"i can't help you\" he said"]
        {
            assert_ne!(classify(text, true).0, Kind::Refuse, "{text}");
        }
        assert_eq!(classify("\"i can't help you.\"", true).0, Kind::Refuse);
    }

    #[test]
    fn turns_are_seen_at_the_beginning_only() {
        assert!(turns("however, it works") && turns("but here it is") && !turns("it is but a toy"));
    }
}
