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
}

/// Parts of an ended trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    pub answer: String,
    pub thinking: Option<String>,
    pub tokens: u32,
    pub measures: Option<Measures>,
    pub answer_measures: Option<Measures>,
    pub recorded: Option<Recorded>,
}

impl LiveTrace {
    /// Creates a trace without tokens. `opened` states whether its prompt ends inside a thinking block.
    pub fn new(opened: bool, watch: Option<GroupWatch>) -> Self {
        Self { tokens: TraceTokens { opened, ..TraceTokens::default() }, watch }
    }

    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Appends a token; breaks if the trace must end for low confidence.
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
            thinking: parts.thinking.map(text),
            recorded: (mode != RecordMode::Summary).then(|| Recorded::pack(tokens)),
        }
    }
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
    fn thinking_without_an_end_leaves_no_answer() {
        let ended = run(&[("<think>", 1.0), ("hm", 2.0)]).end(32, RecordMode::Summary);
        assert_eq!(ended.answer, "");
        assert_eq!(ended.answer_measures, None);
        assert!(ended.measures.is_some());
        assert_eq!(ended.recorded, None);
    }
}
