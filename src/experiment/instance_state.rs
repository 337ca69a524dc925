//! State of one instance during sampling: its traces by number, and the number requested.

use crate::deepconf::policy::Policy;
use crate::deepconf::stop::Step;
use crate::deepconf::vote::Ballot;
use crate::record::{StopReason, Trace};

/// State of one instance.
#[derive(Debug, Default)]
pub struct InstanceState {
    /// Ballots of the ended traces, by number; `None` for a trace that has not ended.
    ballots: Vec<Option<Ballot>>,
    /// Number below which all traces are begun; an earlier process may have finished others.
    begun: u32,
    /// Number of leading traces that the rule has considered.
    considered: u32,
    /// Number of traces that the rule requests.
    wanted: u32,
    /// Whether the instance is decided or has failed.
    pub closed: bool,
}

/// Returns the ballot of an ended trace.
pub fn ballot(trace: &Trace, policy: &Policy) -> Ballot {
    policy.ballot(trace.judgement.verdict.refused(), trace.measures.as_ref(), trace.tokens as usize)
}

impl InstanceState {
    /// Creates the state of an instance without traces.
    pub fn new(policy: &Policy) -> Self {
        let wanted = match policy.after(&[]) {
            Step::Continue { until } => until,
            Step::Stop(_) => 0,
        };
        Self { wanted, ..Self::default() }
    }

    /// Returns whether trace `number` has ended.
    pub fn has(&self, number: u32) -> bool {
        self.ballots.get(number as usize).is_some_and(Option::is_some)
    }

    /// Adds an ended trace. Numbers may come in any order.
    pub fn take(&mut self, number: u32, ballot: Ballot) {
        let index = number as usize;
        if self.ballots.len() <= index {
            self.ballots.resize(index + 1, None);
        }
        self.ballots[index] = Some(ballot);
    }

    /// Returns the next trace below `limit` to begin, if any.
    fn next_below(&self, limit: u32) -> Option<u32> {
        (self.begun..limit).find(|&number| !self.has(number))
    }

    /// Returns the next trace that the rule requests.
    pub fn next_wanted(&self) -> Option<u32> {
        self.next_below(self.wanted)
    }

    /// Returns the next trace that the rule may request later.
    pub fn next_possible(&self, policy: &Policy) -> Option<u32> {
        self.next_below(policy.may_begin_below(self.considered))
    }

    /// Marks a trace as begun and returns whether it is the last that may begin.
    pub fn begin(&mut self, number: u32, policy: &Policy) -> bool {
        self.begun = number + 1;
        self.next_below(policy.stop.max_traces()).is_none()
    }

    /// Returns the bar below which trace `number` is cut, if any.
    pub fn bar(&self, number: u32, policy: &Policy) -> Option<f64> {
        policy.bar(&self.prefix(), number)
    }

    /// Returns the ballots that the rule has considered.
    fn prefix(&self) -> Vec<Ballot> {
        self.ballots[..self.considered as usize].iter().copied().flatten().collect()
    }

    /// Passes the ended traces to the rule by number, one more at a time. Returns the number of traces used
    /// and the reason if the rule stops.
    pub fn consider(&mut self, policy: &Policy) -> Option<(u32, StopReason)> {
        while self.has(self.considered) {
            self.considered += 1;
            match policy.after(&self.prefix()) {
                Step::Stop(reason) => {
                    self.closed = true;
                    return Some((self.considered, reason));
                }
                Step::Continue { until } => self.wanted = until,
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deepconf::stop::StopRule;
    use crate::deepconf::weight::VoteWeight;
    use crate::record::Measure;

    const RULE: Policy = Policy {
        stop: StopRule::Consensus { tau: 0.95, min_traces: 3, max_traces: 10, settled: false },
        vote: VoteWeight::Plain,
        confidence: Measure::Mean,
        window: 8,
    };

    fn vote(refused: bool) -> Ballot {
        Ballot { refused: Some(refused), weight: 1.0, ..Ballot::default() }
    }

    #[test]
    fn decides_by_number_and_not_by_completion() {
        let mut state = InstanceState::new(&RULE);
        for number in 0..3 {
            assert_eq!(state.next_wanted(), Some(number));
            assert!(!state.begin(number, &RULE));
        }
        assert_eq!(state.next_wanted(), None);
        state.take(2, vote(true));
        state.take(1, vote(true));
        assert_eq!(state.consider(&RULE), None);
        state.take(0, vote(true));
        assert_eq!(state.consider(&RULE), Some((3, StopReason::Consensus)));
    }

    #[test]
    fn traces_of_an_earlier_process_are_not_begun_again() {
        let mut state = InstanceState::new(&RULE);
        state.take(1, vote(false));
        assert_eq!(state.next_wanted(), Some(0));
        state.begin(0, &RULE);
        assert_eq!(state.next_wanted(), Some(2));
    }

    #[test]
    fn speculative_traces_do_not_change_the_decision() {
        let mut state = InstanceState::new(&RULE);
        (0..4).for_each(|number| {
            state.begin(number, &RULE);
        });
        state.take(3, vote(false));
        (0..3).for_each(|number| state.take(number, vote(true)));
        assert_eq!(state.consider(&RULE), Some((3, StopReason::Consensus)));
    }
}
