//! Outcomes of the instances in a journal.

use std::collections::HashMap;

use crate::record::journal::Entry;
use crate::record::{Decision, Instance, Trace};

/// An instance and its state.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The instance.
    pub instance: Instance,
    /// State of the instance.
    pub state: State,
}

/// State of an instance.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// Sampled to completion.
    Decided {
        /// Traces that the decision uses, by number.
        traces: Vec<Trace>,
        /// The decision.
        decision: Decision,
    },
    /// Could not be run.
    Failed {
        /// Error message.
        error: String,
    },
    /// Left open by the end of the run.
    Open,
}

/// Joins the entries of a journal, in benchmark order.
///
/// A decision overrides a failure. A decision with missing traces is ignored.
#[must_use]
pub fn outcomes(entries: Vec<Entry>) -> Vec<Outcome> {
    let mut instances = Vec::new();
    let mut traces: HashMap<String, Vec<Trace>> = HashMap::new();
    let mut decisions: HashMap<String, Decision> = HashMap::new();
    let mut failures: HashMap<String, String> = HashMap::new();
    for entry in entries {
        match entry {
            Entry::Instance(instance) => instances.push(instance),
            Entry::Trace(trace) => traces.entry(trace.instance_id.clone()).or_default().push(*trace),
            Entry::Decision(decision) => {
                decisions.insert(decision.instance_id.clone(), decision);
            }
            Entry::Failure(failure) => {
                failures.insert(failure.instance_id, failure.error);
            }
        }
    }
    let state_of = |id: &str| {
        if let Some(decision) = decisions.remove(id) {
            let mut used = traces.remove(id).unwrap_or_default();
            used.retain(|trace| trace.number < decision.traces_used);
            used.sort_by_key(|trace| trace.number);
            used.dedup_by_key(|trace| trace.number);
            if used.len() == decision.traces_used as usize {
                return State::Decided { traces: used, decision };
            }
        }
        match failures.remove(id) {
            Some(error) => State::Failed { error },
            None => State::Open,
        }
    };
    let states: Vec<State> = instances.iter().map(|instance| instance.id.as_str()).map(state_of).collect();
    instances.into_iter().zip(states).map(|(instance, state)| Outcome { instance, state }).collect()
}
