//! The tokens of an answer: which of its bytes each of them wrote, and how confident the model was.
//!
//! A trace records the tokens of its whole reply: thinking, answer and the blanks around them. The answer is a
//! part of the reply, with one U+FFFD in place of each piece that is not UTF-8.

use std::ops::Range;

use crate::chat::thinking;
use crate::record::{Trace, TraceTokens};

/// Returns the tokens of a trace's answer, in order: bytes of the answer, and token confidence. `None` if no
/// tokens are recorded, they have no text, or their text does not hold the answer.
///
/// Every range begins and ends between characters. Tokens that share a character are one range, with the mean
/// of their confidences. A token without text, such as the one that ends the answer, has no range.
#[must_use]
pub fn answer_tokens(trace: &Trace) -> Option<Vec<(Range<usize>, f32)>> {
    of(&trace.answer, &trace.recorded.as_ref()?.unpack().ok()?)
}

fn of(answer: &str, tokens: &TraceTokens) -> Option<Vec<(Range<usize>, f32)>> {
    let reply = Reply::of(&tokens.text);
    let begin = reply.find(answer, thinking::split(&tokens.text, tokens.opened).answer)?;
    let mut found = Vec::new();
    // End of the last range, and the tokens since then: those that have not ended a character.
    let (mut start, mut open) = (0, Vec::new());
    let mut before = 0;
    for (&end, &confidence) in tokens.ends.iter().zip(&tokens.confidences) {
        let has_text = end > before;
        before = end;
        let end = reply.in_text(end as usize);
        if !has_text || end <= begin {
            continue;
        }
        if start == answer.len() {
            break;
        }
        open.push(f64::from(confidence));
        let end = (end - begin).min(answer.len());
        if answer.is_char_boundary(end) {
            found.push((start..end, (open.iter().sum::<f64>() / open.len() as f64) as f32));
            start = end;
            open.clear();
        }
    }
    Some(found)
}

/// A reply as text.
struct Reply {
    text: String,
    /// Pieces of the reply by their first byte: where the piece begins in the text, and whether it is UTF-8.
    pieces: Vec<(usize, usize, bool)>,
}

impl Reply {
    fn of(reply: &[u8]) -> Self {
        let (mut text, mut pieces, mut at) = (String::with_capacity(reply.len()), Vec::new(), 0);
        for chunk in reply.utf8_chunks() {
            pieces.push((at, text.len(), true));
            text.push_str(chunk.valid());
            at += chunk.valid().len();
            if !chunk.invalid().is_empty() {
                pieces.push((at, text.len(), false));
                text.push(char::REPLACEMENT_CHARACTER);
                at += chunk.invalid().len();
            }
        }
        pieces.push((at, text.len(), true));
        Self { text, pieces }
    }

    /// Returns the byte of the text for a byte of the reply. Within a piece that is not UTF-8, it is within the
    /// character in its place.
    fn in_text(&self, byte: usize) -> usize {
        let piece = self.pieces.partition_point(|&(first, _, _)| first <= byte).saturating_sub(1);
        let Some(&(first, text, is_utf8)) = self.pieces.get(piece) else { return 0 };
        text + if is_utf8 { byte - first } else { usize::from(byte > first) }
    }

    /// Returns where the answer begins in the text: at `part` of the reply, or where other programs put it.
    fn find(&self, answer: &str, part: Range<usize>) -> Option<usize> {
        if answer.is_empty() {
            return None;
        }
        let begin = self.in_text(part.start);
        match self.text.get(begin..self.in_text(part.end)) == Some(answer) {
            true => Some(begin),
            false => self.text.rfind(answer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(pieces: &[(&[u8], f32)]) -> TraceTokens {
        let mut tokens = TraceTokens::default();
        for (piece, confidence) in pieces {
            tokens.text.extend_from_slice(piece);
            tokens.ends.push(tokens.text.len() as u32);
            tokens.confidences.push(*confidence);
        }
        tokens
    }

    #[test]
    fn thinking_blanks_and_the_end_have_no_range() {
        let reply = tokens(&[
            (b"<think>", 1.0),
            ("hm é".as_bytes(), 2.0),
            (b"</think>", 3.0),
            (b"\n\n", 4.0),
            (b"\nNo", 5.0),
            (b".", 6.0),
            (b"", 7.0),
            (b" ", 8.0),
        ]);
        assert_eq!(of("No.", &reply), Some(vec![(0..2, 5.0), (2..3, 6.0)]));
    }

    #[test]
    fn tokens_that_share_a_character_are_one() {
        let euro = "€".as_bytes();
        let reply =
            tokens(&[(b"a", 1.0), (&euro[..1], 2.0), (&euro[1..2], 4.0), (&euro[2..], 6.0), (b"b", 3.0)]);
        assert_eq!(of("a€b", &reply), Some(vec![(0..1, 1.0), (1..4, 4.0), (4..5, 3.0)]));
        // One token ends a character and begins the next.
        let both = [&euro[1..], &euro[..2]].concat();
        let reply = tokens(&[(&euro[..1], 2.0), (&both, 4.0), (&euro[2..], 6.0)]);
        assert_eq!(of("€€", &reply), Some(vec![(0..6, 4.0)]));
    }

    #[test]
    fn bytes_that_are_no_text_are_one_character() {
        let reply = tokens(&[(b"a", 1.0), (&[0xe2], 2.0), (&[0x82], 4.0), (b"b", 5.0), (&[0xff], 6.0)]);
        assert_eq!(
            of("a\u{fffd}b\u{fffd}", &reply),
            Some(vec![(0..1, 1.0), (1..4, 3.0), (4..5, 5.0), (5..8, 6.0)])
        );
    }

    #[test]
    fn a_text_of_another_program_is_found_at_its_end() {
        let reply = tokens(&[(b"well No. ", 1.0), (b"No", 2.0), (b".", 3.0)]);
        assert_eq!(of("No.", &reply), Some(vec![(0..2, 2.0), (2..3, 3.0)]));
        assert_eq!(of("Yes.", &reply), None);
        assert_eq!(of("", &reply), None);
    }

    proptest::proptest! {
        #[test]
        fn ranges_cover_the_answer(reply in proptest::collection::vec(proptest::prelude::any::<u8>(), 1..60), cuts in proptest::collection::vec(1_usize..5, 60)) {
            let (mut pieces, mut rest) = (Vec::new(), reply.as_slice());
            for cut in cuts {
                let (piece, after) = rest.split_at(cut.min(rest.len()));
                pieces.push((piece, 1.0));
                rest = after;
            }
            let tokens = tokens(&pieces);
            let part = thinking::split(&tokens.text, false).answer;
            let answer = String::from_utf8_lossy(&tokens.text[part]).into_owned();
            let found = of(&answer, &tokens);
            proptest::prop_assert_eq!(found.is_some(), !answer.is_empty());
            let mut end = 0;
            for (range, _) in found.unwrap_or_default() {
                proptest::prop_assert_eq!(range.start, end);
                proptest::prop_assert!(answer.get(range.clone()).is_some_and(|text| !text.is_empty()));
                end = range.end;
            }
            proptest::prop_assert!(end == answer.len());
        }
    }
}
