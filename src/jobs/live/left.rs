//! How many tokens a run will take: prompts × traces of a prompt × tokens of a trace.
//!
//! Short traces end first, and prompts that need few traces are decided first, so the mean of what has ended is
//! too small for most of a run. Both means are therefore Kaplan and Meier's (1958): what still runs counts as
//! at least as long as it is now. Measured on simulated schedules in `tests.rs`.

use std::collections::HashMap;

/// Expected tokens of a run. Prompts and traces of an earlier process count as known lengths.
#[derive(Debug)]
pub struct Expected {
    limits: Limits,
    /// Prompts that this process decides.
    prompts: u64,
    /// Tokens sampled in this process.
    tokens: u64,
    /// Tokens that each running trace got since the beginning: a step gives one to each.
    steps: f64,
    /// Running traces, and `steps` when they began.
    running: HashMap<(String, u32), f64>,
    /// Number of traces that ended with so many tokens.
    ended: Vec<u32>,
    /// Number of traces that were stopped after so many tokens, before their end.
    stopped: Vec<u32>,
    /// Number of prompts decided by so many traces.
    used: Vec<u32>,
    /// Prompts being worked on: traces that ended, and when the prompt began.
    open: HashMap<String, (u32, f64)>,
    /// Number and total seconds of the prompts begun and decided in this process.
    decided: (u64, f64),
}

/// What bounds a trace and a prompt.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most tokens of a trace.
    pub max_tokens: u32,
    /// Traces that a prompt begins with.
    pub at_once: u32,
    /// Most traces of a prompt.
    pub max_traces: u32,
}

impl Expected {
    /// Begins with the number of prompts to decide.
    pub fn new(prompts: u64, limits: Limits) -> Self {
        Self {
            limits,
            prompts,
            tokens: 0,
            steps: 0.0,
            running: HashMap::new(),
            ended: Vec::new(),
            stopped: Vec::new(),
            used: Vec::new(),
            open: HashMap::new(),
            decided: (0, 0.0),
        }
    }

    /// Hears that a trace began.
    pub fn started(&mut self, prompt: &str, number: u32, seconds: f64) {
        self.open.entry(prompt.to_owned()).or_insert((0, seconds));
        self.running.insert((prompt.to_owned(), number), self.steps);
    }

    /// Hears of a token. Called for every token, so it looks nothing up.
    pub fn token(&mut self) {
        self.tokens += 1;
        self.steps += 1.0 / self.running.len().max(1) as f64;
    }

    /// Hears that a trace ended.
    pub fn ended(&mut self, prompt: &str, number: u32, tokens: u32) {
        self.running.remove(&(prompt.to_owned(), number));
        count(&mut self.ended, tokens as usize);
        if let Some((ended, _)) = self.open.get_mut(prompt) {
            *ended += 1;
        }
    }

    /// Hears that a prompt was decided by this many traces, in this process or an earlier one.
    pub fn decided(&mut self, prompt: &str, used: u32, seconds: f64) {
        count(&mut self.used, used as usize);
        if let Some((_, begun)) = self.open.remove(prompt) {
            self.decided = (self.decided.0 + 1, self.decided.1 + (seconds - begun));
        }
        self.stop(prompt);
    }

    /// Hears that a prompt could not be run.
    pub fn failed(&mut self, prompt: &str) {
        self.prompts = self.prompts.saturating_sub(1);
        self.open.remove(prompt);
        self.stop(prompt);
    }

    /// Ends the traces of a prompt that still run.
    fn stop(&mut self, prompt: &str) {
        let (stopped, steps) = (&mut self.stopped, self.steps);
        self.running.retain(|(id, _), begun| {
            if id == prompt {
                count(stopped, (steps - *begun) as usize);
            }
            id != prompt
        });
    }

    /// Returns the tokens sampled in this process.
    pub fn tokens(&self) -> u64 {
        self.tokens
    }

    /// Returns the tokens that this process will have sampled at its end.
    pub fn in_all(&self) -> f64 {
        (self.prompts as f64 * self.traces_a_prompt() * self.tokens_a_trace()).max(self.tokens as f64)
    }

