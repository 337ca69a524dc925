//! Workload of a guard.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

use super::error::GuardError;
use super::item::{Item, Judged, Pair, Settled, settled};
use super::model::Guard;
use super::probability::Alternatives;
use crate::chat::{Prompt, thinking};
use crate::engine::{EngineError, PromptState, Room, Token, TraceJob, TraceKey, Workload};
use crate::record::BoxError;
use crate::record::judge_entry::Opinion;
use crate::record::manifest::EngineFacts;
use crate::record::{FinishReason, Verdict};
use crate::sampling::TokenLogProbability;

/// Reply during its generation.
#[derive(Debug, Default)]
struct Reply {
    prompt: Prompt,
    opened: bool,
    bytes: Vec<u8>,
    /// End position, id and top tokens of each token.
    tokens: Vec<(usize, u32, Vec<TokenLogProbability>)>,
}

/// Workload that asks about each pair once and reports the opinions in the order of the items.
pub struct Questions<'a> {
    guard: &'a Guard,
    items: &'a [Item<'a>],
    pair_of_item: Vec<Option<usize>>,
    pairs: Vec<Pair<'a>>,
    settled: Vec<Option<Settled>>,
    alternatives: Alternatives,
    tell: &'a mut dyn FnMut(Opinion) -> Result<(), BoxError>,
    interrupt: &'a AtomicBool,
    /// Index of the next pair to ask about.
    next_pair: usize,
    /// Index of the next item to report.
    next_item: usize,
    live: HashMap<usize, Reply>,
    nothing: Prompt,
    judged: Judged,
}

impl<'a> Questions<'a> {
    pub fn new(
        guard: &'a Guard,
        items: &'a [Item<'a>],
        pair_of_item: Vec<Option<usize>>,
        pairs: Vec<Pair<'a>>,
        alternatives: Alternatives,
        tell: &'a mut dyn FnMut(Opinion) -> Result<(), BoxError>,
        interrupt: &'a AtomicBool,
    ) -> Self {
        let not_asked = |pair: &Pair<'_>| {
            let problem = pair.problem.clone()?;
            Some(Settled { problem: Some(problem), ..Settled::default() })
        };
        Self {
            settled: pairs.iter().map(not_asked).collect(),
            guard,
            items,
            pair_of_item,
            pairs,
            alternatives,
            tell,
            interrupt,
            next_pair: 0,
            next_item: 0,
            live: HashMap::new(),
            nothing: Prompt::default(),
            judged: Judged::default(),
        }
    }

    /// Returns the number of pairs that the guard must be asked about.
    pub fn to_ask(&self) -> usize {
        self.settled.iter().filter(|settled| settled.is_none()).count()
    }

    /// Renders and keeps the prompt of a pair.
    ///
    /// # Errors
    /// If rendering fails, which counting its tokens has already ruled out.
    pub fn show(&mut self, pair: usize) -> Result<&Prompt, GuardError> {
        let prompt = self.guard.prompt(self.pairs[pair].prompt, self.pairs[pair].answer)?;
        let opened = thinking::prompt_opens_thinking(&prompt.text);
        let reply = Reply { prompt, opened, ..Reply::default() };
        let slot = self.live.entry(pair).insert_entry(reply);
        Ok(&slot.into_mut().prompt)
    }

    /// Reports the opinions on the next items, up to the first that is not known yet.
    ///
    /// # Errors
    /// If the listener fails.
    pub fn tell_what_is_known(&mut self) -> Result<(), BoxError> {
        while self.next_item < self.items.len() && self.tell_one(self.next_item)? {
            self.next_item += 1;
        }
        Ok(())
    }

    fn tell_one(&mut self, index: usize) -> Result<bool, BoxError> {
        let item = &self.items[index];
        let opinion = match (self.pair_of_item[index], settled(item)) {
            (None, verdict) => self.guard.opinion_without(item, verdict.unwrap_or(Verdict::NoAnswer)),
            (Some(pair), _) => {
                let Some(settled) = &self.settled[pair] else { return Ok(false) };
                self.judged.shortened += usize::from(self.pairs[pair].left_out > 0);
                self.guard.opinion_of(item, &self.pairs[pair], settled)
            }
        };
        self.judged.opinions += 1;
        self.judged.unparsed += usize::from(opinion.unparsed);
        (self.tell)(opinion)?;
        Ok(true)
    }

    /// Reports the remaining known opinions after an interruption and returns the totals.
    ///
    /// # Errors
    /// If the listener fails or the engine stopped early.
    pub fn end(mut self, engine: EngineFacts) -> Result<Judged, BoxError> {
        let mut open = 0;
        for index in self.next_item..self.items.len() {
            open += usize::from(!self.tell_one(index)?);
        }
        if open > 0 && !self.interrupt.load(Ordering::Relaxed) {
            return Err(format!("the engine stopped with {open} answers left to judge").into());
        }
        Ok(Judged { engine, ..self.judged })
    }
}

impl Workload for Questions<'_> {
    fn next(&mut self, room: Room) -> Option<TraceJob> {
        if !room.new_prompt || room.speculative {
            return None;
        }
        while self.next_pair < self.pairs.len() {
            let pair = self.next_pair;
            self.next_pair += 1;
            if self.settled[pair].is_some() {
                continue;
            }
            match self.show(pair) {
                Ok(_) => {
                    self.judged.asked += 1;
                    let key = TraceKey { prompt: pair, trace: 0 };
                    return Some(TraceJob { key, seed: 0, last: true });
                }
                Err(error) => {
                    let problem = Some(error.to_string());
                    self.settled[pair] = Some(Settled { problem, ..Settled::default() });
                }
            }
        }
        None
    }

    fn prompt(&self, prompt: usize) -> &Prompt {
        self.live.get(&prompt).map_or(&self.nothing, |reply| &reply.prompt)
    }

    /// Ends a reply once its form is complete.
    fn token(&mut self, key: TraceKey, token: &Token<'_>) -> ControlFlow<()> {
        let Some(reply) = self.live.get_mut(&key.prompt) else { return ControlFlow::Break(()) };
        reply.bytes.extend_from_slice(token.bytes);
        reply.tokens.push((reply.bytes.len(), token.id, token.top.to_vec()));
        let complete =
            token.bytes.contains(&b'\n') && self.guard.form.read(&reply.bytes, reply.opened, false).is_some();
        if complete { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn finished(&mut self, key: TraceKey, reason: FinishReason) -> Result<PromptState, BoxError> {
        let Some(reply) = self.live.remove(&key.prompt) else {
            return Err(
                format!("the engine ended a reply to question {}, which was not asked", key.prompt).into()
            );
        };
        let ended = reason == FinishReason::Stop;
        let reading = self.guard.form.read(&reply.bytes, reply.opened, ended);
        let probability = reading.as_ref().and_then(|reading| {
            let first = reply.tokens.iter().find(|(end, _, _)| *end > reading.at)?;
            self.alternatives.probability(reading.word, first.1, &first.2)
        });
        self.settled[key.prompt] = Some(Settled {
            reading,
            probability,
            reply: Some(String::from_utf8_lossy(&reply.bytes).into_owned()),
            end: Some(reason),
            problem: None,
        });
        self.tell_what_is_known()?;
        Ok(PromptState::Closed)
    }

    fn failed(&mut self, prompt: usize, error: EngineError) -> Result<(), BoxError> {
        self.live.remove(&prompt);
        self.settled[prompt] = Some(Settled { problem: Some(error.to_string()), ..Settled::default() });
        self.tell_what_is_known()
    }

    fn interrupted(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed)
    }
}
