//! Grids of settings: every combination of the requested values, each once.

use super::setting::Setting;
use crate::deepconf::policy::Policy;
use crate::deepconf::stop::name::{RuleName, RuleParameters};
use crate::deepconf::weight::VoteWeight;
use crate::record::Measure;

/// Values to combine. A rule uses the axes it knows. An empty axis gives no settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grid {
    /// Stop rules.
    pub rules: Vec<RuleName>,
    /// Minimum numbers of traces before a rule may fire, also the lengths of warm-ups.
    pub min_traces: Vec<u32>,
    /// Trace budgets.
    pub max_traces: Vec<u32>,
    /// Thresholds on the winner's share or the posterior.
    pub tau: Vec<f64>,
    /// η of DeepConf online; determined by the rule's name if absent.
    pub eta: Vec<Option<f64>>,
    /// Percentiles of the earlier program's rule.
    pub percentile: Vec<f64>,
    /// Weights of votes; the default of the rule if absent.
    pub votes: Vec<Option<VoteWeight>>,
    /// Measures of the percentile rule.
    pub confidences: Vec<Measure>,
    /// Window sizes, tokens.
    pub windows: Vec<usize>,
    /// Numbers of top tokens in a token confidence.
    pub ks: Vec<usize>,
    /// Maximum tokens of a trace; as recorded if absent.
    pub max_tokens: Vec<Option<u32>>,
    /// Tokens between two checks of a running trace's verdict; no checks if absent.
    pub settle: Vec<Option<u32>>,
}

impl Grid {
    /// Returns this grid with the axes of `other` where they are not empty.
    #[must_use]
    pub fn with(self, other: &Self) -> Self {
        fn axis<T: Clone>(own: Vec<T>, other: &[T]) -> Vec<T> {
            if other.is_empty() { own } else { other.to_vec() }
        }
        Self {
            rules: axis(self.rules, &other.rules),
            min_traces: axis(self.min_traces, &other.min_traces),
            max_traces: axis(self.max_traces, &other.max_traces),
            tau: axis(self.tau, &other.tau),
            eta: axis(self.eta, &other.eta),
            percentile: axis(self.percentile, &other.percentile),
            votes: axis(self.votes, &other.votes),
            confidences: axis(self.confidences, &other.confidences),
            windows: axis(self.windows, &other.windows),
            ks: axis(self.ks, &other.ks),
            max_tokens: axis(self.max_tokens, &other.max_tokens),
            settle: axis(self.settle, &other.settle),
        }
    }

    /// Returns the distinct settings, in the order of the axes. Invalid combinations (a minimum above the
    /// budget) are left out.
    ///
    /// `base` is the run's own setting. Parameters that change no decision are taken from it.
    ///
    /// # Errors
    /// If a value is out of range; the message names its option.
    pub fn settings(&self, base: &Setting) -> Result<Vec<Setting>, String> {
        let mut settings: Vec<Setting> = Vec::new();
        for policy in self.policies() {
            if policy.stop.min_traces() > policy.stop.max_traces() {
                continue;
            }
            policy.stop.check()?;
            let lengths = product(&self.max_tokens, &self.settle);
            for (k, (max_tokens, settle)) in product(&self.ks, &lengths) {
                let setting = Setting { policy, k, max_tokens, settle }.canonical(base);
                if !settings.contains(&setting) {
                    settings.push(setting);
                }
            }
        }
        Ok(settings)
    }

    fn policies(&self) -> Vec<Policy> {
        let mut policies = Vec::new();
        for rule in &self.rules {
            for stop in self.parameters().iter().map(|parameters| rule.rule(parameters)) {
                let measured = product(&self.confidences, &self.windows);
                for (vote, (confidence, window)) in product(&self.votes, &measured) {
                    let vote = vote.unwrap_or(VoteWeight::usual(&stop));
                    let policy = Policy { stop, vote, confidence, window };
                    if !policies.contains(&policy) {
                        policies.push(policy);
                    }
                }
            }
        }
        policies
    }

    fn parameters(&self) -> Vec<RuleParameters> {
        let mut all = Vec::new();
        for (max_traces, min_traces) in product(&self.max_traces, &self.min_traces) {
            for (tau, (eta, percentile)) in product(&self.tau, &product(&self.eta, &self.percentile)) {
                all.push(RuleParameters { min_traces, max_traces, tau, eta, percentile });
            }
        }
        all
    }
}

/// Returns every pair; the first axis varies slowest.
fn product<A: Copy, B: Copy>(first: &[A], second: &[B]) -> Vec<(A, B)> {
    first.iter().flat_map(|&a| second.iter().map(move |&b| (a, b))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deepconf::stop::StopRule;

    fn base() -> Setting {
        let policy = Policy {
            stop: StopRule::Fixed { traces: 10 },
            vote: VoteWeight::Plain,
            confidence: Measure::Probability,
            window: 16,
        };
        Setting { policy, k: 20, max_tokens: None, settle: None }
    }

    fn grid(rules: &[RuleName]) -> Grid {
        Grid {
            rules: rules.to_vec(),
            min_traces: vec![3, 12],
            max_traces: vec![5, 10],
            tau: vec![0.8, 0.95],
            eta: vec![None],
            percentile: vec![20.0, 90.0],
            votes: vec![None],
            confidences: vec![Measure::Probability, Measure::Mean],
            windows: vec![8, 32],
            ks: vec![20, 5],
            max_tokens: vec![None],
            settle: vec![None],
        }
    }

    #[test]
    fn an_axis_that_changes_nothing_adds_nothing() {
        let count = |rule| grid(&[rule]).settings(&base()).unwrap().len();
        assert_eq!(count(RuleName::Fixed), 2, "budgets");
        assert_eq!(count(RuleName::Consensus), 4, "budgets x tau");
        // Budgets × percentiles × measures; the mean has two k.
        assert_eq!(count(RuleName::Percentile), 2 * 2 * 3);
        // Budgets × tau × windows × k.
        assert_eq!(count(RuleName::DeepConfLow), 16);
    }

    #[test]
    fn weighted_votes_bring_their_axes() {
        let mut grid = grid(&[RuleName::Fixed]);
        grid.votes = vec![None, Some("tail:10".parse().unwrap()), Some("probability".parse().unwrap())];
        assert_eq!(grid.settings(&base()).unwrap().len(), 2 * (1 + 2 * 2 + 1));
    }
    #[test]
    fn a_value_out_of_its_range_is_told() {
        let mut grid = grid(&[RuleName::Consensus]);
        grid.tau = vec![0.9, 95.0];
        assert!(grid.settings(&base()).unwrap_err().contains("--tau 95"));
    }
}
