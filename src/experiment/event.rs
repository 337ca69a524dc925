//! Events that a run reports. Journal, timings and progress bar are listeners.

use crate::record::BoxError;
use crate::record::journal::Failure;
use crate::record::{Decision, Trace};

/// Event of a run.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// The engine described its resources in one line for the user, before anything runs.
    Planned(&'a str),
    /// A trace got its first token; precedes the event of that token.
    TraceStarted {
        /// Id of the trace's instance.
        instance_id: &'a str,
        /// Number of the trace.
        number: u32,
    },
    /// A token was sampled; occurs many times per second.
    Token,
    /// A trace ran to its end and was judged.
    Trace(&'a Trace),
    /// An instance was decided.
    Decision(&'a Decision),
    /// An instance could not be run.
    Failure(&'a Failure),
}

/// Receiver of events, in order.
pub trait Listener {
    /// Receives one event.
    ///
    /// # Errors
    /// An error ends the run.
    fn hear(&mut self, event: Event<'_>) -> Result<(), BoxError>;
}

/// Passes each event to several listeners in turn.
impl Listener for Vec<&mut dyn Listener> {
    fn hear(&mut self, event: Event<'_>) -> Result<(), BoxError> {
        self.iter_mut().try_for_each(|listener| listener.hear(event))
    }
}
