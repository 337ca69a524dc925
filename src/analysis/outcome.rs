//! What a journal says of each instance.

use std::collections::HashMap;

use crate::record::journal::Entry;
use crate::record::{Decision, Instance, Trace};

/// One instance and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The prompt.
    pub instance: Instance,
    /// What became of it.
    pub state: State,
}

/// What became of an instance.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// Decided.
    Decided {
        /// The traces that the decision uses, by number.
        traces: Vec<Trace>,
        /// The decision.
        decision: Decision,
    },
    /// It could not be run.
    Failed {
        /// Why.
        error: String,
    },
    /// The run ended before it was decided.
    Open,
}

/// Joins the entries of a journal, in benchmark order.
///
/// A decision counts more than an earlier failure. A decision whose traces are not all there is
/// taken as open.
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
