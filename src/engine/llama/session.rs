//! Implementation of [`Engine`]: describes the plan of a session and runs it.

use std::time::Instant;

use super::loaded::LlamaEngine;
use super::pace::Pace;
use super::plan::EnginePlan;
use super::scheduler::Scheduler;
use crate::chat::Prompt;
use crate::engine::{Engine, EngineError, Session, Workload};
use crate::record::engine::{CacheType, ModelMemory};
use crate::record::manifest::EngineFacts;

impl LlamaEngine {
    fn memory(&self) -> ModelMemory {
        match (self.model.is_recurrent(), self.model.is_hybrid(), self.shape.sliding_window) {
            (true, _, _) => ModelMemory::Recurrent,
            (_, true, _) => ModelMemory::Hybrid,
            (_, _, true) => ModelMemory::SlidingWindow,
            _ => ModelMemory::Attention,
        }
    }

    /// Describes a plan in one line.
    fn described(&self, plan: &EnginePlan) -> String {
        let mebibytes = |bytes: u64| thousands(bytes.div_ceil(1 << 20));
        let (keys, values) = (self.settings.cache_type_k, self.settings.cache_type_v);
        let types = match (keys, values) {
            (CacheType::F16, CacheType::F16) => String::new(),
            (keys, values) if keys == values => format!(" {}", keys.name()),
            (keys, values) => format!(" {}/{}", keys.name(), values.name()),
        };
        let pool = if plan.unified { ", one pool" } else { "" };
        let threads = if plan.threads_batch == 1 { "thread" } else { "threads" };
        let gpu = self.offload.text().map_or_else(String::new, |text| format!(", {text}"));
        format!(
            "engine: {} traces side by side, {} tokens each; KV cache{types} {} MiB ({} sequences{pool}), model \
             {} MiB, {} {threads}{gpu}",
            plan.width,
            plan.cells,
            mebibytes(plan.kv_bytes),
            plan.streams(),
            mebibytes(self.model.size()),
            plan.threads_batch,
        )
    }
}

/// Returns what cannot be shared: a recurrent state cannot be cut back to fewer tokens.
fn sharing_note(plan: &EnginePlan) -> Option<String> {
    let from = match (plan.rewinds, plan.fork_bytes) {
        (true, _) => return None,
        (false, 0) => "from the end of its prompt",
        (false, _) => {
            "from the nearest state that was kept where traces parted, or from the end of its prompt"
        }
    };
    Some(format!(
        "a trace that begins later than others of its prompt, and leaves their tokens, goes on {from}: a recurrent \
         state cannot be cut back"
    ))
}

/// Formats a number with commas between thousands.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let groups: Vec<&str> = std::iter::once(&digits[..first])
        .chain((first..digits.len()).step_by(3).map(|at| &digits[at..at + 3]))
        .filter(|group| !group.is_empty())
        .collect();
    groups.join(",")
}

impl Engine for LlamaEngine {
    fn count_tokens(&self, prompt: &Prompt) -> Result<usize, EngineError> {
        Ok(self.tokenize(prompt).len())
    }

    fn head_tokens(&self, prompt: &Prompt) -> usize {
        self.head(prompt).len()
    }

    fn vocabulary(&self, tell: &mut dyn FnMut(u32, &[u8])) {
        self.texts_of_tokens(tell);
    }

    fn describe(&self, session: &Session) -> Option<String> {
        Some(self.described(&self.plan(session)))
    }

    fn run(&mut self, session: &Session, workload: &mut dyn Workload) -> Result<EngineFacts, EngineError> {
        let mut watch = self.watch.take();
        let plan = self.plan(session);
        let threads_batch = match &mut watch {
            Some(watch) => watch.begin(plan.threads_batch),
            None => plan.threads_batch,
        };
        let mut pace = Pace::new(watch, plan.threads_batch, threads_batch);
        let facts = self.run_plan(session, plan, &mut pace, workload);
        // Also after an error: the engine may run another session.
        self.watch = pace.into_watch();
        facts
    }
}

impl LlamaEngine {
    fn run_plan(
        &self,
        session: &Session,
        plan: EnginePlan,
        pace: &mut Pace,
        workload: &mut dyn Workload,
    ) -> Result<EngineFacts, EngineError> {
        let threads_batch = pace.threads();
        let (plan, context) = self.context(session, plan, threads_batch)?;
        let begun = Instant::now();
        let head = match plan.shares_head {
            true => self.head(workload.prompt(session.head_prompt)),
            false => Vec::new(),
        };
        let scheduler = Scheduler::new(self, context, session, &plan, head);
        // Including this thread, sampling has `plan.threads` threads; they alternate with llama.cpp's.
        let threads = rayon::ThreadPoolBuilder::new().num_threads(plan.helpers().max(1)).build();
        let threads = threads.map_err(|error| EngineError::Other(error.to_string()))?;
        let mut facts = scheduler.run(&threads, pace, workload)?;
        facts.width = plan.width;
        facts.width_chosen_by = Some(plan.width_chosen_by);
        facts.threads = plan.threads;
        facts.threads_batch = plan.threads_batch;
        facts.threads_least =
            Some(facts.threads_least.map_or(threads_batch, |least| least.min(threads_batch)))
                .filter(|&least| least < plan.threads_batch);
        facts.kv_bytes = plan.kv_bytes;
        facts.gpu = self.offload.facts();
        facts.memory = Some(self.memory());
        facts.state_bytes = Some(self.shape.recurrent_bytes).filter(|&bytes| bytes > 0);
        facts.sharing_note = sharing_note(&plan);
        facts.schedule_note = self.backends.schedule_note(&plan).or_else(|| self.adapters.note());
        facts.schedule_independent = facts.schedule_note.is_none();
        facts.context_per_sequence = plan.cells;
        facts.micro_batch = plan.micro_batch;
        facts.seconds = begun.elapsed().as_secs_f64();
        Ok(facts)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn thousands_are_told_apart() {
        let texts = [0, 12, 378, 1_932, 45_678, 1_234_567].map(super::thousands);
        assert_eq!(texts, ["0", "12", "378", "1,932", "45,678", "1,234,567"]);
    }
}
