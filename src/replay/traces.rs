//! Traces of an instance as a setting sees them: shortened, measured with its window and k, judged.

use std::collections::HashMap;

use super::rejudge::{Rejudge, ReplayError};
use super::setting::View;
use crate::analysis::remeasure::{confidences, tokens};
use crate::chat::thinking;
use crate::deepconf::TOP_K;
use crate::deepconf::measures::measures;
use crate::record::{FinishReason, Instance, Measures, Trace, TraceTokens};

/// A trace as it would have ended.
#[derive(Clone, Debug)]
pub struct TraceView {
    /// Number of tokens.
    pub tokens: usize,
    /// Whether the trace counts as refused; `None` without a vote.
    pub refused: Option<bool>,
    /// Measures of the trace.
    pub measures: Option<Measures>,
    /// Token confidences, for rules that cut running traces; empty if not recorded.
    pub confidences: Vec<f32>,
    /// Whether the record ends here because a live rule cut the trace; the rest is unknown.
    pub ends_open: bool,
}

/// How the record was made.
#[derive(Clone, Copy, Debug)]
pub struct Recording {
    /// Window of the recorded measures.
    pub window: usize,
}

/// Returns every view of every trace.
///
/// # Errors
/// If a view needs tokens, or top tokens, that were not recorded.
pub fn views(
    instance: &Instance,
    traces: &[Trace],
    needs: &[View],
    recording: Recording,
    rejudge: &Rejudge<'_>,
) -> Result<HashMap<View, Vec<TraceView>>, ReplayError> {
    let mut found: HashMap<View, Vec<TraceView>> =
        needs.iter().map(|&view| (view, Vec::with_capacity(traces.len()))).collect();
    for trace in traces {
        let tokens = trace.recorded.is_some().then(|| tokens(trace)).transpose();
        let tokens = tokens.map_err(|what| ReplayError {
            instance_id: trace.instance_id.clone(),
            number: trace.number,
            what,
        })?;
        let mut source =
            Source { instance, trace, tokens, rejudge, confidences: HashMap::new(), refused: HashMap::new() };
        for view in needs {
            let seen = source.view(view, recording)?;
            found.entry(*view).or_default().push(seen);
        }
    }
    Ok(found)
}

/// A trace with its tokens, and results that several views share.
struct Source<'a> {
    instance: &'a Instance,
    trace: &'a Trace,
    tokens: Option<TraceTokens>,
    rejudge: &'a Rejudge<'a>,
    /// Token confidences, by k.
    confidences: HashMap<usize, Vec<f32>>,
    /// Verdicts, by number of tokens.
    refused: HashMap<usize, Option<bool>>,
}

impl Source<'_> {
    fn view(&mut self, view: &View, recording: Recording) -> Result<TraceView, ReplayError> {
        let whole = self.trace.tokens as usize;
        let most = view.max_tokens.map_or(whole, |most| whole.min(most as usize));
        let has_text =
            self.tokens.as_ref().is_some_and(|one| !one.text.is_empty() || self.trace.answer.is_empty());
        if (view.settle.is_some() || most < whole) && whole > 0 && !has_text {
            return Err(self.missing(
                "a shorter answer needs token text, which was not recorded; run again with --record tokens",
            ));
        }
        let length = view.settle.and_then(|step| self.settled(step, most)).unwrap_or(most);
        let is_whole = length == whole;
        let was_cut = self.trace.finish_reason == FinishReason::Cut;
        if self.tokens.is_none()
            && is_whole
            && (whole == 0 || (view.k == TOP_K && view.window == recording.window))
        {
            return Ok(TraceView {
                tokens: whole,
                refused: self.trace.judgement.verdict.refused(),
                measures: self.trace.measures,
                confidences: Vec::new(),
                ends_open: was_cut,
            });
        }
        self.confidences_of(view.k)?;
        let Some(tokens) = &self.tokens else {
            return Err(self.missing("tokens were not recorded; run again with --record tokens"));
        };
        let confidences = &self.confidences[&view.k][..length];
        let measures = measures(&tokens.log_probabilities[..length], confidences, view.window);
        let confidences = confidences.to_vec();
        let refused =
            if is_whole { self.trace.judgement.verdict.refused() } else { self.judge_short(length) };
        Ok(TraceView { tokens: length, refused, measures, confidences, ends_open: was_cut && is_whole })
    }

    /// Computes the token confidences for a k, if they are not cached.
    fn confidences_of(&mut self, k: usize) -> Result<(), ReplayError> {
        if let Some(tokens) = &self.tokens
            && !self.confidences.contains_key(&k)
        {
            let made = confidences(tokens, k).map_err(|what| self.missing(&what))?;
            self.confidences.insert(k, made);
        }
        Ok(())
    }

    /// Returns the verdict on the answer in the first `length` tokens.
    fn judge_short(&mut self, length: usize) -> Option<bool> {
        let Some(tokens) = &self.tokens else { return None };
        *self.refused.entry(length).or_insert_with(|| {
            let text = tokens.text_of(length);
            let answer = String::from_utf8_lossy(&text[thinking::split(text, tokens.opened).answer]);
            (self.rejudge)(&self.instance.prompt, &answer).verdict.refused()
        })
    }

    /// Returns the length at which two consecutive verdicts, `step` tokens apart, agree; `None` if none do
    /// before `most`.
    fn settled(&mut self, step: u32, most: usize) -> Option<usize> {
        let mut before = None;
        for length in (step as usize..most).step_by(step as usize) {
            let now = self.judge_short(length);
            if now.is_some() && now == before {
                return Some(length);
            }
            before = now;
        }
        None
    }

    fn missing(&self, what: &str) -> ReplayError {
        ReplayError {
            instance_id: self.trace.instance_id.clone(),
            number: self.trace.number,
            what: what.to_owned(),
        }
    }
}
