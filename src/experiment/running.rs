//! A trace while it runs, and what it becomes when it ends.

use crate::chat::thinking;
use crate::deepconf::measures::measures;
use crate::engine::Token;
use crate::record::Measures;

/// What has been sampled of a trace.
#[derive(Clone, Debug, Default)]
pub struct Running {
    /// The text so far; may end within a character.
    bytes: Vec<u8>,
    /// End of each token in `bytes`.
    ends: Vec<usize>,
    log_probabilities: Vec<f64>,
    confidences: Vec<f64>,
}

/// The parts of an ended trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    pub answer: String,
    pub thinking: Option<String>,
    pub tokens: u32,
    pub measures: Option<Measures>,
    pub answer_measures: Option<Measures>,
}

impl Running {
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub fn push(&mut self, token: &Token<'_>) {
        self.bytes.extend_from_slice(token.bytes);
        self.ends.push(self.bytes.len());
        self.log_probabilities.push(token.log_probability);
        self.confidences.push(token.confidence);
    }

    /// `opened`: the prompt ended inside a thinking block.
    pub fn end(self, opened: bool, window: usize) -> Ended {
        let parts = thinking::split(&self.bytes, opened);
        let text = |range: std::ops::Range<usize>| String::from_utf8_lossy(&self.bytes[range]).into_owned();
        let answer_measures = parts.thinking.is_some().then(|| {
            // The first token that ends behind the start of the answer is its first.
            let first = self.ends.partition_point(|&end| end <= parts.answer.start);
            measures(&self.log_probabilities[first..], &self.confidences[first..], window)
        });
        Ended {
            tokens: u32::try_from(self.ends.len()).unwrap_or(u32::MAX),
            measures: measures(&self.log_probabilities, &self.confidences, window),
            answer_measures: answer_measures.flatten(),
            answer: text(parts.answer),
            thinking: parts.thinking.map(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(pieces: &[(&str, f64)]) -> Running {
        let mut running = Running::default();
        for (piece, confidence) in pieces {
            running.push(&Token {
                id: 0,
                bytes: piece.as_bytes(),
                log_probability: -1.0,
                confidence: *confidence,
                top: &[],
            });
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
        let ended = run(&pieces).end(false, 32);
        assert_eq!((ended.answer.as_str(), ended.thinking.as_deref()), ("No.", Some("hm")));
        assert_eq!(ended.tokens, 7);
        // The token that ends the answer belongs to it.
        assert_eq!(ended.answer_measures.unwrap().mean, 7.0);
        assert!((ended.measures.unwrap().mean - 25.0 / 7.0).abs() < 1e-12);
    }

    #[test]
    fn thinking_without_an_end_leaves_no_answer() {
        let ended = run(&[("<think>", 1.0), ("hm", 2.0)]).end(false, 32);
        assert_eq!(ended.answer, "");
        assert_eq!(ended.answer_measures, None);
        assert!(ended.measures.is_some());
    }
}
