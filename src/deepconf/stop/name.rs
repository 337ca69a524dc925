//! Names of stop rules as typed on the command line, without parameters.

use std::fmt;
use std::str::FromStr;

use super::StopRule;
use crate::record::names::find;

/// The name of a stop rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleName {
    /// [`StopRule::Fixed`].
    Fixed,
    /// [`StopRule::Consensus`].
    Consensus,
    /// [`StopRule::Consensus`] that also stops when the decision is settled.
    ConsensusSettled,
    /// [`StopRule::Settled`].
    Settled,
    /// [`StopRule::AdaptiveConsistency`].
    AdaptiveConsistency,
    /// [`StopRule::DeepConf`] with η = 10 by default.
    DeepConfLow,
    /// [`StopRule::DeepConf`] with η = 90 by default.
    DeepConfHigh,
    /// [`StopRule::Percentile`].
    Percentile,
}

/// Parameters of all rules; each rule ignores those it does not take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RuleParameters {
    /// Smallest number of traces before a rule may fire; also the size of a warm-up.
    pub min_traces: u32,
    /// Budget.
    pub max_traces: u32,
    /// Winner's share, or the posterior of adaptive consistency.
    pub tau: f64,
    /// η of DeepConf online; `None` uses the default of the rule's name.
    pub eta: Option<f64>,
    /// Percentile of the earlier program's rule.
    pub percentile: f64,
}

impl Default for RuleParameters {
    fn default() -> Self {
        Self { min_traces: 3, max_traces: 10, tau: 0.95, eta: None, percentile: 90.0 }
    }
}

impl RuleName {
    /// All names, in listing order.
    pub const ALL: [Self; 8] = [
        Self::Fixed,
        Self::Consensus,
        Self::ConsensusSettled,
        Self::Settled,
        Self::AdaptiveConsistency,
        Self::DeepConfLow,
        Self::DeepConfHigh,
        Self::Percentile,
    ];

    /// Returns the name as typed on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Consensus => "consensus",
            Self::ConsensusSettled => "consensus-settled",
            Self::Settled => "settled",
            Self::AdaptiveConsistency => "adaptive-consistency",
            Self::DeepConfLow => "deepconf-low",
            Self::DeepConfHigh => "deepconf-high",
            Self::Percentile => "percentile",
        }
    }

    /// Returns whether the rule takes `parameter`: `min-traces`, `tau`, `eta` or `percentile`. `true` for any
    /// other name.
    #[must_use]
    pub fn takes(self, parameter: &str) -> bool {
        match parameter {
            "min-traces" => !matches!(self, Self::Fixed | Self::Settled),
            "tau" => !matches!(self, Self::Fixed | Self::Settled | Self::Percentile),
            "eta" => matches!(self, Self::DeepConfLow | Self::DeepConfHigh),
            "percentile" => self == Self::Percentile,
            _ => true,
        }
    }

    /// Splits a rule into its name and parameters; parameters that it does not take have their defaults.
    #[must_use]
    pub fn of(rule: &StopRule) -> (Self, RuleParameters) {
        let mut parameters = RuleParameters {
            min_traces: rule.min_traces().min(3),
            max_traces: rule.max_traces(),
            ..RuleParameters::default()
        };
        let name = match *rule {
            StopRule::Fixed { .. } => Self::Fixed,
            StopRule::Settled { .. } => Self::Settled,
            StopRule::Consensus { tau, min_traces, settled, .. } => {
                (parameters.tau, parameters.min_traces) = (tau, min_traces);
                if settled { Self::ConsensusSettled } else { Self::Consensus }
            }
            StopRule::AdaptiveConsistency { posterior, min_traces, .. } => {
                (parameters.tau, parameters.min_traces) = (posterior, min_traces);
                Self::AdaptiveConsistency
            }
            StopRule::DeepConf { eta, tau, warm_up, .. } => {
                (parameters.tau, parameters.min_traces, parameters.eta) = (tau, warm_up, Some(eta));
                if eta > 50.0 { Self::DeepConfHigh } else { Self::DeepConfLow }
            }
            StopRule::Percentile { percentile, min_traces, .. } => {
                (parameters.percentile, parameters.min_traces) = (percentile, min_traces);
                Self::Percentile
            }
        };
        (name, parameters)
    }

    /// Builds the rule from its parameters.
    #[must_use]
    pub fn rule(self, parameters: &RuleParameters) -> StopRule {
        let RuleParameters { min_traces, max_traces, tau, eta, percentile } = *parameters;
        let deepconf = |usual: f64| {
            let eta = eta.unwrap_or(usual);
            StopRule::DeepConf { eta, tau, warm_up: min_traces, max_traces }
        };
        match self {
            Self::Fixed => StopRule::Fixed { traces: max_traces },
            Self::Consensus => StopRule::Consensus { tau, min_traces, max_traces, settled: false },
            Self::ConsensusSettled => StopRule::Consensus { tau, min_traces, max_traces, settled: true },
            Self::Settled => StopRule::Settled { max_traces },
            Self::AdaptiveConsistency => {
                StopRule::AdaptiveConsistency { posterior: tau, min_traces, max_traces }
            }
            Self::DeepConfLow => deepconf(10.0),
            Self::DeepConfHigh => deepconf(90.0),
            Self::Percentile => StopRule::Percentile { percentile, min_traces, max_traces },
        }
    }
}

impl fmt::Display for RuleName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for RuleName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        find("stop rule", text, Self::ALL.map(|rule| (rule.name(), rule)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_found_again_by_name_and_parameters() {
        let given = RuleParameters { min_traces: 2, max_traces: 7, tau: 0.8, eta: None, percentile: 40.0 };
        for name in RuleName::ALL {
            assert_eq!(name.name().parse(), Ok(name));
            let rule = name.rule(&given);
            assert_eq!(rule.name(), name.name());
            let (found, parameters) = RuleName::of(&rule);
            assert_eq!((found, found.rule(&parameters)), (name, rule));
        }
    }
}
