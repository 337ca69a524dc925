//! Experiment loop: connects prompts, engine, judge and stop rule, and reports events to listeners.

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
    /// If the engine cannot continue or a listener fails; listeners keep the events reported before.
    pub fn run(&self, engine: &mut dyn Engine, listener: &mut dyn Listener) -> Result<Ending, BoxError> {
        let mut longest_prompt = 0;
        for (instance, prompt) in self.instances.iter().zip(self.prompts) {
            let tokens =
                engine.count_tokens(prompt).map_err(|error| format!("prompt of {}: {error}", instance.id))?;
            longest_prompt = longest_prompt.max(tokens);
        }
        let mut workload = ExperimentWorkload::new(self, listener);
        workload.take_known(self.known)?;
        // The head is the same for every prompt whose untrusted parts are known.
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
            return Err(format!("the engine stopped with {open} instances left to run").into());
        }
        workload.ending(facts)
    }
}
