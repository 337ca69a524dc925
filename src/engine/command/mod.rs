//! Engine that lets another program answer, over JSON lines on its stdin and stdout (docs/own-model.md).

mod process;
mod protocol;

use std::collections::HashMap;
use std::time::Duration;

use self::process::Process;
use self::protocol::{EndReason, FromProgram, Message, PROTOCOL, SaidToken, ToProgram};
use super::{Engine, EngineError, PromptState, Room, Session, Token, TraceJob, TraceKey, Workload};
use crate::chat::Prompt;
use crate::deepconf::TOP_K;
use crate::record::FinishReason;
use crate::record::manifest::EngineFacts;
use crate::sampling::TokenLogProbability;

/// How often to look whether the run was interrupted.
const LOOK: Duration = Duration::from_millis(100);

/// Most traces at once.
const MOST: usize = 4_096;

/// Engine that lets another program answer. The program runs while the engine lives.
pub struct CommandEngine {
    words: Vec<String>,
    system: Option<String>,
    process: Option<Process>,
    /// Number of the next trace.
    next: u64,
}

impl CommandEngine {
    /// Creates an engine for a program and its arguments. `system` is the system prompt of every chat.
    #[must_use]
    pub fn new(words: Vec<String>, system: Option<String>) -> Self {
        Self { words, system, process: None, next: 0 }
    }

    /// Returns an engine for the same program, which is not started yet.
    #[must_use]
    pub fn another(&self) -> Self {
        Self::new(self.words.clone(), self.system.clone())
    }

    /// Starts the program and greets it. Returns it with the number of traces that it takes at once.
    fn start(
        &self,
        session: &Session,
        workload: &dyn Workload,
    ) -> Result<Option<(Process, usize)>, EngineError> {
        let mut process = Process::start(&self.words)?;
        process.send(&ToProgram::Hello {
            protocol: PROTOCOL,
            sampling: &session.sampling,
            max_tokens: session.max_tokens,
            top_logprobs: TOP_K,
        })?;
        // A model may take minutes to load.
        while !workload.interrupted() {
            match process.receive(LOOK)? {
                None => {}
                Some(FromProgram::Ready { name, parallel }) => {
                    tracing::info!("{name} is ready for {parallel} traces at once");
                    return Ok(Some((process, parallel.clamp(1, MOST))));
                }
                Some(other) => {
                    let reason = format!("the program's first message is not ready, but {other:?}");
                    return Err(EngineError::Other(reason));
                }
            }
        }
        Ok(None)
    }
}

/// A run of the engine.
struct Running<'a> {
    process: &'a mut Process,
    /// Running traces, by their ids.
    live: HashMap<u64, Live>,
    facts: EngineFacts,
    /// Fewest top log-probabilities of a token.
    fewest: usize,
    top: Vec<TokenLogProbability>,
}

/// A running trace.
struct Live {
    key: TraceKey,
    /// Number of tokens so far.
    tokens: u32,
    /// Whether it was taken back: only its end is awaited.
    is_over: bool,
}

impl Engine for CommandEngine {
    /// Counts words: only the program knows its tokens. The count plans no memory.
    fn count_tokens(&self, prompt: &Prompt) -> Result<usize, EngineError> {
        Ok(prompt.text.split_whitespace().count())
    }

    fn run(&mut self, session: &Session, workload: &mut dyn Workload) -> Result<EngineFacts, EngineError> {
        // A program is greeted once a session, since sampling and limits may differ.
        self.process = None;
        let begun = std::time::Instant::now();
        let Some((process, parallel)) = self.start(session, workload)? else {
            return Ok(EngineFacts::default());
        };
        let process = self.process.insert(process);
        let facts = EngineFacts { width: parallel, threads: 1, ..EngineFacts::default() };
        let mut running = Running { process, live: HashMap::new(), facts, fewest: TOP_K, top: Vec::new() };
        running.facts.schedule_note =
            Some("another program answers: what it promises is not known".to_owned());
        while !workload.interrupted() {
            while running.live.len() < parallel {
                let room = Room { new_prompt: true, speculative: false };
                let Some(job) = workload.next(room) else { break };
                let id = self.next;
                self.next += 1;
                running.ask(id, job, self.system.as_deref(), workload)?;
            }
            if running.live.is_empty() {
                break;
            }
            if let Some(message) = running.process.receive(LOOK)? {
                running.take(message, session.max_tokens, workload)?;
            }
        }
        let mut facts = running.facts;
        facts.confidence_tokens = Some(running.fewest).filter(|&fewest| fewest < TOP_K);
        facts.seconds = begun.elapsed().as_secs_f64();
        Ok(facts)
    }
}

