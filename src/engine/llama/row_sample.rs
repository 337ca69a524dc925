//! Reading of a row of logits, done once for all traces that share the row.

use crate::deepconf::TOP_K;
use crate::sampling::row::BadLogits;
use crate::sampling::{Candidates, Row, RowScratch, Sampler, SamplingParams, TokenLogProbability};

/// Token that a trace drew.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drawn {
    pub token: u32,
    pub log_probability: f64,
}

/// Reading of a row, and buffers for the next one.
#[derive(Debug, Default)]
pub struct RowSample {
    scratch: RowScratch,
    /// Top tokens of the row.
    pub top: Vec<TokenLogProbability>,
    /// Token confidence of the row.
    pub confidence: f64,
    /// Candidates for a draw; empty for the whole vocabulary.
    pub candidates: Candidates,
    /// One draw per sampler, in the order of the samplers.
    pub drawn: Vec<Drawn>,
}

impl RowSample {
    /// Reads a row of raw logits and draws a token for each sampler; the samplers share `params`.
    ///
    /// # Errors
    /// [`BadLogits`] if the row does not define a distribution; no sampler draws then.
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

    /// Draws a token for one sampler from the candidates, without the row.
    pub fn draw(&mut self, sampler: &mut Sampler) {
        self.drawn.clear();
        let drawn = sampler.draw(&self.candidates);
        self.drawn
            .extend(drawn.map(|drawn| Drawn { token: drawn.token, log_probability: drawn.log_probability }));
    }
}
