//! Stop rules: how many traces an instance needs.
//!
//! A rule is a pure function of the ballots of traces 0 … n−1, by number and never by completion,
//! so live sampling and the replay of a record decide alike.

mod consensus;
mod percentile;

use serde::{Deserialize, Serialize};

use super::vote::Ballot;
use crate::record::StopReason;

/// A stop rule with its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum StopRule {
    /// Always `traces` traces.
    Fixed {
        /// Traces of every instance, at least 1.
        traces: u32,
    },
    /// Stop when the winner's share of the vote reaches `tau`.
    Consensus {
        /// Share in (0.5, 1].
        tau: f64,
        /// First trace count at which the rule may fire, at least 1.
        min_traces: u32,
        /// Budget, at least `min_traces`.
        max_traces: u32,
    },
    /// Stop when the running mean confidence reaches a percentile of the warm-up's: the rule of the
    /// earlier Python program, kept for comparison.
    Percentile {
        /// Percentile in [0, 100] of the first `min_traces` confidences.
        percentile: f64,
        /// Warm-up traces, at least 1.
        min_traces: u32,
        /// Budget, at least `min_traces`.
        max_traces: u32,
    },
}

/// What to do after n traces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The instance is decided.
    Stop(StopReason),
    /// Sample on. The rule cannot fire before there are `until` traces in all, so that many may be
    /// started at once without waste. n < `until` ≤ the budget.
    Continue {
        /// Traces in all.
        until: u32,
    },
}

impl StopRule {
    /// The most traces the rule may ask for.
    #[must_use]
    pub fn max_traces(&self) -> u32 {
        match *self {
            Self::Fixed { traces } => traces,
            Self::Consensus { max_traces, .. } | Self::Percentile { max_traces, .. } => max_traces,
        }
    }

    /// The name as written to files and typed on the command line.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Fixed { .. } => "fixed",
            Self::Consensus { .. } => "consensus",
            Self::Percentile { .. } => "percentile",
        }
    }

    /// The decision after the traces of `ballots`, which are traces 0 … n−1 in order.
    ///
    /// Cost: linear in n.
    #[must_use]
    pub fn after(&self, ballots: &[Ballot]) -> Step {
        let n = u32::try_from(ballots.len()).unwrap_or(u32::MAX);
        let (fires, reason, min_traces, max_traces, until) = match *self {
            Self::Fixed { traces } => (n >= traces, StopReason::Fixed, traces, traces, traces),
            Self::Consensus { tau, min_traces, max_traces } => (
                n >= min_traces && consensus::reached(ballots, tau),
                StopReason::Consensus,
                min_traces,
                max_traces,
                consensus::earliest(ballots, tau, max_traces),
            ),
            Self::Percentile { percentile, min_traces, max_traces } => (
                n >= min_traces && percentile::reached(ballots, min_traces as usize, percentile),
                StopReason::Percentile,
                min_traces,
                max_traces,
                n.saturating_add(1),
            ),
        };
        if fires {
            Step::Stop(reason)
        } else if n >= max_traces {
            Step::Stop(StopReason::MaxTraces)
        } else {
            Step::Continue { until: until.max(min_traces).clamp(n + 1, max_traces) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::vote::tests::ballots;
    use super::*;

    const CONSENSUS: StopRule = StopRule::Consensus { tau: 0.95, min_traces: 3, max_traces: 10 };

    #[test]
    fn fixed_asks_for_all_at_once() {
        let rule = StopRule::Fixed { traces: 5 };
        assert_eq!(rule.after(&[]), Step::Continue { until: 5 });
        assert_eq!(rule.after(&ballots("rrrrr")), Step::Stop(StopReason::Fixed));
    }

    #[test]
    fn consensus_needs_the_minimum_and_a_share() {
        assert_eq!(CONSENSUS.after(&[]), Step::Continue { until: 3 });
        assert_eq!(CONSENSUS.after(&ballots("cc")), Step::Continue { until: 3 });
        assert_eq!(CONSENSUS.after(&ballots("ccc")), Step::Stop(StopReason::Consensus));
    }

    #[test]
    fn one_dissenter_at_tau_095_spends_the_budget_at_once() {
        // 19 of 20 is the first share of 0.95 with a dissenter: not within 10 traces.
        assert_eq!(CONSENSUS.after(&ballots("ccr")), Step::Continue { until: 10 });
        assert_eq!(CONSENSUS.after(&ballots("ccrccccccc")), Step::Stop(StopReason::MaxTraces));
    }

    #[test]
    fn a_lower_share_can_be_reached_again() {
        let rule = StopRule::Consensus { tau: 0.8, min_traces: 3, max_traces: 10 };
        // 4 of 5 is the first share of 0.8 after "ccr".
        assert_eq!(rule.after(&ballots("ccr")), Step::Continue { until: 5 });
        assert_eq!(rule.after(&ballots("ccrcc")), Step::Stop(StopReason::Consensus));
    }

    #[test]
    fn without_verdicts_sampling_goes_on() {
        assert_eq!(CONSENSUS.after(&ballots("---")), Step::Continue { until: 4 });
        assert_eq!(CONSENSUS.after(&ballots("--r")), Step::Stop(StopReason::Consensus));
    }

    #[test]
    fn percentile_compares_the_running_mean_with_the_warm_up() {
        let rule = StopRule::Percentile { percentile: 90.0, min_traces: 3, max_traces: 5 };
        let with = |confidences: &[f64]| {
            confidences
                .iter()
                .map(|&confidence| Ballot { refused: Some(true), confidence: Some(confidence), weight: 1.0 })
                .collect::<Vec<_>>()
        };
        assert_eq!(rule.after(&with(&[0.1, 0.2, 0.3])), Step::Continue { until: 4 });
        assert_eq!(rule.after(&with(&[0.1, 0.2, 0.3, 0.9])), Step::Stop(StopReason::Percentile));
        assert_eq!(rule.after(&with(&[0.1, 0.2, 0.3, 0.1, 0.1])), Step::Stop(StopReason::MaxTraces));
        assert_eq!(rule.after(&with(&[0.2, 0.2, 0.2])), Step::Stop(StopReason::Percentile));
    }
}
