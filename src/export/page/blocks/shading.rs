//! The tokens of an answer as pieces of its shown text.

use std::ops::Range;

use super::scale::steps;
use crate::chat::thinking;
use crate::export::page::answers::AnswerTokens;

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Characters of the shown text.
    pub letters: usize,
    /// Confidence, in steps.
    pub steps: u8,
}

/// Returns the pieces of an answer; none if its text is not found in the reply or the tokens do not fit it.
///
/// A character that several tokens make up belongs to the last of them; tokens without a character of the
/// answer have no piece.
pub fn pieces(text: &str, tokens: &AnswerTokens) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let fits = tokens.ends.len() == tokens.confidences.len() && tokens.ends.is_sorted();
    let Some(answer) = answer(text, tokens).filter(|_| fits) else { return pieces };
    let mut letters = letters(&tokens.reply[answer.clone()]).peekable();
    let mut read = answer.start;
    for (&end, &confidence) in tokens.ends.iter().zip(&tokens.confidences) {
        let mut piece = Piece { letters: 0, steps: steps(confidence) };
        while let Some(bytes) = letters.next_if(|bytes| read + bytes <= end as usize) {
            read += bytes;
            piece.letters += 1;
        }
        if piece.letters > 0 {
            pieces.push(piece);
        }
    }
    // Tokens that end before the answer does are not those of this reply.
    if letters.peek().is_some() { Vec::new() } else { pieces }
}

/// Returns the bytes of the reply that are the answer.
fn answer(text: &str, tokens: &AnswerTokens) -> Option<Range<usize>> {
    let split = thinking::split(&tokens.reply, tokens.opened).answer;
    if String::from_utf8_lossy(&tokens.reply[split.clone()]) == text {
        return Some(split);
    }
    let start = std::str::from_utf8(&tokens.reply).ok()?.rfind(text)?;
    Some(start..start + text.len())
}

/// Returns the number of bytes of each character. Bytes that are none are shown as one character.
fn letters(bytes: &[u8]) -> impl Iterator<Item = usize> {
    bytes.utf8_chunks().flat_map(|chunk| {
        let invalid = chunk.invalid().len();
        chunk.valid().chars().map(char::len_utf8).chain((invalid > 0).then_some(invalid))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(parts: &[&[u8]], opened: bool) -> AnswerTokens {
        let mut tokens = AnswerTokens { opened, ..AnswerTokens::default() };
        for (index, part) in parts.iter().enumerate() {
            tokens.reply.extend_from_slice(part);
            tokens.ends.push(tokens.reply.len() as u32);
            tokens.confidences.push(index as f32);
        }
        tokens
    }

    fn of(text: &str, parts: &[&[u8]]) -> Vec<(usize, u8)> {
        let pieces = pieces(text, &tokens(parts, false)).into_iter();
        pieces.map(|piece| (piece.letters, piece.steps)).collect()
    }

    #[test]
    fn blanks_around_the_answer_belong_to_no_piece() {
        // Two steps a nat: token n has 2 n.
        assert_eq!(
            of("No, I won't.", &[b" No", b",", b" I won't", b".", b"\n", b""]),
            [(2, 0), (1, 2), (8, 4), (1, 6)]
        );
    }

    #[test]
    fn thinking_belongs_to_no_piece() {
        assert_eq!(of("Sure", &[b"<think>", b"Sure?", b"</think>\n\nSu", b"re"]), [(2, 4), (2, 6)]);
        let opened = pieces("b", &tokens(&[b"a</think>", b"b"], true));
        assert_eq!(opened, [Piece { letters: 1, steps: 2 }]);
    }

    #[test]
    fn a_character_belongs_to_the_token_that_ends_it() {
        let rocket = "🚀".as_bytes();
        assert_eq!(
            of("a🚀é", &[b"a", &rocket[..1], &rocket[1..3], &rocket[3..], "é".as_bytes()]),
            [(1, 0), (1, 6), (1, 8)]
        );
        // The reply ends within a character; the answer has a replacement character for it.
        assert_eq!(of("a\u{fffd}", &[b"a", &rocket[..2], &rocket[2..3]]), [(1, 0), (1, 4)]);
    }

    #[test]
    fn an_answer_that_was_cut_out_elsewhere_is_found() {
        assert_eq!(of("end", &[b"the end", b" is the en", b"d."]), [(2, 2), (1, 4)]);
    }

    #[test]
    fn tokens_that_do_not_fit_give_no_pieces() {
        assert_eq!(of("Something else", &[b"No", b"."]), []);
        let mut fewer = tokens(&[b"No", b"."], false);
        fewer.ends.pop();
        assert_eq!(pieces("No.", &fewer), []);
        fewer.confidences.pop();
        assert_eq!(pieces("No.", &fewer), []);
        let mut disordered = tokens(&[b"No", b"."], false);
        disordered.ends.reverse();
        assert_eq!(pieces("No.", &disordered), []);
    }
}
