//! Replays the traces of a record under other settings, without a model, a clock or files.
//!
//! A [`Setting`] is a policy, a token budget and a k. [`replay`] applies every setting to every instance. A
//! decision by n traces uses traces 0 … n−1, as in a live run, so a replay with a run's own settings gives
//! the run's own decisions.

pub mod grid;
mod pareto;
pub mod preset;
mod rejudge;
pub mod setting;
mod simulate;
mod tally;
mod traces;

use std::collections::HashMap;

use rayon::prelude::*;

pub use rejudge::{Rejudge, ReplayError};
pub use setting::Setting;
pub use simulate::Decided;
pub use tally::{SettingResult, Stratum};

use crate::analysis::outcome::{Outcome, State};
use crate::deepconf::policy::Policy;
use crate::deepconf::stop::StopRule;
use crate::deepconf::vote::Ballot;
use crate::deepconf::weight::VoteWeight;
use crate::record::{Instance, Prediction, Trace};
use setting::View;
use simulate::simulate;
use tally::Tally;
use traces::{Recording, views};

/// Result of a replay.
#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    /// Results, in the order of the settings.
    pub results: Vec<SettingResult>,
    /// Number of decided instances of the record.
    pub instances: usize,
    /// Number of tokens of all traces of these instances: the full budget.
    pub full_tokens: u64,
    /// Fewest and most traces of an instance.
    pub traces: (u32, u32),
    /// Decisions by setting, and by instance in the order of the record, if requested; `None` for an instance
    /// that lacks a trace.
    pub decisions: Vec<Vec<Option<Decided>>>,
}

/// Replays a record under every setting, with the instances in parallel.
///
/// Agreement is measured against the full budget: the plain vote over all traces of an instance at their full
/// length. An instance that lacks a trace that a setting needs is left out for that setting, and counted.
///
/// Cost: each trace is unpacked once, and its measures are computed once for each window, k and token budget.
/// Besides the record, memory holds one instance per thread.
///
/// # Errors
/// [`ReplayError`] of the first trace, in the order of the record, that cannot be replayed.
pub fn replay(
    outcomes: &[Outcome],
    settings: &[Setting],
    recorded_window: usize,
    rejudge: &Rejudge<'_>,
    keep_decisions: bool,
) -> Result<Replay, ReplayError> {
    let decided: Vec<(&Instance, &[Trace])> = outcomes
        .iter()
        .filter_map(|outcome| match &outcome.state {
            State::Decided { traces, .. } => Some((&outcome.instance, traces.as_slice())),
            State::Failed { .. } | State::Open => None,
        })
        .collect();
    let needs: Vec<View> = distinct(settings);
    let recording = Recording { window: recorded_window };
    let one = |&(instance, traces): &(&Instance, &[Trace])| -> Result<_, ReplayError> {
        let views = views(instance, traces, &needs, recording, rejudge)?;
        let full = full_budget(traces);
        let decisions: Vec<Option<Decided>> =
            settings.iter().map(|setting| simulate(setting, &views[&setting.view()])).collect();
        let mut tallies: Vec<Tally> = vec![Tally::default(); settings.len()];
        for (tally, decision) in tallies.iter_mut().zip(&decisions) {
            tally.count(instance.label, full, decision.as_ref());
        }
        Ok((tallies, if keep_decisions { decisions } else { Vec::new() }))
    };
    // Chunks keep the number of tallies in memory small.
    let mut totals: Vec<Tally> = vec![Tally::default(); settings.len()];
    let mut kept: Vec<Vec<Option<Decided>>> =
        vec![Vec::new(); if keep_decisions { settings.len() } else { 0 }];
    for chunk in decided.chunks(CHUNK) {
        let found: Vec<Result<_, ReplayError>> = chunk.par_iter().map(one).collect();
        for result in found {
            let (tallies, decisions) = result?;
            totals.iter_mut().zip(tallies).for_each(|(total, tally)| total.add(&tally));
            kept.iter_mut().zip(decisions).for_each(|(kept, decision)| kept.push(decision));
        }
    }
    let counts = || decided.iter().map(|(_, traces)| traces.len() as u32);
    let full_tokens =
        decided.iter().flat_map(|(_, traces)| *traces).map(|trace| u64::from(trace.tokens)).sum();
    let mut results: Vec<SettingResult> =
        settings.iter().zip(&totals).map(|(setting, tally)| tally.result(*setting, full_tokens)).collect();
    pareto::mark(&mut results);
    Ok(Replay {
        results,
        instances: decided.len(),
        full_tokens,
        traces: (counts().min().unwrap_or(0), counts().max().unwrap_or(0)),
        decisions: kept,
    })
}

/// Number of instances per chunk.
const CHUNK: usize = 256;

/// Returns the distinct views of the settings.
fn distinct(settings: &[Setting]) -> Vec<View> {
    let mut seen = HashMap::new();
    settings.iter().map(Setting::view).filter(|view| seen.insert(*view, ()).is_none()).collect()
}

/// Returns the plain vote over all traces, and the winner's share of it.
fn full_budget(traces: &[Trace]) -> (Prediction, Option<f64>) {
    let policy = Policy {
        stop: StopRule::Fixed { traces: traces.len().max(1) as u32 },
        vote: VoteWeight::Plain,
        confidence: crate::record::Measure::Mean,
        window: 1,
    };
    let ballot = |trace: &Trace| Ballot {
        refused: trace.judgement.verdict.refused(),
        weight: 1.0,
        ..Ballot::default()
    };
    let (prediction, share) = policy.decide(&traces.iter().map(ballot).collect::<Vec<_>>());
    (prediction, share.map(|share| share.max(1.0 - share)))
}
