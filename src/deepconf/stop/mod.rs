//! Stop rules decide how many traces an instance needs.
//!
//! A rule is a pure function of the ballots of traces 0 … n−1. It takes traces by number, not by order of
//! completion, so live sampling and the replay of a record decide alike.

mod adaptive_consistency;
mod consensus;
pub mod name;
mod percentile;
mod settled;

use serde::{Deserialize, Serialize};

use super::vote::Ballot;
use crate::record::StopReason;

/// Largest supported number of traces per instance; the paper's largest budget is 512.
const MAX_TRACES: u32 = 10_000;

/// A stop rule with its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum StopRule {
    /// Always sample `traces` traces.
    Fixed {
        /// Traces per instance, at least 1.
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
        /// Whether to stop also when the decision is [`StopRule::Settled`].
        #[serde(default)]
        settled: bool,
    },
    /// Stop when no trace left in the budget can change the decision. The decision equals that of the whole
    /// budget. Plain votes only.
    Settled {
        /// Budget, at least 1.
        max_traces: u32,
    },
    /// Stop when the Beta posterior that the current majority is the model's majority reaches `posterior`.
    AdaptiveConsistency {
        /// Probability in (0.5, 1).
        posterior: f64,
        /// First trace count at which the rule may fire, at least 1.
        min_traces: u32,
        /// Budget, at least `min_traces`.
        max_traces: u32,
    },
    /// DeepConf online: the first `warm_up` traces set a bar, a later trace is cut when one of its groups
    /// falls below the bar, and sampling stops when the winner's share reaches `tau`.
    #[serde(rename = "deepconf")]
    DeepConf {
        /// η: the bar is percentile 100 − η of the warm-up. DeepConf-low has η = 10, DeepConf-high η = 90.
        eta: f64,
        /// Share in (0.5, 1].
        tau: f64,
        /// Warm-up traces, at least 1.
        warm_up: u32,
        /// Budget, at least `warm_up`.
        max_traces: u32,
    },
    /// Stop when the running mean confidence reaches a percentile of the warm-up confidences. This is the
    /// rule of the earlier Python program, kept for comparison.
    Percentile {
        /// Percentile in [0, 100] of the first `min_traces` confidences.
        percentile: f64,
        /// Warm-up traces, at least 1.
        min_traces: u32,
        /// Budget, at least `min_traces`.
        max_traces: u32,
    },
}

/// Next step after n traces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The instance is decided.
    Stop(StopReason),
    /// Sample more traces. The rule cannot fire before there are `until` traces in total, so all of them
    /// may be started at once without waste. n < `until` ≤ the budget.
    Continue {
        /// Total number of traces.
        until: u32,
    },
}

impl StopRule {
    /// Returns the largest number of traces that the rule may request.
    #[must_use]
    pub fn max_traces(&self) -> u32 {
        match *self {
            Self::Fixed { traces } => traces,
            Self::Consensus { max_traces, .. }
            | Self::Settled { max_traces }
            | Self::AdaptiveConsistency { max_traces, .. }
            | Self::DeepConf { max_traces, .. }
            | Self::Percentile { max_traces, .. } => max_traces,
        }
    }

    /// Returns the smallest number of traces after which the rule may fire, warm-up included.
    #[must_use]
    pub fn min_traces(&self) -> u32 {
        match *self {
            Self::Fixed { traces } => traces,
            // Half of the budget is enough for a tie.
            Self::Settled { max_traces } => max_traces.div_ceil(2),
            Self::DeepConf { warm_up, .. } => warm_up,
            Self::Consensus { min_traces, .. }
            | Self::AdaptiveConsistency { min_traces, .. }
            | Self::Percentile { min_traces, .. } => min_traces,
        }
    }

    /// Returns η and the number of warm-up traces if the rule cuts running traces.
    #[must_use]
    pub fn online(&self) -> Option<(f64, u32)> {
        match *self {
            Self::DeepConf { eta, warm_up, .. } => Some((eta, warm_up)),
            _ => None,
        }
    }

