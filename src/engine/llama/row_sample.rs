//! What is read off a row of logits: once for all the traces that share it.

use crate::deepconf::TOP_K;
use crate::sampling::row::BadLogits;
use crate::sampling::{Candidates, Row, RowScratch, Sampler, SamplingParams, TokenLogProbability};

/// A token that a trace drew.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drawn {
    pub token: u32,
    pub log_probability: f64,
}

/// The reading of a row, and the buffers for the next one.
#[derive(Debug, Default)]
pub struct RowSample {
    scratch: RowScratch,
    /// The likeliest tokens of the row.
    pub top: Vec<TokenLogProbability>,
    /// Token confidence of the row.
    pub confidence: f64,
    /// What may be drawn; empty for the whole vocabulary.
    pub candidates: Candidates,
    /// A draw for each sampler, in their order.
    pub drawn: Vec<Drawn>,
}

impl RowSample {
    /// Reads a row of raw logits and draws a token for each sampler; they share the parameters.
    ///
    /// # Errors
    /// [`BadLogits`] if the row is no distribution; then no sampler has drawn.
    pub fn read<'s>(
        &mut self,
        logits: &[f32],
        params: &SamplingParams,
        samplers: impl Iterator<Item = &'s mut Sampler>,
    ) -> Result<(), BadLogits> {
        self.drawn.clear();
        let mut row = Row::read(logits, &mut self.scratch)?;
        self.confidence = row.confidence();
        row.top_log_probabilities(TOP_K, &mut self.top);
        self.candidates.read(&mut row, params);
        self.drawn.extend(samplers.map(|sampler| match sampler.draw(&self.candidates) {
            Some(drawn) => Drawn { token: drawn.token, log_probability: drawn.log_probability },
            None => {
                let token = sampler.draw_from_all(&row);
                Drawn { token, log_probability: row.log_probability(token) }
            }
        }));
        Ok(())
    }

    /// Draws a token from the candidates alone, for one sampler.
    pub fn draw(&mut self, sampler: &mut Sampler) {
        self.drawn.clear();
        let drawn = sampler.draw(&self.candidates);
        self.drawn
            .extend(drawn.map(|drawn| Drawn { token: drawn.token, log_probability: drawn.log_probability }));
    }
}
