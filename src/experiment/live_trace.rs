//! Running traces, and their parts once they have ended.

use std::ops::ControlFlow;

use crate::chat::thinking;
use crate::deepconf::TOP_K;
use crate::deepconf::measures::measures;
use crate::deepconf::online::GroupWatch;
use crate::engine::Token;
use crate::record::tokens::TopLogProbabilities;
use crate::record::{Measures, Recorded, TraceTokens};
use crate::settings::RecordMode;

/// Tokens sampled so far in a running trace. Log-probabilities and confidences have the precision of the
/// record, so that measures and rules see the same numbers live and in a replay.
#[derive(Clone, Debug, Default)]
pub struct LiveTrace {
    tokens: TraceTokens,
    /// Watch that ends the trace for low confidence, if the stop rule cuts traces.
    watch: Option<GroupWatch>,
    /// Text that ends the trace, if the prompt's format has one.
    stop_text: Option<&'static str>,
    is_stopped: bool,
}

/// Parts of an ended trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    pub answer: String,
    pub thinking: Option<String>,
    /// Beginning of the text in a format that is not known, if there is one; no answer is read then.
    pub unknown: Option<String>,
    pub tokens: u32,
    pub measures: Option<Measures>,
    pub answer_measures: Option<Measures>,
    pub recorded: Option<Recorded>,
}

impl LiveTrace {
    /// Creates a trace without tokens. `opened` states whether its prompt ends inside a thinking block;
    /// `stop_text` is the text before which the trace ends.
    pub fn new(opened: bool, watch: Option<GroupWatch>, stop_text: Option<&'static str>) -> Self {
        let tokens = TraceTokens { opened, ..TraceTokens::default() };
        Self { tokens, watch, stop_text, is_stopped: false }
    }

    /// Returns whether the stop text ended the trace.
    pub fn is_stopped(&self) -> bool {
        self.is_stopped
    }

    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Appends a token; breaks if the trace must end: at its stop text, or for low confidence.
    pub fn push(&mut self, token: &Token<'_>, mode: RecordMode) -> ControlFlow<()> {
        let tokens = &mut self.tokens;
        tokens.text.extend_from_slice(token.bytes);
        tokens.ends.push(u32::try_from(tokens.text.len()).unwrap_or(u32::MAX));
        tokens.ids.push(token.id);
        tokens.log_probabilities.push(token.log_probability as f32);
        let confidence = token.confidence as f32;
        tokens.confidences.push(confidence);
        if mode == RecordMode::Top && !token.top.is_empty() {
            let top = tokens.top.get_or_insert_default();
            top.k = TOP_K;
            let known = token.top.iter().map(|one| one.log_probability as f32);
            top.values.extend(known.chain(std::iter::repeat(f32::NEG_INFINITY)).take(TOP_K));
        }
        if self.stop_text.is_some_and(|stop| stop_at(tokens, stop)) {
            self.is_stopped = true;
            return ControlFlow::Break(());
        }
        match self.watch.as_mut().is_some_and(|watch| watch.falls_below(confidence.into())) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }

    pub fn end(mut self, window: usize, mode: RecordMode) -> Ended {
        let tokens = &mut self.tokens;
        let incomplete = |top: &mut TopLogProbabilities| top.values.len() != tokens.ends.len() * TOP_K;
        // Drop the top tokens if the engine knows them only at some positions.
        tokens.top.take_if(incomplete);
        let tokens = &self.tokens;
        let parts = thinking::split(&tokens.text, tokens.opened);
        let text = |range: std::ops::Range<usize>| String::from_utf8_lossy(&tokens.text[range]).into_owned();
        let answer_measures = parts.thinking.is_some().then(|| {
            let first = thinking::first_answer_token(&tokens.text, &tokens.ends, tokens.opened);
            measures(&tokens.log_probabilities[first..], &tokens.confidences[first..], window)
        });
        Ended {
            tokens: u32::try_from(tokens.len()).unwrap_or(u32::MAX),
            measures: measures(&tokens.log_probabilities, &tokens.confidences, window),
            answer_measures: answer_measures.flatten(),
            answer: text(parts.answer),
            unknown: parts.unknown.map(text),
            thinking: parts.thinking.map(text),
            recorded: (mode != RecordMode::Summary).then(|| Recorded::pack(tokens)),
        }
    }
}

