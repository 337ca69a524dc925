//! Scheduler: starts traces, decodes them in common steps and ends them, so that the slots stay full.

use std::time::Instant;

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::token::LlamaToken;

use super::branch::Branch;
use super::cache::PromptCache;
use super::loaded::LlamaEngine;
use super::pace::{Change, Pace};
use super::plan::EnginePlan;
use super::raw;
use super::row_sample::{Drawn, RowSample};
use super::sequences::{self, Kept};
use super::slots::{Slots, Source};
use super::step;
use crate::engine::{EngineError, PromptState, Session, Token, TraceJob, TraceKey, Workload};
use crate::record::FinishReason;
use crate::record::manifest::EngineFacts;

/// State of a run.
pub struct Scheduler<'a> {
    pub(super) engine: &'a LlamaEngine,
    pub(super) context: LlamaContext<'a>,
    pub(super) batch: LlamaBatch<'a>,
    pub(super) session: Session,
    pub(super) plan: &'a EnginePlan,
    pub(super) slots: Slots<'a>,
    pub(super) prompts: PromptCache<'a>,
    /// Traces whose prompts are not in the cache yet, in the order of their requests.
    pub(super) waiting: Vec<TraceJob>,
    /// Reading for the first token of a trace, which is drawn from its prompt's logits.
    pub(super) reading: RowSample,
    piece: Vec<u8>,
    /// Number of prompt tokens that the traces would have evaluated without sharing.
    pub(super) prompt_tokens: u64,
    pub(super) facts: EngineFacts,
}

impl<'a> Scheduler<'a> {
    pub fn new(
        engine: &'a LlamaEngine,
        context: LlamaContext<'a>,
        session: &Session,
        plan: &'a EnginePlan,
        head: Vec<LlamaToken>,
    ) -> Self {
        Self {
            engine,
            context,
            batch: LlamaBatch::new(plan.micro_batch.max(plan.slots), 1),
            session: *session,
            plan,
            slots: Slots::new(plan),
            prompts: PromptCache::new(plan, head),
            waiting: Vec::new(),
            reading: RowSample::default(),
            piece: Vec::new(),
            prompt_tokens: 0,
            facts: EngineFacts::default(),
        }
    }

    fn into_facts(self) -> EngineFacts {
        let evaluated = self.facts.prompt_tokens_evaluated;
        EngineFacts { prompt_tokens_reused: self.prompt_tokens.saturating_sub(evaluated), ..self.facts }
    }

    /// Runs until the workload has no more traces or is interrupted.
    pub fn run(
        mut self,
        threads: &rayon::ThreadPool,
        pace: &mut Pace,
        workload: &mut dyn Workload,
    ) -> Result<EngineFacts, EngineError> {
        while !workload.interrupted() {
            if let Some(change) = pace.change() {
                self.change_threads(change);
            }
            let admitted = self.admit(workload)?;
            self.evaluate_prompts(workload)?;
            if self.slots.rows() > 0 {
                self.step(threads, workload)?;
            } else if !admitted && self.waiting.is_empty() {
                break;
            }
        }
        Ok(self.into_facts())
    }

    /// Goes on with another number of threads.
    fn change_threads(&mut self, Change { threads, taken }: Change) {
        if !raw::set_threads(&mut self.context, threads) {
            return;
        }
        tracing::warn!(
            "other programs take {taken:.1} cores: going on with {threads} of {} threads (-t keeps a number)",
            self.plan.threads_batch
        );
        self.facts.threads_changes += 1;
        self.facts.threads_least = Some(self.facts.threads_least.map_or(threads, |least| least.min(threads)));
    }

    /// Evaluates a row for every branch and processes the tokens drawn from it.
    fn step(&mut self, threads: &rayon::ThreadPool, workload: &mut dyn Workload) -> Result<(), EngineError> {
        self.slots.close_ranks(&mut self.context)?;
        self.facts.rows += self.slots.rows() as u64;
        self.facts.steps += 1;
        let begun = Instant::now();
        self.facts.padding_rows += step::decode(&mut self.slots, &mut self.context, &mut self.batch)?;
        let decoded = Instant::now();
        let helpers = self.plan.helpers();
        step::read(&mut self.slots, &self.context, &self.session.sampling, threads, helpers);
        self.facts.seconds_decode += (decoded - begun).as_secs_f64();
        self.facts.seconds_rows += decoded.elapsed().as_secs_f64();
        for index in 0..self.slots.len() {
            // Branches split off in this loop, and slots freed in it, have no outcome.
            let slot = self.slots.get(index);
            let (Some(outcome), Some(branch)) = (slot.outcome.take(), &mut slot.branch) else { continue };
            branch.position += 1;
            match (outcome, branch.forced.pop()) {
                (Ok(()), Some(next)) => {
                    branch.pending = next;
                    // This row counted as saved when its token was drawn, but its cells were recomputed.
                    self.facts.rows_saved -= 1;
                    if branch.forced.is_empty() {
                        self.keep_fork(index)?;
                    }
                }
                (Ok(()), None) => self.go_on(index, workload)?,
                (Err(error), _) => {
                    let prompt = branch.prompt;
                    self.fail(prompt, error.into(), workload)?;
                }
            }
        }
        Ok(())
    }

