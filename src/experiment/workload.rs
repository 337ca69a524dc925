//! Workload of an experiment.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

use super::ending::Ending;
use super::event::{Event, Listener};
use super::instance_state::{InstanceState, ballot};
use super::live_trace::LiveTrace;
use super::request::Experiment;
use crate::chat::{Prompt, thinking};
use crate::deepconf::online::GroupWatch;
use crate::deepconf::policy::Policy;
use crate::deepconf::stop::Step;
use crate::engine::{EngineError, PromptState, Room, Token, TraceJob, TraceKey, Workload};
use crate::judge;
use crate::record::BoxError;
use crate::record::journal::{Entry, Failure};
use crate::record::manifest::EngineFacts;
use crate::record::verdict::UNKNOWN_FORMAT;
use crate::record::{Decision, FinishReason, Judgement, Trace, Verdict};
use crate::sampling::seed::trace_seed;

/// Workload that chooses traces, judges them and decides instances.
pub struct ExperimentWorkload<'a> {
    experiment: &'a Experiment<'a>,
    listener: &'a mut dyn Listener,
    policy: Policy,
    states: Vec<InstanceState>,
    /// Open instances whose prompts the engine has, in the order they were begun.
    active: Vec<usize>,
    /// Index of the first instance not considered yet; all earlier ones are begun or closed.
    next_instance: usize,
    running: HashMap<TraceKey, LiveTrace>,
    decided: usize,
    failed: usize,
    /// Failure of a listener inside a callback that cannot return it.
    broken: Option<BoxError>,
}

impl<'a> ExperimentWorkload<'a> {
    pub fn new(experiment: &'a Experiment<'a>, listener: &'a mut dyn Listener) -> Self {
        let policy = experiment.settings.policy();
        Self {
            experiment,
            listener,
            policy,
            states: experiment.instances.iter().map(|_| InstanceState::new(&policy)).collect(),
            active: Vec::new(),
            next_instance: 0,
            running: HashMap::new(),
            decided: 0,
            failed: 0,
            broken: None,
        }
    }

    /// Loads the journal entries of an earlier process and decides every instance whose traces suffice.
    ///
    /// Failures are ignored, so their instances run again.
    pub fn take_known(&mut self, entries: &[Entry]) -> Result<(), BoxError> {
        let index_of: HashMap<&str, usize> = self
            .experiment
            .instances
            .iter()
            .enumerate()
            .map(|(index, instance)| (instance.id.as_str(), index))
            .collect();
        let mut decided = vec![None; self.states.len()];
        for entry in entries {
            match entry {
                Entry::Trace(trace) => {
                    if let Some(&index) = index_of.get(trace.instance_id.as_str()) {
                        self.states[index].take(trace.number, ballot(trace, &self.policy));
                    }
                }
                Entry::Decision(decision) => {
                    if let Some(&index) = index_of.get(decision.instance_id.as_str()) {
                        decided[index] = Some(decision.traces_used);
                    }
                }
                Entry::Instance(_) | Entry::Failure(_) => {}
            }
        }
        for (index, traces_used) in decided.into_iter().enumerate() {
            // A decision with missing traces is recomputed.
            if traces_used.is_some_and(|used| (0..used).all(|number| self.states[index].has(number))) {
                self.states[index].closed = true;
                self.decided += 1;
            } else {
                self.consider(index)?;
            }
        }
        Ok(())
    }

    /// Returns the number of instances that are neither decided nor failed.
    pub fn open(&self) -> usize {
        self.states.iter().filter(|state| !state.closed).count()
    }

    /// Returns the number of traces that start together for a new instance.
    pub fn traces_at_once(&self) -> u32 {
        match self.policy.after(&[]) {
            Step::Continue { until } => until,
            Step::Stop(_) => 1,
        }
    }

    /// Returns a listener's failure that could not be returned at once.
    ///
    /// # Errors
    /// The failure, if any.
    pub fn check(&mut self) -> Result<(), BoxError> {
        self.broken.take().map_or(Ok(()), Err)
    }

    /// Ends the workload and returns the outcome of the run.
    ///
    /// # Errors
    /// As for [`ExperimentWorkload::check`].
    pub fn ending(mut self, engine: EngineFacts) -> Result<Ending, BoxError> {
        self.check()?;
        Ok(Ending { decided: self.decided, failed: self.failed, open: self.open(), engine })
    }

    /// Passes an event to the listener.
    pub fn tell(&mut self, event: Event<'_>) -> Result<(), BoxError> {
        self.listener.hear(event)
    }

    fn hear(&mut self, event: Event<'_>) {
        if let Err(error) = self.listener.hear(event) {
            self.broken.get_or_insert(error);
        }
    }

    fn consider(&mut self, index: usize) -> Result<PromptState, BoxError> {
        let Some((traces_used, stop_reason)) = self.states[index].consider(&self.policy) else {
            return Ok(PromptState::Open);
        };
        let instance_id = self.experiment.instances[index].id.clone();
        self.decided += 1;
        self.close(index);
        self.listener.hear(Event::Decision(&Decision { instance_id, traces_used, stop_reason }))?;
        Ok(PromptState::Closed)
    }

