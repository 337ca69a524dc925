//! Compares two models over the same texts, chunk by chunk.

use std::ops::ControlFlow;

use rayon::prelude::*;

use super::Text;
use crate::engine::{EngineError, Reader};
use crate::sampling::divergence::{Divergence, divergence};
use crate::sampling::row::BadLogits;
use crate::sampling::{Row, RowScratch};

/// Drift over the answer in a text, with one entry per token. The first of each pair is the reference's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TextDrift {
    /// KL divergence from the reference, nats.
    pub kl: Vec<f64>,
    /// Whether both models have the same top token.
    pub same_top: Vec<bool>,
    /// ln p of the answer's token, nats.
    pub log_probabilities: Vec<[f64; 2]>,
    /// Token confidences, nats.
    pub confidences: Vec<[f64; 2]>,
}

/// Entry of one token.
struct Entry {
    divergence: Divergence,
    log_probabilities: [f64; 2],
    confidences: [f64; 2],
}

/// Makes both models read every text. `read` receives the number of texts done. If it returns `Break`, the
/// texts read so far are returned.
///
/// Cost: one evaluation of every token by each model, and five passes over the vocabulary for each token of
/// an answer, on rayon's threads.
///
/// # Errors
/// If an engine fails, a row is not a distribution, a text exceeds a context, or a divergence is infinite.
///
/// # Panics
/// If a text's answer begins at 0, or a token is outside the vocabulary.
pub fn compare(
    reference: &mut dyn Reader,
    other: &mut dyn Reader,
    texts: &[Text],
    read: &mut dyn FnMut(usize) -> ControlFlow<()>,
) -> Result<Vec<TextDrift>, EngineError> {
    let mut drifts = Vec::with_capacity(texts.len());
    for text in texts {
        drifts.push(one(reference, other, text)?);
        if read(drifts.len()).is_break() {
            break;
        }
    }
    Ok(drifts)
}

fn one(reference: &mut dyn Reader, other: &mut dyn Reader, text: &Text) -> Result<TextDrift, EngineError> {
    assert!(text.answer > 0, "the answer begins at token 0");
    let context = reference.context().min(other.context());
    if text.tokens.len() > context {
        return Err(EngineError::PromptTooLong { tokens: text.tokens.len(), context });
    }
    reference.clear()?;
    other.clear()?;
    let mut drift = TextDrift::default();
    // The row of a token predicts the next token; the last token predicts nothing.
    let given = text.tokens.len().saturating_sub(1);
    let chunk = reference.chunk().min(other.chunk());
    for start in (0..given).step_by(chunk) {
        let end = (start + chunk).min(given);
        let first = (text.answer - 1).saturating_sub(start).min(end - start);
        reference.read(&text.tokens[start..end], first)?;
        other.read(&text.tokens[start..end], first)?;
        let rows: Vec<(&[f32], &[f32], u32)> = (first..end - start)
            .map(|index| (reference.row(index), other.row(index), text.tokens[start + index + 1]))
            .collect();
        let entries: Vec<Result<Entry, BadLogits>> = rows
            .into_par_iter()
            .map_init(RowScratch::default, |scratch, (row, its, token)| entry(row, its, token, scratch))
            .collect();
        for entry in entries {
            let Entry { divergence, log_probabilities, confidences } = entry?;
            if !divergence.kl.is_finite() {
                let what = "the KL divergence is infinite: the model gives probability 0 to a token that the \
                            reference can produce";
                return Err(EngineError::Other(what.to_owned()));
            }
            drift.kl.push(divergence.kl);
            drift.same_top.push(divergence.same_top);
            drift.log_probabilities.push(log_probabilities);
            drift.confidences.push(confidences);
        }
    }
    Ok(drift)
}

fn entry(row: &[f32], its: &[f32], token: u32, scratch: &mut RowScratch) -> Result<Entry, BadLogits> {
    let mut seen = |logits: &[f32]| {
        let mut row = Row::read(logits, scratch)?;
        Ok((row.log_probability(token), row.confidence()))
    };
    let ((log_p, confidence), (its_log_p, its_confidence)) = (seen(row)?, seen(its)?);
    Ok(Entry {
        divergence: divergence(row, its)?,
        log_probabilities: [log_p, its_log_p],
        confidences: [confidence, its_confidence],
    })
}
