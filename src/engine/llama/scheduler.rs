//! Keeps the slots full: starts traces, steps them together, ends them.

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::token::LlamaToken;

use super::LlamaEngine;
use super::cache::{PromptCache, clear, copy};
use super::live::{Live, RowReading, Sampled, Slot, sample};
use super::plan::{EnginePlan, MIN_ROWS};
use super::step::step;
use crate::engine::{EngineError, PromptState, Room, Session, Token, TraceJob, TraceKey, Workload};
use crate::record::FinishReason;
use crate::record::manifest::EngineFacts;
use crate::sampling::{Sampler, TokenLogProbability};

/// The state of a run.
pub struct Scheduler<'a> {
    engine: &'a LlamaEngine,
    context: LlamaContext<'a>,
    batch: LlamaBatch<'a>,
    session: Session,
    width: usize,
    limit: usize,
    slots: Vec<Slot>,
    prompts: PromptCache,
    /// For the first token of a trace, drawn from its prompt's logits.
    reading: RowReading,
    piece: Vec<u8>,
    facts: EngineFacts,
}

impl<'a> Scheduler<'a> {
    pub fn new(
        engine: &'a LlamaEngine,
        context: LlamaContext<'a>,
        session: &Session,
        plan: &EnginePlan,
        head: Vec<LlamaToken>,
    ) -> Self {
        Self {
            engine,
            context,
            batch: LlamaBatch::new(plan.micro_batch.max(plan.slots), 1),
            session: *session,
            width: plan.width,
            limit: plan.limit,
            slots: std::iter::repeat_with(Slot::default).take(plan.slots).collect(),
            prompts: PromptCache::new(plan, head),
            reading: RowReading::default(),
            piece: Vec::new(),
            facts: EngineFacts::default(),
        }
    }

    pub fn into_facts(self) -> EngineFacts {
        self.facts
    }

    /// Runs until the workload has nothing more, or is interrupted.
    pub fn run(
        &mut self,
        threads: &rayon::ThreadPool,
        workload: &mut dyn Workload,
    ) -> Result<(), EngineError> {
        while !workload.interrupted() {
            self.fill(workload)?;
            if self.running() == 0 {
                break;
            }
            let (sampled, padding) = step(&mut self.slots, &mut self.context, &mut self.batch, threads)?;
            self.facts.padding_rows += padding;
            for (index, sampled) in sampled.into_iter().enumerate() {
                // A trace may have been cancelled by one before it in the same step.
                let Some(live) = self.slots[index].live.as_mut() else { continue };
                let key = live.key;
                live.sampled += 1;
                live.position += 1;
                let (count, position) = (live.sampled, live.position);
                match sampled {
                    Some(Ok(sampled)) => {
                        live.pending = LlamaToken(sampled.token as i32);
                        let top = std::mem::take(&mut self.slots[index].reading.top);
                        let ended = self.observe(key, sampled, &top, count, position, workload);
                        self.slots[index].reading.top = top;
                        if let Some(reason) = ended {
                            self.vacate(index)?;
                            self.finish(key, reason, workload)?;
                        }
                    }
                    Some(Err(error)) => self.fail(key.prompt, error.into(), workload)?,
                    None => {}
                }
            }
        }
        Ok(())
    }

    fn running(&self) -> usize {
        self.slots.iter().filter(|slot| slot.live.is_some()).count()
    }

    /// Starts traces while there is room: first those that are needed, then, where rows would be
    /// padding anyway, those that may be.
    fn fill(&mut self, workload: &mut dyn Workload) -> Result<(), EngineError> {
        for (limit, speculative) in [(self.width, false), (self.width.min(MIN_ROWS), true)] {
            while self.running() < limit {
                let room = Room { new_prompt: self.prompts.has_room(), speculative };
                let Some(job) = workload.next(room) else { break };
                self.start(job, workload)?;
            }
        }
        Ok(())
    }

