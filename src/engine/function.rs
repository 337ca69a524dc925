//! An engine around a function: a model of your own in a dozen lines (examples/own_model.rs).

use super::{Engine, EngineError, PromptState, Room, Session, Token, Workload};
use crate::chat::Prompt;
use crate::record::FinishReason;
use crate::record::manifest::EngineFacts;
use crate::sampling::TokenLogProbability;

/// What a function engine is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The prompt's text, as rendered by the caller.
    pub prompt: &'a str,
    /// Seed of the trace: the same seed and prompt should give the same answer.
    pub seed: u64,
    /// The session: sampling parameters and the token limit.
    pub session: &'a Session,
}

/// One token of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnedToken {
    /// Its text.
    pub text: String,
    /// ln p of it under the model's own distribution, nats.
    pub log_probability: f64,
    /// The likeliest tokens at this position with their log-probabilities, likeliest first; the
    /// token confidence is minus their mean. Without any, minus the token's own log-probability
    /// stands in, which is no DeepConf confidence.
    pub top: Vec<TokenLogProbability>,
}

/// Runs traces one after the other through a function from a request to tokens.
pub struct FunctionEngine<F> {
    answer: F,
}

impl<F> FunctionEngine<F>
where
    F: FnMut(Request<'_>) -> Result<Vec<OwnedToken>, EngineError>,
{
    /// An engine that answers by `answer`. An error fails the prompt; other prompts go on.
    pub fn new(answer: F) -> Self {
        Self { answer }
    }
}

impl<F> Engine for FunctionEngine<F>
where
    F: FnMut(Request<'_>) -> Result<Vec<OwnedToken>, EngineError>,
{
    /// Words: a function tells no tokens in advance, and none of its memory is planned here.
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
