//! Engine around a function: connects your own model in a dozen lines (examples/own_model.rs).

use super::{Engine, EngineError, PromptState, Room, Session, Token, Workload};
use crate::chat::Prompt;
use crate::record::FinishReason;
use crate::record::manifest::EngineFacts;
use crate::sampling::TokenLogProbability;

/// Request to the function of a [`FunctionEngine`].
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Text of the prompt, as rendered by the caller.
    pub prompt: &'a str,
    /// Seed of the trace; the same seed and prompt should give the same answer.
    pub seed: u64,
    /// Session with the sampling parameters and the token limit.
    pub session: &'a Session,
}

/// Token of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnedToken {
    /// Text of the token.
    pub text: String,
    /// ln p under the model's own distribution, in nats.
    pub log_probability: f64,
    /// Top tokens at this position with their log-probabilities, in descending order. The token confidence is
    /// the negated mean of these log-probabilities. If the list is empty, the negated log-probability of the
    /// token replaces it, which is not a DeepConf confidence.
    pub top: Vec<TokenLogProbability>,
}

/// Engine that runs traces one after another through a function from a request to tokens.
pub struct FunctionEngine<F> {
    answer: F,
}

impl<F> FunctionEngine<F>
where
    F: FnMut(Request<'_>) -> Result<Vec<OwnedToken>, EngineError>,
{
    /// Creates an engine that calls `answer` for each trace. An error fails its prompt; other prompts
    /// continue.
    pub fn new(answer: F) -> Self {
        Self { answer }
    }
}

impl<F> Engine for FunctionEngine<F>
where
    F: FnMut(Request<'_>) -> Result<Vec<OwnedToken>, EngineError>,
{
    /// Counts words, because a function does not tokenise prompts. The count plans no memory.
    fn count_tokens(&self, prompt: &Prompt) -> Result<usize, EngineError> {
        Ok(prompt.text.split_whitespace().count())
    }

    fn run(&mut self, session: &Session, workload: &mut dyn Workload) -> Result<EngineFacts, EngineError> {
        let mut facts =
            EngineFacts { width: 1, threads: 1, schedule_independent: true, ..EngineFacts::default() };
        let room = Room { new_prompt: true, speculative: false };
        while !workload.interrupted() {
            let Some(job) = workload.next(room) else { break };
            let prompt = &workload.prompt(job.key.prompt).text;
            let tokens = match (self.answer)(Request { prompt, seed: job.seed, session }) {
                Ok(tokens) => tokens,
                Err(error) => {
                    workload.failed(job.key.prompt, error).map_err(EngineError::Workload)?;
                    continue;
                }
            };
            let mut reason = FinishReason::Stop;
            for (index, token) in tokens.iter().enumerate() {
                if index == session.max_tokens as usize {
                    reason = FinishReason::Length;
                    break;
                }
                facts.tokens_decoded += 1;
                if workload.token(job.key, &token.as_token(index as u32)).is_break() {
                    reason = FinishReason::Cut;
                    break;
                }
            }
            let _: PromptState = workload.finished(job.key, reason).map_err(EngineError::Workload)?;
        }
        Ok(facts)
    }
}

impl OwnedToken {
    fn as_token(&self, id: u32) -> Token<'_> {
        let confidence = match self.top.len() {
            0 => -self.log_probability,
            count => -self.top.iter().map(|one| one.log_probability).sum::<f64>() / count as f64,
        };
        Token {
            id,
            bytes: self.text.as_bytes(),
            log_probability: self.log_probability,
            confidence,
            top: &self.top,
        }
    }
}
