//! Implementation of [`Engine`]: describes the plan of a session and runs it.

use std::time::Instant;

use super::loaded::LlamaEngine;
use super::plan::EnginePlan;
use super::scheduler::Scheduler;
use crate::chat::Prompt;
use crate::engine::{Engine, EngineError, Session, Workload};
use crate::record::engine::CacheType;
use crate::record::manifest::EngineFacts;

impl LlamaEngine {
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
        format!(
            "engine: {} traces side by side, {} tokens each; KV cache{types} {} MiB ({} sequences{pool}), model \
             {} MiB, {} {threads}",
            plan.width,
            plan.cells,
            mebibytes(plan.kv_bytes),
            plan.streams(),
            mebibytes(self.model.size()),
            plan.threads_batch,
        )
    }
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
        let (plan, context) = self.context(session, self.plan(session))?;
        let begun = Instant::now();
        let head = match plan.shares_head {
            true => self.head(workload.prompt(session.head_prompt)),
            false => Vec::new(),
        };
        let mut scheduler = Scheduler::new(self, context, session, &plan, head);
        // Including this thread, sampling has `plan.threads` threads; they alternate with llama.cpp's.
        let threads = rayon::ThreadPoolBuilder::new().num_threads(plan.helpers().max(1)).build();
        let threads = threads.map_err(|error| EngineError::Other(error.to_string()))?;
        scheduler.run(&threads, workload)?;
        let mut facts = scheduler.into_facts();
        facts.width = plan.width;
        facts.width_chosen_by = Some(plan.width_chosen_by);
        facts.threads = plan.threads;
        facts.threads_batch = plan.threads_batch;
        facts.kv_bytes = plan.kv_bytes;
        facts.schedule_note = self.backends.schedule_note(&plan);
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
