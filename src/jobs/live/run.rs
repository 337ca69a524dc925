//! Follows a run by its events.

use std::collections::HashMap;

use super::figures::Figures;
use super::left::{Expected, Limits};
use crate::deepconf::policy::Policy;
use crate::deepconf::split::Split;
use crate::deepconf::stop::Step;
use crate::deepconf::vote::{Ballot, confidence_of, decide};
use crate::experiment::Event;
use crate::record::journal::Entry;
use crate::record::{Category, Decision, Trace};

/// What a run is to do, as far as its events do not say it.
#[derive(Clone, Copy, Debug)]
pub struct RunPlan<'a> {
    /// Policy of the decisions.
    pub policy: Policy,
    /// Split between confident and uncertain.
    pub split: Split,
    /// Most tokens of a trace.
    pub max_tokens: u32,
    /// Journal of an earlier process.
    pub known: &'a [Entry],
}

/// Follows a run by its events. Reads no clock: each event comes with the seconds since the run began.
pub struct LiveRun {
    policy: Policy,
    split: Split,
    total: u64,
    done: u64,
    failed: u64,
    undecided: u64,
    traces: u64,
    used: u64,
    budget: u64,
    expected: Expected,
    /// Ballots of prompts that are not decided, by trace number.
    ballots: HashMap<String, Vec<Option<Ballot>>>,
    /// Whether each decided prompt was refused, and its confidence.
    decided: Vec<(bool, Option<f64>)>,
}

impl LiveRun {
    /// Begins with the number of all prompts, and that of those done by an earlier process.
    #[must_use]
    pub fn new(total: u64, done: u64, plan: &RunPlan<'_>) -> Self {
        let at_once = match plan.policy.after(&[]) {
            Step::Continue { until } => until,
            Step::Stop(_) => 1,
        };
        let max_traces = plan.policy.stop.max_traces();
        let limits = Limits { max_tokens: plan.max_tokens, at_once, max_traces };
        let mut run = Self {
            policy: plan.policy,
            split: plan.split,
            total,
            done: 0,
            failed: 0,
            undecided: 0,
            traces: 0,
            used: 0,
            budget: 0,
            expected: Expected::new(total.saturating_sub(done), limits),
            ballots: HashMap::new(),
            decided: Vec::new(),
        };
        for entry in plan.known {
            match entry {
                Entry::Trace(trace) => run.trace(trace),
                Entry::Decision(decision) => run.decision(decision, 0.0),
                Entry::Instance(_) | Entry::Failure(_) => {}
            }
        }
        run.traces = 0;
        run.done = done;
        run
    }

    /// Hears an event.
    pub fn hear(&mut self, event: Event<'_>, seconds: f64) {
        match event {
            Event::Token => self.expected.token(),
            Event::TraceStarted { instance_id, number } => {
                self.expected.started(instance_id, number, seconds)
            }
            Event::Trace(trace) => self.trace(trace),
            Event::Decision(decision) => self.decision(decision, seconds),
            Event::Failure(failure) => {
                self.done += 1;
                self.failed += 1;
                self.ballots.remove(&failure.instance_id);
                self.expected.failed(&failure.instance_id);
            }
            Event::Planned(_) => {}
        }
    }

    fn trace(&mut self, trace: &Trace) {
        self.traces += 1;
        self.expected.ended(&trace.instance_id, trace.number, trace.tokens);
        let refused = trace.judgement.verdict.refused();
        let ballot = self.policy.ballot(refused, trace.measures.as_ref(), trace.tokens as usize);
        let ballots = self.ballots.entry(trace.instance_id.clone()).or_default();
        let number = trace.number as usize;
        if ballots.len() <= number {
            ballots.resize(number + 1, None);
        }
        ballots[number] = Some(ballot);
    }

    fn decision(&mut self, decision: &Decision, seconds: f64) {
        self.done += 1;
        self.used += u64::from(decision.traces_used);
        self.budget += u64::from(self.policy.stop.max_traces());
        self.expected.decided(&decision.instance_id, decision.traces_used, seconds);
        let ballots = self.ballots.remove(&decision.instance_id).unwrap_or_default();
        let used = ballots.get(..decision.traces_used as usize);
        let used: Option<Vec<Ballot>> = used.and_then(|used| used.iter().copied().collect());
        // A damaged journal may lack a trace.
        let Some(used) = used else { return };
        let voters = self.policy.voters(&used);
        match decide(&voters).refused() {
            Some(refused) => self.decided.push((refused, confidence_of(&voters, refused))),
            None => self.undecided += 1,
        }
    }

    /// Returns the figures after this many seconds.
    #[must_use]
    pub fn figures(&self, seconds: f64) -> Figures {
        Figures {
            total: self.total,
            done: self.done,
            failed: self.failed,
            undecided: self.undecided,
            quadrants: self.quadrants(),
            traces: self.traces,
            tokens: self.expected.tokens(),
            tokens_expected: self.expected.in_all(),
            seconds,
            seconds_left: self.expected.seconds_left(seconds),
            max_traces: self.policy.stop.max_traces(),
            saved: (self.budget > 0).then(|| 1.0 - self.used as f64 / self.budget as f64),
        }
    }

    /// Counts the quadrants, divided at the split of the decisions so far.
    fn quadrants(&self) -> [u64; 4] {
        let confidences: Vec<f64> = self.decided.iter().filter_map(|(_, confidence)| *confidence).collect();
        let split = self.split.value(&confidences);
        Category::ALL.map(|category| {
            let is_in = |&&(refused, confidence): &&(bool, Option<f64>)| {
                let is_confident = confidence.zip(split).map(|(confidence, split)| confidence >= split);
                is_confident.is_some_and(|confident| Category::of(refused, confident) == category)
            };
            self.decided.iter().filter(is_in).count() as u64
        })
    }
}