impl Running<'_> {
    /// Asks for a trace.
    fn ask(
        &mut self,
        id: u64,
        job: TraceJob,
        system: Option<&str>,
        workload: &dyn Workload,
    ) -> Result<(), EngineError> {
        let user = &workload.prompt(job.key.prompt).text;
        let system = system.map(|content| Message { role: "system", content });
        let messages: Vec<Message<'_>> =
            system.into_iter().chain([Message { role: "user", content: user }]).collect();
        self.process.send(&ToProgram::Start { id, messages: &messages, seed: job.seed })?;
        self.live.insert(id, Live { key: job.key, tokens: 0, is_over: false });
        Ok(())
    }

    /// Takes a message. What it says of an unknown trace is an error.
    fn take(
        &mut self,
        message: FromProgram,
        max_tokens: u32,
        workload: &mut dyn Workload,
    ) -> Result<(), EngineError> {
        match message {
            FromProgram::Ready { .. } => {
                Err(EngineError::Other("the program says twice that it is ready".to_owned()))
            }
            FromProgram::Token(token) => self.token(&token, max_tokens, workload),
            FromProgram::End { id, reason } => {
                let live = self.live.remove(&id).ok_or_else(|| unknown(id))?;
                let reason = match (live.is_over, reason) {
                    (true, _) => return Ok(()),
                    (false, EndReason::Stop) => FinishReason::Stop,
                    (false, EndReason::Length) => FinishReason::Length,
                    (false, EndReason::Cancelled) => {
                        return Err(EngineError::Other(format!("trace {id} was not cancelled")));
                    }
                };
                self.finished(live.key, reason, workload)
            }
            FromProgram::Error { id, message } => {
                let live = self.live.remove(&id).ok_or_else(|| unknown(id))?;
                if live.is_over { Ok(()) } else { self.failed(live.key, message, workload) }
            }
        }
    }

    fn token(
        &mut self,
        token: &SaidToken,
        max_tokens: u32,
        workload: &mut dyn Workload,
    ) -> Result<(), EngineError> {
        let live = self.live.get_mut(&token.id).ok_or_else(|| unknown(token.id))?;
        if live.is_over {
            self.facts.tokens_cancelled += 1;
            return Ok(());
        }
        let key = live.key;
        let bytes = match token.checked() {
            Ok(bytes) => bytes,
            Err(reason) => {
                self.cancel(token.id)?;
                return self.failed(key, reason, workload);
            }
        };
        let number = live.tokens;
        live.tokens += 1;
        let is_last = live.tokens >= max_tokens;
        self.facts.tokens_decoded += 1;
        let mut largest = token.top_logprobs.clone();
        largest.sort_by(|a, b| b.total_cmp(a));
        largest.truncate(TOP_K);
        self.fewest = self.fewest.min(largest.len());
        self.top.clear();
        // Which tokens they are is not known.
        self.top.extend(
            largest
                .iter()
                .map(|&value| TokenLogProbability { token: u32::MAX, log_probability: value.min(0.0) }),
        );
        let confidence = -self.top.iter().map(|one| one.log_probability).sum::<f64>() / self.top.len() as f64;
        let said = Token {
            id: token.token.unwrap_or(number),
            bytes,
            log_probability: token.logprob.min(0.0),
            confidence,
            top: &self.top,
        };
        let is_cut = workload.token(key, &said).is_break();
        if !is_cut && !is_last {
            return Ok(());
        }
        self.cancel(token.id)?;
        self.finished(key, if is_cut { FinishReason::Cut } else { FinishReason::Length }, workload)
    }

    /// Takes a trace back.
    fn cancel(&mut self, id: u64) -> Result<(), EngineError> {
        if let Some(live) = self.live.get_mut(&id) {
            live.is_over = true;
        }
        self.process.send(&ToProgram::Cancel { id })
    }

    /// Takes back all traces of a prompt.
    fn cancel_prompt(&mut self, prompt: usize) -> Result<(), EngineError> {
        let of_it = self.live.iter().filter(|(_, live)| live.key.prompt == prompt && !live.is_over);
        let ids: Vec<u64> = of_it.map(|(id, _)| *id).collect();
        ids.into_iter().try_for_each(|id| self.cancel(id))
    }

    fn finished(
        &mut self,
        key: TraceKey,
        reason: FinishReason,
        workload: &mut dyn Workload,
    ) -> Result<(), EngineError> {
        match workload.finished(key, reason).map_err(EngineError::Workload)? {
            PromptState::Open => Ok(()),
            PromptState::Closed => self.cancel_prompt(key.prompt),
        }
    }

    fn failed(
        &mut self,
        key: TraceKey,
        message: String,
        workload: &mut dyn Workload,
    ) -> Result<(), EngineError> {
        self.cancel_prompt(key.prompt)?;
        workload.failed(key.prompt, EngineError::Other(message)).map_err(EngineError::Workload)
    }
}

fn unknown(id: u64) -> EngineError {
    EngineError::Other(format!("the program speaks of trace {id}, which is not running"))
}