    /// Reports the draws of a branch's traces to the workload, ends finished traces, and gives slots to the
    /// branches that split off.
    fn go_on(&mut self, index: usize, workload: &mut dyn Workload) -> Result<(), EngineError> {
        let slot = self.slots.get(index);
        let Some(branch) = slot.branch.as_mut() else { return Ok(()) };
        branch.sampled += 1;
        let (prompt, sampled, position) = (branch.prompt, branch.sampled, branch.position);
        // The empty branch keeps its slot meanwhile.
        let mut traces = std::mem::take(&mut branch.traces);
        let reading = std::mem::take(&mut slot.reading);
        self.facts.rows_saved += traces.len() as u64 - 1;
        let mut next = 0;
        for &drawn in &reading.drawn {
            let key = TraceKey { prompt, trace: traces[next].number };
            match self.observe(key, drawn, &reading, sampled, position, workload) {
                None => {
                    traces[next].drawn = LlamaToken(drawn.token as i32);
                    next += 1;
                }
                Some(reason) => {
                    traces.remove(next);
                    if self.finish(key, reason, workload)? == PromptState::Closed {
                        let tokens = next * sampled as usize + (traces.len() - next) * (sampled as usize - 1);
                        self.facts.tokens_cancelled += tokens as u64;
                        traces.clear();
                        break;
                    }
                }
            }
        }
        let slot = self.slots.get(index);
        slot.reading = reading;
        let Some(branch) = slot.branch.as_mut() else { return Ok(()) };
        branch.traces = traces;
        // Keep the reading for later traces of the prompt, if more may come.
        let at = self.prompts.trie(prompt).zip(branch.node.take());
        let kept = at.and_then(|(trie, node)| trie.keep(node, &slot.reading).then_some((trie, node)));
        if branch.traces.is_empty() {
            return self.slots.vacate(index, &mut self.context).map(drop);
        }
        let fork = kept.as_ref().map(|&(_, node)| node);
        let mut enter = kept.map(|(trie, node)| move |token| trie.enter(node, token));
        let mut child = |token| enter.as_mut().and_then(|enter| enter(token));
        let mut parted: Vec<Branch> = std::iter::from_fn(|| branch.part()).collect();
        branch.pending = branch.traces[0].drawn;
        branch.node = child(branch.pending);
        for other in &mut parted {
            other.node = child(other.pending);
        }
        if parted.is_empty() {
            return Ok(());
        }
        let held = sequences::held(index as i32, self.plan, &self.context)?;
        for other in parted {
            self.slots.place(other, Source::Kept(&held), &mut self.context)?;
        }
        if let (Some(node), Kept::State(state)) = (fork, held) {
            self.prompts.forks.keep(prompt, node, state);
        }
        Ok(())
    }

    /// Keeps the state of a branch that has evaluated again what other traces had drawn, where it leaves them.
    fn keep_fork(&mut self, index: usize) -> Result<(), EngineError> {
        let Some(branch) = &self.slots.get(index).branch else { return Ok(()) };
        let (prompt, node) = (branch.prompt, branch.node);
        let Some((trie, node)) = self.prompts.trie(prompt).zip(node) else { return Ok(()) };
        let node = trie.parent(node);
        if !self.prompts.forks.are_kept() || self.prompts.forks.has(prompt, node) {
            return Ok(());
        }
        if let Kept::State(state) = sequences::held(index as i32, self.plan, &self.context)? {
            self.prompts.forks.keep(prompt, node, state);
        }
        Ok(())
    }

    /// Reports a drawn token to the workload and returns the reason if the trace ends.
    ///
    /// `count` is the number of the trace's tokens including this one; `position` is the position at which
    /// this one would be evaluated.
    pub(super) fn observe(
        &mut self,
        key: TraceKey,
        drawn: Drawn,
        reading: &RowSample,
        count: u32,
        position: usize,
        workload: &mut dyn Workload,
    ) -> Option<FinishReason> {
        self.facts.tokens_decoded += 1;
        let vocab = self.engine.model.vocab();
        let token = LlamaToken(drawn.token as i32);
        let ends = vocab.is_eog(token) && !self.session.ignore_eos;
        self.piece.clear();
        if !ends {
            vocab.token_to_piece_into(token, &mut self.piece, true, None);
        }
        let token = Token {
            id: drawn.token,
            bytes: &self.piece,
            log_probability: drawn.log_probability,
            confidence: reading.confidence,
            top: &reading.top,
        };
        if workload.token(key, &token).is_break() {
            Some(FinishReason::Cut)
        } else if ends {
            Some(FinishReason::Stop)
        } else if count >= self.session.max_tokens {
            Some(FinishReason::Length)
        } else if position + 1 >= self.plan.limit {
            Some(FinishReason::Context)
        } else {
            None
        }
    }

    /// Reports the end of a trace to the workload, and closes its prompt if the workload has decided it.
    pub(super) fn finish(
        &mut self,
        key: TraceKey,
        reason: FinishReason,
        workload: &mut dyn Workload,
    ) -> Result<PromptState, EngineError> {
        let state = workload.finished(key, reason).map_err(EngineError::Workload)?;
        if state == PromptState::Closed {
            self.close(key.prompt)?;
        }
        Ok(state)
    }

    pub(super) fn fail(
        &mut self,
        prompt: usize,
        error: EngineError,
        workload: &mut dyn Workload,
    ) -> Result<(), EngineError> {
        self.close(prompt)?;
        workload.failed(prompt, error).map_err(EngineError::Workload)
    }

    /// Cancels the running traces of a prompt and frees its sequences.
    fn close(&mut self, prompt: usize) -> Result<(), EngineError> {
        while let Some(index) = self.slots.of_prompt(prompt) {
            if let Some(branch) = self.slots.vacate(index, &mut self.context)? {
                self.facts.tokens_cancelled += branch.traces.len() as u64 * u64::from(branch.sampled);
                // These rows were counted as saved but are not evaluated either.
                self.facts.rows_saved -= branch.forced.len() as u64;
            }
        }
        self.waiting.retain(|job| job.key.prompt != prompt);
        self.prompts.release(prompt, &mut self.context)
    }
}