/// Removes the stop text and what follows it. Its tokens stay without text, like the token with which a model ends
/// an answer. Returns whether the text was there.
fn stop_at(tokens: &mut TraceTokens, stop: &str) -> bool {
    let stop = stop.as_bytes();
    let before_last = tokens.ends.iter().rev().nth(1).map_or(0, |&end| end as usize);
    let from = before_last.saturating_sub(stop.len().saturating_sub(1));
    let Some(at) = tokens.text[from..].windows(stop.len()).position(|window| window == stop) else {
        return false;
    };
    let end = from + at;
    tokens.text.truncate(end);
    let end = u32::try_from(end).unwrap_or(u32::MAX);
    tokens.ends.iter_mut().for_each(|other| *other = end.min(*other));
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(pieces: &[(&str, f64)]) -> LiveTrace {
        let mut running = LiveTrace::default();
        for (piece, confidence) in pieces {
            let token = Token {
                id: 0,
                bytes: piece.as_bytes(),
                log_probability: -1.0,
                confidence: *confidence,
                top: &[],
            };
            assert!(running.push(&token, RecordMode::Tokens).is_continue());
        }
        running
    }

    #[test]
    fn thinking_and_answer_are_measured_apart() {
        let pieces = [
            ("<think>", 1.0),
            ("hm", 1.0),
            ("</think>", 1.0),
            ("\n\n", 1.0),
            ("No", 5.0),
            (".", 7.0),
            ("", 9.0),
        ];
        let ended = run(&pieces).end(32, RecordMode::Tokens);
        assert_eq!((ended.answer.as_str(), ended.thinking.as_deref()), ("No.", Some("hm")));
        assert_eq!(ended.tokens, 7);
        // The token that ends the answer belongs to it.
        assert_eq!(ended.answer_measures.unwrap().mean, 7.0);
        assert!((ended.measures.unwrap().mean - 25.0 / 7.0).abs() < 1e-12);
        let tokens = ended.recorded.unwrap().unpack().unwrap();
        assert_eq!(tokens.text, b"<think>hm</think>\n\nNo.");
        assert_eq!(tokens.confidences, [1.0, 1.0, 1.0, 1.0, 5.0, 7.0, 9.0]);
    }

    #[test]
    fn a_stop_text_ends_the_trace_and_is_not_part_of_it() {
        // The stop text is spread over tokens, and its last token goes on after it.
        let mut running = LiveTrace::new(false, None, Some("\nQuestion:"));
        let pieces = [" Tea", ".\n", "\n", "Quest", "ion: W"];
        let mut ends = pieces.iter().map(|piece| {
            let bytes = piece.as_bytes();
            let token = Token { id: 7, bytes, log_probability: -1.0, confidence: 2.0, top: &[] };
            running.push(&token, RecordMode::Tokens).is_break()
        });
        assert!(ends.by_ref().take(4).all(|ended| !ended));
        assert_eq!(ends.next(), Some(true));
        assert!(running.is_stopped());
        let ended = running.end(32, RecordMode::Tokens);
        assert_eq!((ended.answer.as_str(), ended.tokens), ("Tea.", 5));
        let tokens = ended.recorded.unwrap().unpack().unwrap();
        assert_eq!(
            (tokens.text.as_slice(), tokens.ends.as_slice()),
            (b" Tea.\n".as_slice(), [4, 6, 6, 6, 6].as_slice())
        );
        assert_eq!(tokens.ids, [7; 5]);
    }

    #[test]
    fn a_format_that_is_not_known_is_no_answer() {
        let ended = run(&[("<|tool|>", 1.0), ("No.", 2.0)]).end(32, RecordMode::Tokens);
        assert_eq!((ended.answer.as_str(), ended.unknown.as_deref()), ("", Some("<|tool|>")));
        assert_eq!(ended.thinking.as_deref(), Some("<|tool|>No."));
    }

    #[test]
    fn thinking_without_an_end_leaves_no_answer() {
        let ended = run(&[("<think>", 1.0), ("hm", 2.0)]).end(32, RecordMode::Summary);
        assert_eq!(ended.answer, "");
        assert_eq!(ended.answer_measures, None);
        assert!(ended.measures.is_some());
        assert_eq!(ended.recorded, None);
    }
}
