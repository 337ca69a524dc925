//! What a run tells while it goes on. Journal, clock readings and progress bar are listeners.

use crate::record::BoxError;
use crate::record::journal::Failure;
use crate::record::{Decision, Trace};

/// One thing that happened.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// What the engine will take, in a line for a person; before anything runs.
    Planned(&'a str),
    /// A trace got its first token; comes before that token's own event.
    TraceStarted {
        /// Its instance.
        instance_id: &'a str,
        /// Its number.
        number: u32,
    },
    /// A token was sampled; many a second.
    Token,
    /// A trace ran to its end and was judged.
    Trace(&'a Trace),
    /// An instance was decided.
    Decision(&'a Decision),
    /// An instance could not be run.
    Failure(&'a Failure),
}

/// Hears what happens, in order.
pub trait Listener {
    /// Takes one event.
    ///
    /// # Errors
    /// Ends the run.
    fn hear(&mut self, event: Event<'_>) -> Result<(), BoxError>;
}

/// Several listeners in turn.
impl Listener for Vec<&mut dyn Listener> {
    fn hear(&mut self, event: Event<'_>) -> Result<(), BoxError> {
        self.iter_mut().try_for_each(|listener| listener.hear(event))
    }
}
