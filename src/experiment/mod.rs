//! The loop that joins prompts, engine, judge and stop rule, and tells listeners what it learns.

mod ending;
pub mod event;
mod instance_state;
mod live_trace;
mod request;
mod workload;

use std::sync::atomic::Ordering;

pub use ending::Ending;
pub use event::{Event, Listener};
pub use request::Experiment;
use workload::ExperimentWorkload;

use crate::chat::Prompt;
use crate::engine::{Engine, Session};
use crate::record::BoxError;
use crate::record::manifest::EngineFacts;

impl Experiment<'_> {
    /// Runs every instance that is not decided yet.
    ///
    /// # Errors
    /// If the engine cannot go on or a listener fails; what was told to listeners before is kept by
    /// them.
    pub fn run(&self, engine: &mut dyn Engine, listener: &mut dyn Listener) -> Result<Ending, BoxError> {
        let mut longest_prompt = 0;
        for (instance, prompt) in self.instances.iter().zip(self.prompts) {
            let tokens =
                engine.count_tokens(prompt).map_err(|error| format!("prompt of {}: {error}", instance.id))?;
            longest_prompt = longest_prompt.max(tokens);
        }
        let mut workload = ExperimentWorkload::new(self, listener);
        workload.take_known(self.known)?;
        // It is the same for every prompt that tells its user's words from the template's.
        let tells = |prompt: &Prompt| prompt.outside_texts().any(|part| !part.is_empty());
        let head_prompt = self.prompts.iter().position(tells).unwrap_or(0);
        let session = Session {
            sampling: self.settings.sampling,
            max_tokens: self.settings.max_tokens,
            longest_prompt,
            head: self.prompts.get(head_prompt).map_or(0, |prompt| engine.head_tokens(prompt)),
            head_prompt,
            traces_at_once: workload.traces_at_once(),
            prompts: workload.open().max(1),
            ignore_eos: false,
        };
        let facts = match workload.open() {
            0 => EngineFacts::default(),
            _ => {
                if let Some(line) = engine.describe(&session) {
                    workload.tell(Event::Planned(&line))?;
                }
                engine.run(&session, &mut workload)?
            }
        };
        let open = workload.open();
        if open > 0 && !self.interrupt.load(Ordering::Relaxed) {
            workload.check()?;
            return Err(format!("the engine stopped with {open} instances to run").into());
        }
        workload.ending(facts)
    }
}