    fn start(&mut self, job: TraceJob, workload: &mut dyn Workload) -> Result<(), EngineError> {
        let TraceKey { prompt, .. } = job.key;
        match self.prompts.get(prompt) {
            Some(cached) => self.facts.prompt_tokens_reused += cached.tokens as u64,
            None => {
                let tokens = self.engine.tokenize(workload.prompt(prompt));
                match self.prompts.evaluate(prompt, &tokens, &mut self.context, &mut self.batch) {
                    Ok(evaluated) => {
                        self.facts.prompts += 1;
                        self.facts.prompt_tokens_evaluated += evaluated.tokens;
                        self.facts.prompt_tokens_reused += tokens.len() as u64 - evaluated.tokens;
                        self.facts.padding_rows += evaluated.padding;
                    }
                    Err(error @ (EngineError::PromptTooLong { .. } | EngineError::EmptyPrompt)) => {
                        return self.fail(prompt, error, workload);
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        let Some(cached) = self.prompts.get(prompt) else { return Ok(()) };
        let (sequence, length) = (cached.sequence, cached.tokens);
        let mut sampler = Sampler::new(self.session.sampling, job.seed);
        let first = match sample(&cached.logits, &mut sampler, &mut self.reading) {
            Ok(first) => first,
            Err(error) => return self.fail(prompt, error.into(), workload),
        };
        let top = std::mem::take(&mut self.reading.top);
        let ended = self.observe(job.key, first, &top, 1, length, workload);
        self.reading.top = top;
        if ended.is_none() {
            let Some(slot) = self.slots.iter().position(|slot| slot.live.is_none()) else {
                return Err(EngineError::Other("a trace was started without a free slot".to_owned()));
            };
            copy(&mut self.context, sequence, slot as i32)?;
            let pending = LlamaToken(first.token as i32);
            self.slots[slot].live =
                Some(Live { key: job.key, sampler, pending, position: length, sampled: 1 });
        }
        if job.last {
            self.prompts.release(prompt, &mut self.context)?;
        }
        match ended {
            Some(reason) => self.finish(job.key, reason, workload),
            None => Ok(()),
        }
    }

    /// Tells the workload of a sampled token; says why the trace ends, if it does.
    ///
    /// `count` are the trace's tokens with this one, `position` is where this one would be evaluated.
    fn observe(
        &mut self,
        key: TraceKey,
        sampled: Sampled,
        top: &[TokenLogProbability],
        count: u32,
        position: usize,
        workload: &mut dyn Workload,
    ) -> Option<FinishReason> {
        self.facts.tokens_decoded += 1;
        let vocab = self.engine.model.vocab();
        let token = LlamaToken(sampled.token as i32);
        let ends = vocab.is_eog(token);
        self.piece.clear();
        if !ends {
            vocab.token_to_piece_into(token, &mut self.piece, true, None);
        }
        let token = Token {
            id: sampled.token,
            bytes: &self.piece,
            log_probability: sampled.log_probability,
            confidence: sampled.confidence,
            top,
        };
        if workload.token(key, &token).is_break() {
            Some(FinishReason::Cut)
        } else if ends {
            Some(FinishReason::Stop)
        } else if count >= self.session.max_tokens {
            Some(FinishReason::Length)
        } else if position + 1 >= self.limit {
            Some(FinishReason::Context)
        } else {
            None
        }
    }

    fn finish(
        &mut self,
        key: TraceKey,
        reason: FinishReason,
        workload: &mut dyn Workload,
    ) -> Result<(), EngineError> {
        match workload.finished(key, reason).map_err(EngineError::Workload)? {
            PromptState::Open => Ok(()),
            PromptState::Closed => self.close(key.prompt),
        }
    }

    fn fail(
        &mut self,
        prompt: usize,
        error: EngineError,
        workload: &mut dyn Workload,
    ) -> Result<(), EngineError> {
        self.close(prompt)?;
        workload.failed(prompt, error).map_err(EngineError::Workload)
    }

    /// Cancels what still runs of a prompt and frees its sequence.
    fn close(&mut self, prompt: usize) -> Result<(), EngineError> {
        for index in 0..self.slots.len() {
            if let Some(live) = self.slots[index].live.as_ref().filter(|live| live.key.prompt == prompt) {
                self.facts.tokens_cancelled += u64::from(live.sampled);
                self.vacate(index)?;
            }
        }
        self.prompts.release(prompt, &mut self.context)
    }

    fn vacate(&mut self, index: usize) -> Result<(), EngineError> {
        self.slots[index].live = None;
        self.slots[index].padding = 0;
        clear(&mut self.context, index as i32)
    }
}
