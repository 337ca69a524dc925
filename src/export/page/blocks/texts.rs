//! Texts, tokens and verdicts of some instances, as bytes.
//!
//! Length of the JSON (4 bytes, little endian), the JSON, the confidences of all pieces (one byte each), their
//! positions in the block's vocabulary (LEB128 each), which begins with the piece that is there most often: half
//! of what the texts themselves and the lengths of the pieces take. Each text and each thinking block of an
//! instance is there once; pieces belong to texts, because equal texts of one prompt come from the same tokens.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashMap;

use serde::Serialize;

use super::shading::{Piece, pieces};
use crate::export::page::answers::{Answer, AnswerTrace};
use crate::export::page::shown::{self, visible};

#[derive(Serialize)]
struct Block<'a> {
    /// Pieces, most frequent first.
    vocabulary: Vec<&'a str>,
    instances: Vec<Instance<'a>>,
}

#[derive(Serialize)]
struct Instance<'a> {
    texts: Vec<Text<'a>>,
    thinking: Vec<Cow<'a, str>>,
    traces: Vec<Trace<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Text<'a> {
    /// A text without tokens.
    Text(Cow<'a, str>),
    /// Number of the text's pieces.
    Pieces(usize),
}

/// The pieces of a block's texts.
#[derive(Default)]
struct Pieces {
    texts: Vec<String>,
    steps: Vec<u8>,
}

#[derive(Serialize)]
struct Trace<'a> {
    number: u32,
    /// Position in `texts`.
    text: usize,
    /// Position in `thinking`.
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking: Option<usize>,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    votes: Option<bool>,
    reason: Cow<'a, str>,
    /// UTF-16 units of the text in which the judge saw a refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    span: Option<(u32, u32)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<f32>,
    tokens: u32,
    finish: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    harmful: Option<bool>,
}

/// Returns the bytes, and the number of pieces by confidence.
pub fn pack(answers: &[Answer]) -> (Vec<u8>, [u64; 256]) {
    let mut all = Pieces::default();
    let instances: Vec<_> = answers.iter().map(|answer| instance(answer, &mut all)).collect();
    let (vocabulary, codes) = coded(&all.texts);
    // These types always serialise.
    let json = serde_json::to_vec(&Block { vocabulary, instances }).unwrap_or_default();
    let mut counts = [0; 256];
    for &steps in &all.steps {
        counts[usize::from(steps)] += 1;
    }
    let length = u32::try_from(json.len()).unwrap_or(u32::MAX).to_le_bytes();
    ([&length, json.as_slice(), &all.steps, &codes].concat(), counts)
}

/// Returns the distinct texts, most frequent first, and the position of each text among them, as LEB128.
fn coded(texts: &[String]) -> (Vec<&str>, Vec<u8>) {
    let mut counts: HashMap<&str, u32> = HashMap::new();
    for text in texts {
        *counts.entry(text).or_default() += 1;
    }
    let mut sorted: Vec<_> = counts.into_iter().collect();
    sorted.sort_unstable_by_key(|&(text, count)| (Reverse(count), text));
    let vocabulary: Vec<_> = sorted.into_iter().map(|(text, _)| text).collect();
    let positions: HashMap<_, _> = vocabulary.iter().enumerate().map(|(at, &text)| (text, at)).collect();
    let mut codes = Vec::new();
    for text in texts {
        leb128(positions.get(text.as_str()).copied().unwrap_or_default(), &mut codes);
    }
    (vocabulary, codes)
}

/// Seven bits a byte, lowest first; the eighth bit is set in all bytes but the last.
fn leb128(mut value: usize, bytes: &mut Vec<u8>) {
    while value > 0x7f {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn instance<'a>(answer: &'a Answer, all: &mut Pieces) -> Instance<'a> {
    let texts = distinct(answer.traces.iter().map(|trace| trace.text.as_str()));
    let thinking = distinct(answer.traces.iter().filter_map(|trace| trace.thinking.as_deref()));
    let traces = answer.traces.iter().map(|trace| Trace {
        number: trace.number,
        text: position(&texts, &trace.text),
        thinking: trace.thinking.as_deref().map(|text| position(&thinking, text)),
        verdict: trace.verdict.name(),
        votes: trace.votes,
        reason: visible(&trace.reason),
        span: trace.span.and_then(|span| shown_span(&trace.text, span)),
        confidence: trace.confidence.map(|value| value as f32),
        tokens: trace.tokens,
        finish: trace.finish_reason.name(),
        harmful: trace.harmful,
    });
    let traces = traces.collect();
    let mut packed = |text: &&'a str| {
        let (shown, of) = (visible(text), text_pieces(text, &answer.traces));
        if of.is_empty() {
            return Text::Text(shown);
        }
        let mut letters = shown.chars();
        for piece in &of {
            all.texts.push(letters.by_ref().take(piece.letters).collect());
            all.steps.push(piece.steps);
        }
        Text::Pieces(of.len())
    };
    Instance {
        texts: texts.iter().map(&mut packed).collect(),
        thinking: thinking.into_iter().map(visible).collect(),
        traces,
    }
}

/// An instance has few traces, so a search from the front is enough.
fn distinct<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut distinct = Vec::new();
    for text in texts {
        if !distinct.contains(&text) {
            distinct.push(text);
        }
    }
    distinct
}

fn position(texts: &[&str], text: &str) -> usize {
    texts.iter().position(|one| *one == text).unwrap_or_default()
}

/// Returns the pieces of a text, by the first trace whose tokens fit it.
fn text_pieces(text: &str, traces: &[AnswerTrace]) -> Vec<Piece> {
    let recorded =
        traces.iter().filter(|trace| trace.text == text).filter_map(|trace| trace.recorded.as_ref());
    recorded.map(|tokens| pieces(text, tokens)).find(|pieces| !pieces.is_empty()).unwrap_or_default()
}

/// Returns the UTF-16 units of the shown text for bytes of the text; `None` if they are not within it.
fn shown_span(text: &str, (start, end): (usize, usize)) -> Option<(u32, u32)> {
    let units = |part: &str| part.chars().map(shown::units).sum::<u32>();
    let (before, marked) = (text.get(..start)?, text.get(start..end)?);
    (!marked.is_empty()).then(|| (units(before), units(before) + units(marked)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_position_in_the_vocabulary() {
        let texts = ["b", "a", "c", "c"].map(str::to_owned);
        assert_eq!(coded(&texts), (vec!["c", "a", "b"], vec![2, 1, 0, 0]));
        // The example of the DWARF standard, version 5, figure 2 (appendix C): 12857 is 185, 100.
        let mut bytes = Vec::new();
        [2, 127, 128, 12_857].into_iter().for_each(|value| leb128(value, &mut bytes));
        assert_eq!(bytes, [2, 127, 128, 1, 185, 100]);
    }

    #[test]
    fn spans_count_units_of_the_shown_text() {
        assert_eq!(shown_span("é🚀 no", (7, 9)), Some((4, 6)));
        assert_eq!(shown_span("\0\u{e0041}no", (5, 7)), Some((2, 4)));
        for outside in [(0, 99), (1, 3), (3, 2), (2, 2)] {
            assert_eq!(shown_span("é🚀 no", outside), None, "{outside:?}");
        }
    }
}
