//! Writes the journal and the clock readings during a run.

use std::path::Path;

use crate::experiment::{Ending, Event, Listener};
use crate::record::BoxError;
use crate::record::journal::Entry;
use crate::store::StoreError;
use crate::store::journal::Journal;
use crate::store::timings::{TimingEntry, Timings};

/// A listener that writes the journal and the clock readings.
pub struct JournalWriter<'a> {
    journal: &'a mut Journal,
    timings: Timings,
    /// Instance, trace number and time of the first token of each running trace.
    begun: Vec<(String, u32, f64)>,
}

impl<'a> JournalWriter<'a> {
    /// Opens a writer that appends to both files.
    ///
    /// # Errors
    /// Fails if the file of clock readings cannot be opened.
    pub fn new(journal: &'a mut Journal, timings: &Path) -> Result<Self, StoreError> {
        Ok(Self { journal, timings: Timings::open(timings)?, begun: Vec::new() })
    }

    /// Writes how the run ended.
    ///
    /// # Errors
    /// Fails if the file cannot be written.
    pub fn end(&mut self, ending: &Ending) -> Result<(), StoreError> {
        let at = self.timings.now();
        let (tokens_decoded, tokens_cancelled) =
            (ending.engine.tokens_decoded, ending.engine.tokens_cancelled);
        self.timings.append(&TimingEntry::End { at, tokens_decoded, tokens_cancelled })
    }
}

impl Listener for JournalWriter<'_> {
    fn hear(&mut self, event: Event<'_>) -> Result<(), BoxError> {
        // There are many tokens a second: they are not timed individually.
        if matches!(event, Event::Token | Event::Planned(_)) {
            return Ok(());
        }
        let at = self.timings.now();
        match event {
            Event::TraceStarted { instance_id, number } => {
                self.begun.push((instance_id.to_owned(), number, at))
            }
            Event::Token | Event::Planned(_) => {}
            Event::Trace(trace) => {
                self.journal.append(&Entry::Trace(Box::new(trace.clone())))?;
                let is_it = |(id, number, _): &(String, u32, f64)| {
                    *id == trace.instance_id && *number == trace.number
                };
                if let Some(index) = self.begun.iter().position(is_it) {
                    let (instance_id, number, started) = self.begun.swap_remove(index);
                    let tokens = trace.tokens;
                    self.timings.append(&TimingEntry::Trace {
                        instance_id,
                        number,
                        started,
                        finished: at,
                        tokens,
                    })?;
                }
            }
            Event::Decision(decision) => {
                self.journal.append(&Entry::Decision(decision.clone()))?;
                self.begun.retain(|(id, ..)| *id != decision.instance_id);
                self.timings
                    .append(&TimingEntry::Decision { instance_id: decision.instance_id.clone(), at })?;
            }
            Event::Failure(failure) => {
                self.journal.append(&Entry::Failure(failure.clone()))?;
                self.begun.retain(|(id, ..)| *id != failure.instance_id);
            }
        }
        Ok(())
    }
}