    fn close(&mut self, index: usize) {
        self.states[index].closed = true;
        self.active.retain(|&active| active != index);
        self.running.retain(|key, _| key.prompt != index);
    }

    fn job(&mut self, index: usize, number: u32) -> TraceJob {
        let key = TraceKey { prompt: index, trace: number };
        let last = self.states[index].begin(number, &self.policy);
        let seed = trace_seed(self.experiment.settings.seed, &self.experiment.instances[index].id, number);
        let opened = thinking::prompt_opens_thinking(&self.experiment.prompts[index].text);
        let bar = self.states[index].bar(number, &self.policy);
        let watch = bar.map(|bar| GroupWatch::new(self.policy.window, bar));
        let stop_text = self.experiment.settings.chat.format.stop_text();
        self.running.insert(key, LiveTrace::new(opened, watch, stop_text));
        TraceJob { key, seed, last }
    }

    fn next_new(&mut self) -> Option<(usize, u32)> {
        while let Some(state) = self.states.get(self.next_instance) {
            let index = self.next_instance;
            self.next_instance += 1;
            if !state.closed
                && let Some(number) = state.next_wanted()
            {
                self.active.push(index);
                return Some((index, number));
            }
        }
        None
    }
}

/// Returns the judgement of a reply that cannot be split into thinking and answer.
fn unknown_format(marker: &str) -> Judgement {
    let reason = format!("{UNKNOWN_FORMAT}: it has {marker} where an answer would begin");
    Judgement::new(Verdict::Unparsed, reason, None)
}

impl Workload for ExperimentWorkload<'_> {
    /// Prefers traces that a rule has requested, then new prompts. Traces that a rule may request later run
    /// only if their rows would otherwise be padding.
    fn next(&mut self, room: Room) -> Option<TraceJob> {
        let find = |choose: &dyn Fn(&InstanceState) -> Option<u32>| {
            self.active.iter().find_map(|&index| Some((index, choose(&self.states[index])?)))
        };
        let mut chosen = find(&InstanceState::next_wanted);
        if chosen.is_none() && room.speculative {
            chosen = find(&|state| state.next_possible(&self.policy));
        }
        if room.new_prompt && !room.speculative {
            chosen = chosen.or_else(|| self.next_new());
        }
        chosen.map(|(index, number)| self.job(index, number))
    }

    fn prompt(&self, prompt: usize) -> &Prompt {
        &self.experiment.prompts[prompt]
    }

    fn token(&mut self, key: TraceKey, token: &Token<'_>) -> ControlFlow<()> {
        let mut is_first = false;
        let mut end = ControlFlow::Continue(());
        if let Some(running) = self.running.get_mut(&key) {
            is_first = running.is_empty();
            end = running.push(token, self.experiment.settings.record);
        }
        if is_first {
            let instance_id = &self.experiment.instances[key.prompt].id;
            self.hear(Event::TraceStarted { instance_id, number: key.trace });
        }
        self.hear(Event::Token);
        end
    }

    fn finished(&mut self, key: TraceKey, reason: FinishReason) -> Result<PromptState, BoxError> {
        self.check()?;
        let Some(running) = self.running.remove(&key) else {
            return Err(format!(
                "the engine ended trace {} of prompt {}, which is not running",
                key.trace, key.prompt
            )
            .into());
        };
        let instance = &self.experiment.instances[key.prompt];
        let settings = self.experiment.settings;
        // The engine does not know why the workload ended a trace.
        let reason = if running.is_stopped() { FinishReason::Stop } else { reason };
        let ended = running.end(settings.analysis.window, settings.record);
        if ended.measures.is_some_and(|measures| !measures.is_finite()) {
            let what = "the engine returned a log-probability or confidence that is not finite";
            self.failed(key.prompt, EngineError::Other(what.to_owned()))?;
            return Ok(PromptState::Closed);
        }
        let judgement = match (reason, &ended.unknown) {
            (FinishReason::Cut, _) => judge::cut(),
            (_, Some(marker)) => unknown_format(marker),
            (_, None) => {
                let judgement = self.experiment.judge.judge(&instance.prompt, &ended.answer);
                judge::of_ended(judgement, &ended.answer, reason)
            }
        };
        let trace = Trace {
            instance_id: instance.id.clone(),
            number: key.trace,
            seed: trace_seed(settings.seed, &instance.id, key.trace),
            answer: ended.answer,
            thinking: ended.thinking,
            finish_reason: reason,
            tokens: ended.tokens,
            measures: ended.measures,
            answer_measures: ended.answer_measures,
            judgement,
            recorded: ended.recorded,
        };
        self.states[key.prompt].take(key.trace, ballot(&trace, &self.policy));
        self.listener.hear(Event::Trace(&trace))?;
        self.consider(key.prompt)
    }

    fn failed(&mut self, prompt: usize, error: EngineError) -> Result<(), BoxError> {
        let instance_id = self.experiment.instances[prompt].id.clone();
        self.failed += 1;
        self.close(prompt);
        self.listener.hear(Event::Failure(&Failure { instance_id, error: error.to_string() }))
    }

    fn interrupted(&self) -> bool {
        self.experiment.interrupt.load(Ordering::Relaxed) || self.broken.is_some()
    }
}
