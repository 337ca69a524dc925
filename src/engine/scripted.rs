//! Engine without a model: takes answers from a script, for tests of the whole program.
//!
//! The script is a JSON list of rules. The first rule whose `contains` occurs in the prompt's text applies,
//! and each of its answers has a weight. Traces run in parallel, one word per step, and end in an order that
//! depends on their lengths, as with a real engine.

use std::path::Path;

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use serde::Deserialize;

use super::{Engine, EngineError, PromptState, Room, Session, Token, TraceKey, Workload};
use crate::chat::Prompt;
use crate::record::BoxError;
use crate::record::FinishReason;
use crate::record::manifest::EngineFacts;

/// Script of answers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// Number of traces in parallel.
    #[serde(default = "default_width")]
    pub width: usize,
    /// Rules in order; the first that matches a prompt applies.
    pub rules: Vec<Rule>,
}

fn default_width() -> usize {
    8
}

/// Rule: answers for the prompts that contain a text.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Text that a prompt must contain; an empty text matches every prompt.
    #[serde(default)]
    pub contains: String,
    /// Answers of which one is drawn for each trace; an empty list makes the prompt fail.
    pub answers: Vec<Answer>,
}

/// Possible answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Text of the answer; its words are the tokens.
    pub text: String,
    /// Weight among the rule's answers.
    #[serde(default = "one")]
    pub weight: f64,
    /// ln p of every token, in nats.
    #[serde(default)]
    pub log_probability: f64,
    /// Confidences of the tokens in order, in nats; the list repeats as often as needed.
    #[serde(default)]
    pub confidences: Vec<f64>,
}

fn one() -> f64 {
    1.0
}

impl Script {
    /// Reads a script.
    ///
    /// # Errors
    /// If the file cannot be read or is not a script; the error names the file.
    pub fn read(path: &Path) -> Result<Self, BoxError> {
        let text = fs_err::read_to_string(path)?;
        serde_json::from_str(&text).map_err(|error| BoxError::from(format!("{}: {error}", path.display())))
    }
}

/// Engine that answers from a script.
#[derive(Clone, Debug)]
pub struct ScriptedEngine {
    script: Script,
}

/// Running trace.
struct Live {
    key: TraceKey,
    answer: Answer,
    words: Vec<String>,
    said: usize,
}

impl ScriptedEngine {
    /// Creates an engine that answers from `script`.
    #[must_use]
    pub fn new(script: Script) -> Self {
        Self { script }
    }

    fn start(&self, key: TraceKey, seed: u64, prompt: &Prompt) -> Option<Live> {
        let rule = self.script.rules.iter().find(|rule| prompt.text.contains(&rule.contains))?;
        let total: f64 = rule.answers.iter().map(|answer| answer.weight).sum();
        let draw = ChaCha8Rng::seed_from_u64(seed).next_u64() as f64 / u64::MAX as f64;
        let mut left = draw * total;
        let drawn = rule.answers.iter().find(|answer| {
            left -= answer.weight;
            left < 0.0
        });
        let answer = drawn.or(rule.answers.last())?.clone();
        let words = answer.text.split_inclusive(' ').map(str::to_owned).collect();
        Some(Live { key, answer, words, said: 0 })
    }
}

impl Live {
    /// Emits the next word or the end of the text; returns the reason if the trace ends.
    fn step(&mut self, max_tokens: u32, workload: &mut dyn Workload) -> Option<FinishReason> {
        let ends = self.said == self.words.len();
        let confidences = &self.answer.confidences;
        let token = Token {
            id: self.said as u32,
            bytes: if ends { b"" } else { self.words[self.said].as_bytes() },
            log_probability: self.answer.log_probability,
            confidence: if confidences.is_empty() { 0.0 } else { confidences[self.said % confidences.len()] },
            top: &[],
        };
        self.said += 1;
        if workload.token(self.key, &token).is_break() {
            Some(FinishReason::Cut)
        } else if ends {
            Some(FinishReason::Stop)
        } else if self.said >= max_tokens as usize {
            Some(FinishReason::Length)
        } else {
            None
        }
    }
}

impl Engine for ScriptedEngine {
    fn count_tokens(&self, prompt: &Prompt) -> Result<usize, EngineError> {
        Ok(prompt.text.split_whitespace().count())
    }

    fn run(&mut self, session: &Session, workload: &mut dyn Workload) -> Result<EngineFacts, EngineError> {
        let mut live: Vec<Live> = Vec::new();
        let mut facts = EngineFacts {
            width: self.script.width,
            threads: 1,
            schedule_independent: true,
            ..EngineFacts::default()
        };
        while !workload.interrupted() {
            while live.len() < self.script.width {
                let room = Room { new_prompt: true, speculative: false };
                let Some(job) = workload.next(room) else { break };
                let prompt = workload.prompt(job.key.prompt);
                match self.start(job.key, job.seed, prompt) {
                    Some(trace) => live.push(trace),
                    None => {
                        let error = EngineError::Other("the script has no answer for this prompt".to_owned());
                        workload.failed(job.key.prompt, error).map_err(EngineError::Workload)?;
                        live.retain(|other| other.key.prompt != job.key.prompt);
                    }
                }
            }
            if live.is_empty() {
                break;
            }
            let mut ended = Vec::new();
            for trace in &mut live {
                facts.tokens_decoded += 1;
                if let Some(reason) = trace.step(session.max_tokens, workload) {
                    ended.push((trace.key, reason));
                }
            }
            live.retain(|trace| !ended.iter().any(|(key, _)| *key == trace.key));
            let mut closed = Vec::new();
            for (key, reason) in ended {
                let is_lost = closed.contains(&key.prompt);
                if !is_lost
                    && workload.finished(key, reason).map_err(EngineError::Workload)? == PromptState::Closed
                {
                    closed.push(key.prompt);
                }
            }
            live.retain(|trace| !closed.contains(&trace.key.prompt));
        }
        Ok(facts)
    }
}
