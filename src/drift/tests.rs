//! Drift of models whose rows are known.

use std::ops::ControlFlow;

use super::{Text, compare, report};
use crate::engine::{EngineError, Reader};
use crate::record::{Label, Measure};
use crate::stats::Draws;

const VOCABULARY: usize = 64;
const DRAWS: Draws = Draws { count: 500, seed: 3 };

/// A model whose row is a function of the previous token and its place.
struct Fake {
    sharpness: f32,
    chunk: usize,
    read: usize,
    rows: Vec<Option<Vec<f32>>>,
}

impl Fake {
    fn new(sharpness: f32, chunk: usize) -> Self {
        Self { sharpness, chunk, read: 0, rows: Vec::new() }
    }

    fn logits(&self, token: u32, at: usize) -> Vec<f32> {
        let wave = |word: usize| ((word * 7 + token as usize * 3 + at) % 13) as f32;
        (0..VOCABULARY).map(|word| self.sharpness * wave(word)).collect()
    }
}

impl Reader for Fake {
    fn clear(&mut self) -> Result<(), EngineError> {
        self.read = 0;
        Ok(())
    }

    fn read(&mut self, tokens: &[u32], first: usize) -> Result<(), EngineError> {
        assert!(tokens.len() <= self.chunk);
        let row =
            |(index, &token): (usize, &u32)| (index >= first).then(|| self.logits(token, self.read + index));
        self.rows = tokens.iter().enumerate().map(row).collect();
        self.read += tokens.len();
        Ok(())
    }

    fn row(&self, index: usize) -> &[f32] {
        self.rows[index].as_ref().expect("a row that was wanted")
    }

    fn chunk(&self) -> usize {
        self.chunk
    }

    fn context(&self) -> usize {
        200
    }
}

fn text(prompt: usize, length: usize, answer: usize) -> Text {
    let tokens = (0..length).map(|at| ((at * 5 + prompt) % VOCABULARY) as u32).collect();
    Text { prompt, tokens, answer, label: Some(Label::Safe), refused: Some(prompt.is_multiple_of(2)) }
}

fn softmax(logits: &[f32]) -> Vec<f64> {
    let sum: f64 = logits.iter().map(|&x| f64::from(x).exp()).sum();
    logits.iter().map(|&x| f64::from(x).exp() / sum).collect()
}

#[test]
fn every_answer_token_is_compared_by_the_row_before_it() {
    let (mut one, mut other) = (Fake::new(0.5, 10), Fake::new(0.4, 7));
    let texts = [text(0, 30, 12), text(1, 8, 7), text(2, 40, 1)];
    let drifts = compare(&mut one, &mut other, &texts, &mut |_| ControlFlow::Continue(())).unwrap();
    for (text, drift) in texts.iter().zip(&drifts) {
        assert_eq!(drift.kl.len(), text.tokens.len() - text.answer);
        for (index, at) in (text.answer..text.tokens.len()).enumerate() {
            let p = softmax(&one.logits(text.tokens[at - 1], at - 1));
            let q = softmax(&other.logits(text.tokens[at - 1], at - 1));
            let kl: f64 = p.iter().zip(&q).map(|(p, q)| p * (p / q).ln()).sum();
            assert!((drift.kl[index] - kl).abs() < 1e-6, "{} {kl}", drift.kl[index]);
            let token = text.tokens[at] as usize;
            assert!((drift.log_probabilities[index][0] - p[token].ln()).abs() < 1e-6);
            assert!((drift.log_probabilities[index][1] - q[token].ln()).abs() < 1e-6);
            assert!(drift.same_top[index]);
            for (found, mut p) in drift.confidences[index].into_iter().zip([p, q]) {
                p.sort_by(|a, b| b.total_cmp(a));
                let confidence = -p[..20].iter().map(|p| p.ln()).sum::<f64>() / 20.0;
                assert!((found - confidence).abs() < 1e-6, "{found} {confidence}");
            }
        }
    }
    let report = report(&texts, &drifts, Some((Measure::Mean, 16)), DRAWS).unwrap();
    let all = &report.rows[0];
    assert_eq!((all.tokens.as_str(), all.texts, all.n), ("all", 3, 18 + 1 + 39));
    let mean = drifts.iter().flat_map(|drift| &drift.kl).sum::<f64>() / 58.0;
    assert!((all.mean_kl.point - mean).abs() < 1e-12);
    assert!(all.mean_kl.low <= mean && mean <= all.mean_kl.high && all.p99_kl <= all.max_kl);
    let names: Vec<(&str, usize)> = report.rows[1..].iter().map(|row| (row.tokens.as_str(), row.n)).collect();
    // All texts are labelled safe, so a row for that label would repeat the first.
    let expected =
        [("first token", 3), ("first 16", 33), ("later", 25), ("refusals", 57), ("compliances", 1)];
    assert_eq!(names, expected);
    let measure = report.measure.unwrap();
    assert!((measure.model - measure.reference - measure.change.point).abs() < 1e-12);
}

#[test]
fn a_model_does_not_drift_from_itself_and_chunks_change_nothing() {
    let texts = [text(0, 50, 3), text(3, 20, 19)];
    let run = |chunks: [usize; 2]| {
        let (mut one, mut other) = (Fake::new(0.5, chunks[0]), Fake::new(0.3, chunks[1]));
        compare(&mut one, &mut other, &texts, &mut |_| ControlFlow::Continue(())).unwrap()
    };
    assert_eq!(run([3, 64]), run([64, 64]));
    let (mut one, mut same) = (Fake::new(0.5, 8), Fake::new(0.5, 8));
    let drifts = compare(&mut one, &mut same, &texts, &mut |_| ControlFlow::Continue(())).unwrap();
    let all = report(&texts, &drifts, None, DRAWS).unwrap().rows.remove(0);
    assert_eq!(
        (all.mean_kl.point, all.max_kl, all.same_top, all.log_probability_change),
        (0.0, 0.0, 1.0, 0.0)
    );
}

#[test]
fn what_is_too_long_or_ended_early() {
    let (mut one, mut other) = (Fake::new(0.5, 8), Fake::new(0.4, 8));
    let long = [text(0, 201, 3)];
    assert!(compare(&mut one, &mut other, &long, &mut |_| ControlFlow::Continue(())).is_err());
    let texts = [text(0, 10, 3), text(1, 10, 3)];
    let drifts = compare(&mut one, &mut other, &texts, &mut |_| ControlFlow::Break(())).unwrap();
    assert_eq!(drifts.len(), 1);
    assert_eq!(report(&texts, &drifts, None, DRAWS).unwrap().rows[0].texts, 1);
    assert_eq!(report(&texts, &[], None, DRAWS), None);
}