    fn tokens_a_trace(&self) -> f64 {
        let most = f64::from(self.limits.max_tokens);
        let mut so_far = self.stopped.clone();
        for begun in self.running.values() {
            count(&mut so_far, (self.steps - begun) as usize);
        }
        let (number, total) =
            self.ended.iter().enumerate().fold((0_u64, 0.0), |(number, total), (tokens, &times)| {
                (number + u64::from(times), total + tokens as f64 * f64::from(times))
            });
        // A trace that outlasts all others takes as much again as a mean one; at first half of what is allowed.
        let beyond = (total + most / 2.0) / (number + 1) as f64;
        mean_with_running(&self.ended, &so_far, beyond).clamp(1.0, most.max(1.0))
    }

    fn traces_a_prompt(&self) -> f64 {
        let (least, most) = (f64::from(self.limits.at_once), f64::from(self.limits.max_traces));
        if self.used.is_empty() {
            return least;
        }
        let mut so_far = Vec::new();
        for &(ended, _) in self.open.values() {
            count(&mut so_far, ended as usize);
        }
        mean_with_running(&self.used, &so_far, 1.0).clamp(least, most.max(least))
    }

    /// Returns the seconds left after this many seconds; `None` before the first token.
    pub fn seconds_left(&self, seconds: f64) -> Option<f64> {
        if self.tokens == 0 {
            return None;
        }
        let left = (self.in_all() - self.tokens as f64) * seconds / self.tokens as f64;
        // The last prompts run with fewer and fewer traces side by side: half of what a prompt takes.
        let (count, total) = self.decided;
        let prompt = if count > 0 { total / count as f64 } else { 0.0 };
        Some(left + 0.5 * prompt.min(left))
    }
}

fn count(counts: &mut Vec<u32>, value: usize) {
    if counts.len() <= value {
        counts.resize(value + 1, 0);
    }
    counts[value] += 1;
}

/// Returns the mean of lengths of which some are known whole (`ended`) and some only so far (`running`), both
/// as numbers of each length. A length beyond all of them is taken for `beyond` longer.
fn mean_with_running(ended: &[u32], running: &[u32], beyond: f64) -> f64 {
    let at = |counts: &[u32], value: usize| f64::from(counts.get(value).copied().unwrap_or(0));
    let mut at_risk = ended.iter().chain(running).map(|&count| f64::from(count)).sum::<f64>();
    let (mut survive, mut mean) = (1.0, 0.0);
    for value in 0..ended.len().max(running.len()) {
        if value > 0 {
            mean += survive;
        }
        let (done, open) = (at(ended, value), at(running, value));
        if done > 0.0 {
            survive *= 1.0 - done / at_risk;
        }
        at_risk -= done + open;
    }
    mean + survive * beyond
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_counts_as_at_least_as_long() {
        // 2, 4 and 6 have ended: their mean.
        assert!((mean_with_running(&[0, 0, 1, 0, 1, 0, 1], &[], 9.0) - 4.0).abs() < 1e-12);
        // By hand (Kaplan and Meier): 6 months, and one still running at 4: S(2) = 3/4, S(6) = 0 of one at risk.
        // Area: 2 + 0.75 × 4 = 5 for ends at 2 and 6 and two that run, both left at 4: S(6) = 0.
        let (ended, running) = ([0, 0, 1, 0, 0, 0, 1], [0, 0, 0, 0, 2]);
        assert!((mean_with_running(&ended, &running, 9.0) - 5.0).abs() < 1e-12);
        // The longest still runs: half survives the end at 2, up to 4, and then `beyond`.
        assert!(
            (mean_with_running(&[0, 0, 1], &[0, 0, 0, 0, 1], 3.0) - (2.0 + 0.5 * 2.0 + 0.5 * 3.0)).abs()
                < 1e-12
        );
    }

    #[test]
    fn nothing_is_said_before_the_first_token() {
        let mut expected = Expected::new(10, Limits { max_tokens: 100, at_once: 3, max_traces: 10 });
        assert_eq!(expected.seconds_left(5.0), None);
        expected.started("a", 0, 0.0);
        expected.token();
        // 10 prompts of 3 traces of 51 tokens, one of which took a second.
        assert!((expected.seconds_left(1.0).unwrap() - (10.0 * 3.0 * 51.0 - 1.0)).abs() < 1e-9);
    }

    #[test]
    fn at_the_end_nothing_is_left() {
        let mut expected = Expected::new(1, Limits { max_tokens: 9, at_once: 1, max_traces: 1 });
        expected.started("a", 0, 0.0);
        (0..4).for_each(|_| expected.token());
        expected.ended("a", 0, 4);
        expected.decided("a", 1, 2.0);
        assert_eq!((expected.in_all(), expected.seconds_left(2.0)), (4.0, Some(0.0)));
    }
}
