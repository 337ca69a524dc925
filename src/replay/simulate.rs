//! Simulates one instance under one setting.

use super::setting::Setting;
use super::traces::TraceView;
use crate::deepconf::online::GroupWatch;
use crate::deepconf::stop::Step;
use crate::deepconf::vote::Ballot;
use crate::record::{Prediction, StopReason};

/// Decision of a setting on an instance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decided {
    /// The decision.
    pub prediction: Prediction,
    /// Weighted share of refusing traces among the voters.
    pub refusal_rate: Option<f64>,
    /// Number of used traces, including cut ones.
    pub traces: u32,
    /// Number of used traces that were cut for low confidence.
    pub cut: u32,
    /// Number of tokens of used traces.
    pub tokens: u64,
    /// Reason why sampling ended.
    pub reason: StopReason,
}

/// Gives the traces to the policy one by one, as a live run does.
///
/// Returns `None` if the record lacks a trace that the policy needs, the end of a trace that the policy does
/// not cut, or the tokens of a trace that the policy might cut.
pub fn simulate(setting: &Setting, views: &[TraceView]) -> Option<Decided> {
    let policy = &setting.policy;
    let mut ballots: Vec<Ballot> = Vec::with_capacity(views.len());
    let (mut tokens, mut cut) = (0, 0);
    for (number, view) in (0..).zip(views) {
        let bar = policy.bar(&ballots, number);
        if bar.is_some() && view.confidences.is_empty() && view.tokens > 0 {
            return None;
        }
        let at = bar.and_then(|bar| cut_at(view, policy.window, bar));
        match at {
            Some(token) => {
                tokens += token as u64 + 1;
                cut += 1;
                // A cut trace casts no vote.
                ballots.push(policy.ballot(None, None, token + 1));
            }
            None if view.ends_open => return None,
            None => {
                tokens += view.tokens as u64;
                ballots.push(policy.ballot(view.refused, view.measures.as_ref(), view.tokens));
            }
        }
        if let Step::Stop(reason) = policy.after(&ballots) {
            let (prediction, refusal_rate) = policy.decide(&ballots);
            return Some(Decided { prediction, refusal_rate, traces: number + 1, cut, tokens, reason });
        }
    }
    None
}

/// Returns the index of the token at which a running trace falls below the bar.
fn cut_at(view: &TraceView, window: usize, bar: f64) -> Option<usize> {
    let mut watch = GroupWatch::new(window, bar);
    view.confidences.iter().position(|&confidence| watch.falls_below(confidence.into()))
}
