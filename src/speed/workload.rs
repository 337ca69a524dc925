//! Workload of a fixed number of traces per prompt.

use std::ops::ControlFlow;

use crate::chat::Prompt;
use crate::engine::{EngineError, PromptState, Room, Token, TraceJob, TraceKey, Workload};
use crate::record::BoxError;
use crate::record::FinishReason;

/// Workload that requests the traces of one prompt after another and discards their texts.
pub struct TraceWorkload<'a> {
    prompts: &'a [Prompt],
    traces: u32,
    next: u64,
    /// Prompt of the trace requested last.
    begun: Option<usize>,
}

impl<'a> TraceWorkload<'a> {
    pub fn new(prompts: &'a [Prompt], traces: u32) -> Self {
        Self { prompts, traces, next: 0, begun: None }
    }
}

impl Workload for TraceWorkload<'_> {
    fn next(&mut self, room: Room) -> Option<TraceJob> {
        let prompt = usize::try_from(self.next / u64::from(self.traces)).ok()?;
        let is_new = self.begun != Some(prompt);
        if prompt >= self.prompts.len() || (is_new && !room.new_prompt) {
            return None;
        }
        let trace = (self.next % u64::from(self.traces)) as u32;
        let seed = self.next;
        self.next += 1;
        self.begun = Some(prompt);
        Some(TraceJob { key: TraceKey { prompt, trace }, seed, last: trace + 1 == self.traces })
    }

    fn prompt(&self, prompt: usize) -> &Prompt {
        &self.prompts[prompt]
    }

    fn token(&mut self, _: TraceKey, _: &Token<'_>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn finished(&mut self, _: TraceKey, _: FinishReason) -> Result<PromptState, BoxError> {
        Ok(PromptState::Open)
    }

    fn failed(&mut self, _: usize, error: EngineError) -> Result<(), BoxError> {
        Err(error.into())
    }
}
