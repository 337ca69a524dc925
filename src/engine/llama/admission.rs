//! Admission of traces, up to the first row that each needs.

use std::time::Instant;

use llama_cpp_2::token::LlamaToken;

use super::branch::{Branch, Live};
use super::row_sample::RowSample;
use super::scheduler::Scheduler;
use super::slots::Source;
use super::trie::{Node, ROOT};
use crate::engine::{EngineError, Room, TraceJob, TraceKey, Workload};
use crate::record::FinishReason;
use crate::record::engine_settings::MIN_ROWS;
use crate::sampling::Sampler;

/// Progress of a trace without a row of its own.
enum Way {
    /// The trace ended.
    Ended(FinishReason),
    /// The trace left `known` and reached a node without a reading, or left the tree.
    Open { known: Node, node: Option<Node>, drawn: LlamaToken, sampled: u32 },
}

impl Scheduler<'_> {
    /// Admits traces while there is room and returns whether it admitted any. Requested traces come first;
    /// speculative traces fill rows that would otherwise be padding.
    pub fn admit(&mut self, workload: &mut dyn Workload) -> Result<bool, EngineError> {
        let mut admitted = false;
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
                admitted = true;
            }
        }
        Ok(admitted)
    }

    /// Starts a trace, or queues it until its prompt is in the cache.
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

    /// Evaluates chunks of queued prompts and starts the traces that wait for them. Stops after the number of
    /// tokens allowed between two steps, but not before a trace runs.
    pub fn evaluate_prompts(&mut self, workload: &mut dyn Workload) -> Result<(), EngineError> {
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

    /// Draws a trace's first tokens: the first from its prompt's logits, further ones as long as earlier
    /// traces took the same path. The trace then joins the branch that waits for the same row, or gets a
    /// slot.
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
            Ok(Way::Open { known, node, drawn, sampled }) => {
                let live = Live { number: job.key.trace, sampler, drawn };
                self.settle(prompt, known, node, sampled, live)?;
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

    /// Follows the tree of tokens that the prompt's traces have drawn, starting with the draw in `reading`.
    fn follow(
        &mut self,
        key: TraceKey,
        sampler: &mut Sampler,
        reading: &mut RowSample,
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
                return Way::Open { known: node, node: None, drawn, sampled };
            };
            if !trie.recall(child, reading) {
                return Way::Open { known: node, node: Some(child), drawn, sampled };
            }
            reading.draw(sampler);
            node = child;
            sampled += 1;
            self.facts.rows_saved += 1;
        }
    }

    /// Finds the row that a trace needs next: the row of a branch at the same node, or a slot of its own with
    /// what is kept of most of its tokens: the cells of another branch, a state where others parted, the prompt.
    fn settle(
        &mut self,
        prompt: usize,
        known: Node,
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
        let holder = self.slots.holder(prompt, length, &cached.trie, known);
        let mut source = (Source::Kept(&cached.kept), 0);
        if let Some((kept, held)) = self.prompts.forks.nearest(prompt, &cached.trie, known) {
            source = (Source::Kept(kept), held);
        }
        if let Some((slot, held)) = holder.filter(|&(_, held)| held > source.1) {
            source = (Source::Slot(slot), held);
        }
        let (source, held) = source;
        // The next token to evaluate is last.
        let mut forced = vec![live.drawn];
        forced.extend(cached.trie.backwards(known, held as u32));
        let Some(pending) = forced.pop() else {
            return Err(EngineError::Other("a trace was started without a token".to_owned()));
        };
        let position = length + held;
        let branch = Branch { prompt, node, pending, forced, position, sampled, traces: vec![live] };
        self.slots.place(branch, source, &mut self.context)
    }
}
