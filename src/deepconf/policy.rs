//! Decision policy: what each trace contributes, which traces vote, and when sampling stops.

use super::online;
use super::stop::{Step, StopRule};
use super::vote::{self, Ballot};
use super::weight::VoteWeight;
use crate::record::{Measure, Measures, Prediction};

/// Rules that turn the measures of traces into a decision on their instance. The decision is a pure function
/// of traces 0 … n−1, so live sampling and the replay of a record decide alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Policy {
    /// Rule that ends sampling.
    pub stop: StopRule,
    /// Weight of a vote.
    pub vote: VoteWeight,
    /// Measure of an instance's confidence, also used by [`StopRule::Percentile`].
    pub confidence: Measure,
    /// Tokens per group of the group confidence.
    pub window: usize,
}

impl Policy {
    /// Returns a trace's ballot. `refused` is `None` if the verdict does not vote; the verdict of a cut trace
    /// never does.
    #[must_use]
    pub fn ballot(&self, refused: Option<bool>, measures: Option<&Measures>, tokens: usize) -> Ballot {
        Ballot {
            refused,
            confidence: measures.map(|measures| measures.get(self.confidence)),
            weight: self.vote.of(measures),
            bar_confidence: measures
                .map(|measures| online::bar_confidence(measures.lowest_group, tokens, self.window)),
        }
    }

    /// Returns the bar below which trace `number` is cut. `None` for a warm-up trace, before `ballots` holds
    /// the whole warm-up, and for rules that do not cut traces; such a trace runs to its end.
    #[must_use]
    pub fn bar(&self, ballots: &[Ballot], number: u32) -> Option<f64> {
        let (eta, warm_up) = self.stop.online()?;
        (number >= warm_up).then(|| bar(ballots, eta, warm_up)).flatten()
    }

    /// Returns the number below which traces may begin after `ended` traces have ended. Later traces must
    /// wait for a bar.
    #[must_use]
    pub fn may_begin_below(&self, ended: u32) -> u32 {
        match self.stop.online() {
            Some((_, warm_up)) if ended < warm_up => warm_up.min(self.stop.max_traces()),
            _ => self.stop.max_traces(),
        }
    }

    /// Returns the ballots without the votes that do not count: those of warm-up traces below the bar
    /// (DeepConf online) and those that [`VoteWeight::filter`] excludes.
    #[must_use]
    pub fn voters(&self, ballots: &[Ballot]) -> Vec<Ballot> {
        let mut voters = ballots.to_vec();
        if let Some((eta, warm_up)) = self.stop.online()
            && let Some(bar) = bar(ballots, eta, warm_up)
        {
            let is_below = |ballot: &&mut Ballot| ballot.bar_confidence.is_none_or(|value| value < bar);
            voters[..warm_up as usize].iter_mut().filter(is_below).for_each(|one| one.refused = None);
        }
        self.vote.filter(&mut voters);
        voters
    }

    /// Decides the next step after traces 0 … n−1.
    ///
    /// Cost: a sort of n values if the vote filters, otherwise linear in n.
    #[must_use]
    pub fn after(&self, ballots: &[Ballot]) -> Step {
        self.stop.after(&self.voters(ballots))
    }

    /// Returns the decision of these traces and the weighted share of refusing traces among the voters.
    #[must_use]
    pub fn decide(&self, ballots: &[Ballot]) -> (Prediction, Option<f64>) {
        let voters = self.voters(ballots);
        (vote::decide(&voters), vote::refusal_share(&voters))
    }
}

/// Returns the bar of the first `warm_up` ballots, or `None` if there are fewer. Ignores traces without
/// tokens.
fn bar(ballots: &[Ballot], eta: f64, warm_up: u32) -> Option<f64> {
    let warm = ballots.get(..warm_up as usize)?;
    let confidences: Vec<f64> = warm.iter().filter_map(|ballot| ballot.bar_confidence).collect();
    online::bar(&confidences, eta)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::StopReason;

    const ONLINE: Policy = Policy {
        stop: StopRule::DeepConf { eta: 50.0, tau: 0.95, warm_up: 3, max_traces: 6 },
        vote: VoteWeight::Measure(Measure::LowestGroup),
        confidence: Measure::Mean,
        window: 4,
    };

    fn ballots(traces: &[(Option<bool>, f64)]) -> Vec<Ballot> {
        let ballot = |&(refused, value)| Ballot {
            refused,
            confidence: Some(value),
            weight: value,
            bar_confidence: Some(value),
        };
        traces.iter().map(ballot).collect()
    }

    #[test]
    fn warm_up_traces_below_the_bar_do_not_vote() {
        let (yes, no) = (Some(true), Some(false));
        // The median of 1, 2, 3 is the bar: the first trace's vote is lost.
        let warm = ballots(&[(yes, 1.0), (no, 2.0), (no, 3.0)]);
        assert_eq!(ONLINE.bar(&warm, 3), Some(2.0));
        assert_eq!(ONLINE.bar(&warm, 2), None, "a warm-up trace is not cut");
        assert_eq!(ONLINE.bar(&warm[..2], 3), None, "the warm-up is not over");
        assert_eq!(ONLINE.decide(&warm), (Prediction::Safe, Some(0.0)));
        assert_eq!(ONLINE.after(&warm), Step::Stop(StopReason::Consensus));
        // Without the online rule the first trace votes.
        let offline = Policy { stop: StopRule::Fixed { traces: 3 }, ..ONLINE };
        assert_eq!(offline.decide(&warm).1, Some(1.0 / 6.0));
    }

    #[test]
    fn cut_traces_count_and_do_not_vote() {
        let (yes, no) = (Some(true), Some(false));
        let mut traces = ballots(&[(yes, 2.0), (no, 2.0), (no, 2.0), (None, 0.5)]);
        assert_eq!(ONLINE.after(&traces), Step::Continue { until: 5 });
        traces.extend(ballots(&[(None, 0.5), (None, 0.5)]));
        assert_eq!(ONLINE.after(&traces), Step::Stop(StopReason::MaxTraces));
        assert_eq!(ONLINE.decide(&traces).0, Prediction::Safe);
    }

    #[test]
    fn traces_behind_the_warm_up_wait_for_the_bar() {
        assert_eq!(ONLINE.may_begin_below(0), 3);
        assert_eq!(ONLINE.may_begin_below(2), 3);
        assert_eq!(ONLINE.may_begin_below(3), 6);
        let fixed = Policy { stop: StopRule::Fixed { traces: 9 }, ..ONLINE };
        assert_eq!(fixed.may_begin_below(0), 9);
    }

    #[test]
    fn an_empty_warm_up_sets_no_bar() {
        let empty = vec![Ballot::default(); 3];
        assert_eq!(ONLINE.bar(&empty, 3), None);
        assert_eq!(ONLINE.decide(&empty).0, Prediction::Undecided);
    }
}
