//! Recomputes the measures of recorded traces with another window or k.

use rayon::prelude::*;

use super::outcome::{Outcome, State};
use crate::chat::thinking;
use crate::deepconf::TOP_K;
use crate::deepconf::measures::{measures, top_k_confidences};
use crate::record::{Trace, TraceTokens};

/// A trace whose measures cannot be recomputed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{instance_id}, trace {number}: {what}")]
pub struct NotRecorded {
    /// Instance of the trace.
    pub instance_id: String,
    /// Number of the trace.
    pub number: u32,
    /// What is missing, and how to record it.
    pub what: String,
}

/// Recomputes the measures of every trace of every decided instance.
///
/// # Errors
/// If the tokens of a trace, or its top tokens for a k other than 20, were not recorded or are invalid.
///
/// # Panics
/// If `window` is 0.
pub fn remeasure(outcomes: &mut [Outcome], window: usize, k: usize) -> Result<(), NotRecorded> {
    outcomes.par_iter_mut().try_for_each(|outcome| {
        let State::Decided { traces, .. } = &mut outcome.state else { return Ok(()) };
        for trace in traces.iter_mut().filter(|trace| trace.tokens > 0) {
            let error = |what: String| NotRecorded {
                instance_id: trace.instance_id.clone(),
                number: trace.number,
                what,
            };
            let tokens = tokens(trace).map_err(error)?;
            let confidences = confidences(&tokens, k).map_err(error)?;
            trace.measures = measures(&tokens.log_probabilities, &confidences, window);
            if trace.answer_measures.is_some() {
                let first = thinking::first_answer_token(&tokens.text, &tokens.ends, tokens.opened);
                trace.answer_measures =
                    measures(&tokens.log_probabilities[first..], &confidences[first..], window);
            }
        }
        Ok(())
    })
}

/// Returns the recorded tokens of a trace.
///
/// # Errors
/// If the tokens were not recorded, or are damaged or incomplete. The message is for people.
pub fn tokens(trace: &Trace) -> Result<TraceTokens, String> {
    match &trace.recorded {
        Some(recorded) => {
            let tokens = recorded.unpack().map_err(|error| error.to_string())?;
            if tokens.len() != trace.tokens as usize {
                return Err(format!("recorded tokens: {} of {} found", tokens.len(), trace.tokens));
            }
            Ok(tokens)
        }
        None => Err("tokens were not recorded; run again with --record tokens".to_owned()),
    }
}

/// Returns the token confidences over the `k` top tokens.
///
/// # Errors
/// If `k` is 0 or too few top tokens were recorded. The message is for people.
pub fn confidences(tokens: &TraceTokens, k: usize) -> Result<Vec<f32>, String> {
    match &tokens.top {
        _ if k == TOP_K => Ok(tokens.confidences.clone()),
        _ if k == 0 => Err("k must be at least 1, not 0".to_owned()),
        Some(top) if k <= top.k => Ok(top_k_confidences(&top.values, top.k, k)),
        Some(top) => Err(format!("k = {k} needs more than the recorded top {} tokens", top.k)),
        None => Err("top tokens were not recorded; run again with --record top".to_owned()),
    }
}