    /// Returns the name used in files and on the command line.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match *self {
            Self::Fixed { .. } => "fixed",
            Self::Consensus { settled: false, .. } => "consensus",
            Self::Consensus { settled: true, .. } => "consensus-settled",
            Self::Settled { .. } => "settled",
            Self::AdaptiveConsistency { .. } => "adaptive-consistency",
            Self::DeepConf { eta: 10.0, .. } => "deepconf-low",
            Self::DeepConf { eta: 90.0, .. } => "deepconf-high",
            Self::DeepConf { .. } => "deepconf",
            Self::Percentile { .. } => "percentile",
        }
    }

    /// Checks that every parameter is in range.
    ///
    /// # Errors
    /// Names the option of the first parameter that is out of range.
    pub fn check(&self) -> Result<(), String> {
        let (min_traces, max_traces) = (self.min_traces(), self.max_traces());
        if max_traces == 0 || min_traces == 0 {
            return Err("0 traces: an instance needs at least 1".to_owned());
        }
        if max_traces > MAX_TRACES {
            return Err(format!("{max_traces} traces: at most {MAX_TRACES} are supported"));
        }
        if min_traces > max_traces {
            return Err(format!("--min-traces {min_traces} is greater than --max-traces {max_traces}"));
        }
        match *self {
            Self::Consensus { tau, .. } | Self::DeepConf { tau, .. } if !(tau > 0.5 && tau <= 1.0) => {
                Err(format!("--tau {tau} is not above 0.5 and at most 1"))
            }
            Self::AdaptiveConsistency { posterior, .. } if !(posterior > 0.5 && posterior < 1.0) => {
                Err(format!("--tau {posterior} is not above 0.5 and below 1"))
            }
            Self::DeepConf { eta, .. } if !(eta > 0.0 && eta <= 100.0) => {
                Err(format!("--eta {eta} is not above 0 and at most 100"))
            }
            Self::Percentile { percentile, .. } if !(0.0..=100.0).contains(&percentile) => {
                Err(format!("--percentile {percentile} is not between 0 and 100"))
            }
            _ => Ok(()),
        }
    }

    /// Decides the next step after traces 0 … n−1. `ballots` lists them in order; those that do not count
    /// have no vote ([`super::policy::Policy::voters`]).
    ///
    /// Cost: linear in n.
    #[must_use]
    pub fn after(&self, ballots: &[Ballot]) -> Step {
        let n = u32::try_from(ballots.len()).unwrap_or(u32::MAX);
        let (min_traces, max_traces) = (self.min_traces(), self.max_traces());
        let (fires, reason, until) = match *self {
            Self::Fixed { traces } => (n >= traces, StopReason::Fixed, traces),
            Self::Consensus { tau, settled: false, .. } => (
                consensus::reached(ballots, tau),
                StopReason::Consensus,
                consensus::earliest(ballots, tau, max_traces),
            ),
            Self::Consensus { tau, settled: true, .. } => {
                let agrees = consensus::reached(ballots, tau);
                (
                    agrees || settled::reached(ballots, max_traces),
                    if agrees { StopReason::Consensus } else { StopReason::Settled },
                    consensus::earliest(ballots, tau, max_traces).min(settled::earliest(ballots, max_traces)),
                )
            }
            Self::Settled { .. } => (
                settled::reached(ballots, max_traces),
                StopReason::Settled,
                settled::earliest(ballots, max_traces),
            ),
            Self::AdaptiveConsistency { posterior, .. } => (
                adaptive_consistency::reached(ballots, posterior),
                StopReason::AdaptiveConsistency,
                adaptive_consistency::earliest(ballots, posterior, max_traces),
            ),
            Self::DeepConf { tau, .. } => {
                (consensus::reached(ballots, tau), StopReason::Consensus, n.saturating_add(1))
            }
            Self::Percentile { percentile, min_traces, .. } => (
                percentile::reached(ballots, min_traces as usize, percentile),
                StopReason::Percentile,
                n.saturating_add(1),
            ),
        };
        if fires && n >= min_traces {
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

    const CONSENSUS: StopRule =
        StopRule::Consensus { tau: 0.95, min_traces: 3, max_traces: 10, settled: false };

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
        // 19 of 20 is the first share of 0.95 with a dissenter: 10 traces cannot reach it.
        assert_eq!(CONSENSUS.after(&ballots("ccr")), Step::Continue { until: 10 });
        assert_eq!(CONSENSUS.after(&ballots("ccrccccccc")), Step::Stop(StopReason::MaxTraces));
    }

    #[test]
    fn a_lower_share_can_be_reached_again() {
        let rule = StopRule::Consensus { tau: 0.8, min_traces: 3, max_traces: 10, settled: false };
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
                .map(|&confidence| Ballot { confidence: Some(confidence), ..ballots("r")[0] })
                .collect::<Vec<_>>()
        };
        assert_eq!(rule.after(&with(&[0.1, 0.2, 0.3])), Step::Continue { until: 4 });
        assert_eq!(rule.after(&with(&[0.1, 0.2, 0.3, 0.9])), Step::Stop(StopReason::Percentile));
        assert_eq!(rule.after(&with(&[0.1, 0.2, 0.3, 0.1, 0.1])), Step::Stop(StopReason::MaxTraces));
        assert_eq!(rule.after(&with(&[0.2, 0.2, 0.2])), Step::Stop(StopReason::Percentile));
    }
    #[test]
    fn consensus_may_end_when_the_decision_is_settled() {
        let rule = StopRule::Consensus { tau: 0.95, min_traces: 3, max_traces: 10, settled: true };
        assert_eq!(rule.after(&ballots("ccc")), Step::Stop(StopReason::Consensus));
        // Three more compliances make five, which is at worst a tie.
        assert_eq!(rule.after(&ballots("ccr")), Step::Continue { until: 6 });
        assert_eq!(rule.after(&ballots("ccrccc")), Step::Stop(StopReason::Settled));
        assert_eq!(CONSENSUS.after(&ballots("ccrccc")), Step::Continue { until: 10 });
    }

    #[test]
    fn no_rule_asks_for_less_than_it_can_use() {
        // Between n and `until` no votes make the rule fire.
        let rules = [
            CONSENSUS,
            StopRule::Consensus { tau: 0.75, min_traces: 2, max_traces: 7, settled: true },
            StopRule::Settled { max_traces: 7 },
            StopRule::AdaptiveConsistency { posterior: 0.9, min_traces: 2, max_traces: 7 },
        ];
        let all = |length: u32| {
            (0..3_u32.pow(length)).map(move |code| -> String {
                (0..length).map(|place| ['c', 'r', '-'][(code / 3_u32.pow(place) % 3) as usize]).collect()
            })
        };
        for rule in rules {
            for votes in (0..4).flat_map(all) {
                let Step::Continue { until } = rule.after(&ballots(&votes)) else { continue };
                for more in (1..3).flat_map(all) {
                    let longer = format!("{votes}{more}");
                    if (longer.len() as u32) < until {
                        let step = rule.after(&ballots(&longer));
                        assert!(matches!(step, Step::Continue { .. }), "{rule:?} after {votes} then {more}");
                    }
                }
            }
        }
    }
}
