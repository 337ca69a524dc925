//! Keeps the slots full: starts traces, steps them together, ends them.

use std::time::Instant;

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::token::LlamaToken;

use super::LlamaEngine;
use super::branch::{Branch, Live};
use super::cache::PromptCache;
use super::plan::{EnginePlan, MIN_ROWS};
use super::reading::{Drawn, RowReading};
use super::slots::Slots;
use super::step;
use super::trie::{Node, ROOT};
use crate::engine::{EngineError, PromptState, Room, Session, Token, TraceJob, TraceKey, Workload};
use crate::record::FinishReason;
use crate::record::manifest::EngineFacts;
use crate::sampling::Sampler;

/// How far a trace came without a row of its own.
enum Way {
    /// To its end.
    Ended(FinishReason),
    /// To a node behind which nothing has been read, or out of the tree.
    Open { node: Option<Node>, drawn: LlamaToken, sampled: u32 },
}

/// The state of a run.
pub struct Scheduler<'a> {
    engine: &'a LlamaEngine,
    context: LlamaContext<'a>,
    batch: LlamaBatch<'a>,
    session: Session,
    plan: &'a EnginePlan,
    slots: Slots,
    prompts: PromptCache,
    /// Traces whose prompts are on their way into the cache, in the order they were asked for.
    waiting: Vec<TraceJob>,
    /// For the first token of a trace, drawn from its prompt's logits.
    reading: RowReading,
    piece: Vec<u8>,
    /// Prompt tokens that the traces would have evaluated, each for itself.
    prompt_tokens: u64,
    facts: EngineFacts,
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
            slots: Slots::new(plan.slots),
            prompts: PromptCache::new(plan, head),
            waiting: Vec::new(),
            reading: RowReading::default(),
            piece: Vec::new(),
            prompt_tokens: 0,
            facts: EngineFacts::default(),
        }
    }

    pub fn into_facts(self) -> EngineFacts {
        let evaluated = self.facts.prompt_tokens_evaluated;
        EngineFacts { prompt_tokens_reused: self.prompt_tokens.saturating_sub(evaluated), ..self.facts }
    }

    /// Runs until the workload has nothing more, or is interrupted.
    pub fn run(
        &mut self,
        threads: &rayon::ThreadPool,
        workload: &mut dyn Workload,
    ) -> Result<(), EngineError> {
        while !workload.interrupted() {
            self.admit(workload)?;
            self.evaluate_prompts(workload)?;
            if self.slots.rows() > 0 {
                self.step(threads, workload)?;
            } else if self.waiting.is_empty() {
                break;
            }
        }
        Ok(())
    }

    /// Takes traces on while there is room: first those that are needed, then, where rows would be
    /// padding anyway, those that may be.
    fn admit(&mut self, workload: &mut dyn Workload) -> Result<(), EngineError> {
        for speculative in [false, true] {
            loop {
                let traces = self.slots.traces() + self.waiting.len();
                let rows = self.slots.rows() + self.waiting.len();
                if traces >= self.plan.width || (speculative && rows >= MIN_ROWS) {
                    break;
                }
                let room = Room { new_prompt: self.prompts.has_room(), speculative };
                let Some(job) = workload.next(room) else { break };
                self.take_on(job, workload)?;
            }
        }
        Ok(())
    }

    /// Starts a trace, or has it wait for its prompt.
    fn take_on(&mut self, job: TraceJob, workload: &mut dyn Workload) -> Result<(), EngineError> {
        let prompt = job.key.prompt;
        if self.prompts.get(prompt).is_some() {
            return self.start(job, workload);
        }
        if !self.prompts.is_filling(prompt) {
            let tokens = self.engine.tokenize(workload.prompt(prompt));
            match self.prompts.begin(prompt, tokens) {
                Ok(()) => {}
                Err(error @ (EngineError::PromptTooLong { .. } | EngineError::EmptyPrompt)) => {
                    return self.fail(prompt, error, workload);
                }
                Err(error) => return Err(error),
            }
        }
        self.waiting.push(job);
        Ok(())
    }

    /// Evaluates chunks of the prompts on their way, and starts the traces that waited for them: as many
    /// as may come between two steps, or until a trace runs.
    fn evaluate_prompts(&mut self, workload: &mut dyn Workload) -> Result<(), EngineError> {
        let mut evaluated = 0;
        while evaluated < self.plan.batch as u64 || self.slots.rows() == 0 {
            let begun = Instant::now();
            let Some(chunk) = self.prompts.advance(&mut self.context, &mut self.batch)? else { break };
            self.facts.seconds_prompts += begun.elapsed().as_secs_f64();
            self.facts.prompt_tokens_evaluated += chunk.tokens;
            self.facts.padding_rows += chunk.padding;
            evaluated += chunk.tokens;
            if let Some(prompt) = chunk.completed {
                self.facts.prompts += 1;
                let (jobs, waiting) =
                    std::mem::take(&mut self.waiting).into_iter().partition(|job| job.key.prompt == prompt);
                self.waiting = waiting;
                let jobs: Vec<TraceJob> = jobs;
                for job in jobs {
                    // The first trace may have decided the prompt.
                    if self.prompts.get(prompt).is_some() {
                        self.start(job, workload)?;
                    }
                }
            }
            if workload.interrupted() {
                break;
            }
        }
        Ok(())
    }

    /// Draws a trace's first tokens: from its prompt's logits, and on as far as earlier traces have gone
    /// the same way. There it joins those who wait for the same row, or gets a slot.
    fn start(&mut self, job: TraceJob, workload: &mut dyn Workload) -> Result<(), EngineError> {
        let prompt = job.key.prompt;
        let Some(cached) = self.prompts.get(prompt) else { return Ok(()) };
        let length = cached.tokens;
        self.prompt_tokens += length as u64;
        let mut sampler = Sampler::new(self.session.sampling, job.seed);
        let mut reading = std::mem::take(&mut self.reading);
        let first = reading.read(&cached.logits, &self.session.sampling, std::iter::once(&mut sampler));
        let way = first.map(|()| self.follow(job.key, &mut sampler, &mut reading, length, workload));
        self.reading = reading;
        let ended = match way {
            Err(error) => return self.fail(prompt, error.into(), workload),
            Ok(Way::Ended(reason)) => Some(reason),
            Ok(Way::Open { node, drawn, sampled }) => {
                self.settle(prompt, node, sampled, Live { number: job.key.trace, sampler, drawn })?;
                None
            }
        };
        if job.last {
            self.prompts.release(prompt, &mut self.context)?;
        }
        match ended {
            Some(reason) => self.finish(job.key, reason, workload).map(drop),
            None => Ok(()),
        }
    }

    /// Follows the tree of what the prompt's traces have drawn, from the draw in `reading` on.
    fn follow(
        &mut self,
        key: TraceKey,
        sampler: &mut Sampler,
        reading: &mut RowReading,
        length: usize,
        workload: &mut dyn Workload,
    ) -> Way {
        let (mut node, mut sampled) = (ROOT, 1);
        loop {
            let first = reading.drawn[0];
            let position = length + sampled as usize - 1;
            if let Some(reason) = self.observe(key, first, reading, sampled, position, workload) {
                return Way::Ended(reason);
            }
            let drawn = LlamaToken(first.token as i32);
            let trie = self.prompts.trie(key.prompt).filter(|_| self.plan.fork);
            let Some((trie, child)) =
                trie.and_then(|trie| trie.enter(node, drawn).map(|child| (trie, child)))
            else {
                return Way::Open { node: None, drawn, sampled };
            };
            if !trie.recall(child, reading) {
                return Way::Open { node: Some(child), drawn, sampled };
            }
            reading.draw(sampler);
            node = child;
            sampled += 1;
            self.facts.rows_saved += 1;
        }
    }

    /// Finds a trace the row it needs next: that of a branch at the same node, or a slot of its own with
    /// the cells of the branch that has most of its tokens.
    fn settle(
        &mut self,
        prompt: usize,
        node: Option<Node>,
        sampled: u32,
        live: Live,
    ) -> Result<(), EngineError> {
        if let Some(branch) = node.and_then(|node| self.slots.at(prompt, node)) {
            branch.traces.push(live);
            return Ok(());
        }
        let Some(cached) = self.prompts.get(prompt) else { return Ok(()) };
        let length = cached.tokens;
        let holder = node.and_then(|node| self.slots.holder(prompt, length, &cached.trie, node));
        let (from, held) = holder.map_or((cached.sequence, 0), |(slot, held)| (slot as i32, held));
        let mut forced = match node {
            Some(node) => cached.trie.backwards(node, held as u32),
            None => vec![live.drawn],
        };
        let Some(pending) = forced.pop() else {
            return Err(EngineError::Other("a trace was started without a token".to_owned()));
        };
        let position = length + held;
        let branch = Branch { prompt, node, pending, forced, position, sampled, traces: vec![live] };
        self.slots.place(branch, from, &mut self.context)
    }

    /// Evaluates a row for every branch and goes through the tokens drawn from it.
    fn step(&mut self, threads: &rayon::ThreadPool, workload: &mut dyn Workload) -> Result<(), EngineError> {
        self.slots.close_ranks(&mut self.context)?;
        self.facts.rows += self.slots.rows() as u64;
        self.facts.steps += 1;
        let begun = Instant::now();
        self.facts.padding_rows += step::decode(&mut self.slots, &mut self.context, &mut self.batch)?;
        let decoded = Instant::now();
        step::read(&mut self.slots, &self.context, &self.session.sampling, threads);
        self.facts.seconds_decode += (decoded - begun).as_secs_f64();
        self.facts.seconds_rows += decoded.elapsed().as_secs_f64();
        for index in 0..self.slots.len() {
            // Branches that part in this very loop, and slots freed in it, have no outcome.
            let slot = self.slots.get(index);
            let (Some(outcome), Some(branch)) = (slot.outcome.take(), &mut slot.branch) else { continue };
            branch.position += 1;
            match (outcome, branch.forced.pop()) {
                (Ok(()), Some(next)) => {
                    branch.pending = next;
                    // Counted as saved when its token was drawn, but its cells had to be made again.
                    self.facts.rows_saved -= 1;
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

    /// Tells the workload what the traces of a branch drew, ends those that end, and gives slots to those
    /// that part.
    fn go_on(&mut self, index: usize, workload: &mut dyn Workload) -> Result<(), EngineError> {
        let slot = self.slots.get(index);
        let Some(branch) = slot.branch.as_mut() else { return Ok(()) };
        branch.sampled += 1;
        let (prompt, sampled, position) = (branch.prompt, branch.sampled, branch.position);
        // The branch keeps its slot meanwhile.
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
        // Kept for traces that come later, while more may come.
        let at = self.prompts.trie(prompt).zip(branch.node.take());
        let kept = at.and_then(|(trie, node)| trie.keep(node, &slot.reading).then_some((trie, node)));
        if branch.traces.is_empty() {
            return self.slots.vacate(index, &mut self.context).map(drop);
        }
        let mut enter = kept.map(|(trie, node)| move |token| trie.enter(node, token));
        let mut child = |token| enter.as_mut().and_then(|enter| enter(token));
        let mut parted: Vec<Branch> = std::iter::from_fn(|| branch.part()).collect();
        branch.pending = branch.traces[0].drawn;
        branch.node = child(branch.pending);
        for other in &mut parted {
            other.node = child(other.pending);
        }
        for other in parted {
            self.slots.place(other, index as i32, &mut self.context)?;
        }
        Ok(())
    }

    /// Tells the workload of a drawn token; says why the trace ends, if it does.
    ///
    /// `count` are the trace's tokens with this one, `position` is where this one would be evaluated.
    fn observe(
        &mut self,
        key: TraceKey,
        drawn: Drawn,
        reading: &RowReading,
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

    /// Tells the workload that a trace has ended, and closes its prompt if that decides it.
    fn finish(
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

    fn fail(
        &mut self,
        prompt: usize,
        error: EngineError,
        workload: &mut dyn Workload,
    ) -> Result<(), EngineError> {
        self.close(prompt)?;
        workload.failed(prompt, error).map_err(EngineError::Workload)
    }

    /// Cancels what still runs of a prompt and frees its sequences.
    fn close(&mut self, prompt: usize) -> Result<(), EngineError> {
        while let Some(index) = self.slots.of_prompt(prompt) {
            if let Some(branch) = self.slots.vacate(index, &mut self.context)? {
                self.facts.tokens_cancelled += branch.traces.len() as u64 * u64::from(branch.sampled);
            }
        }
        self.waiting.retain(|job| job.key.prompt != prompt);
        self.prompts.release(prompt, &mut self.context)
    }
}
