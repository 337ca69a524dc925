//! When an instance has enough traces, as it is typed.

use clap::parser::ValueSource;
use clap::{ArgMatches, Args};

use crate::deepconf::stop::StopRule;
use crate::deepconf::stop::name::{RuleName, RuleParameters};

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Stopping")]
pub struct StoppingArgs {
    /// When an instance has enough traces: when the verdicts agree (consensus), when no further trace
    /// can change the decision (settled), when either (consensus-settled), by the posterior of the
    /// majority (adaptive-consistency), by DeepConf online, which also cuts traces of low confidence
    /// (deepconf-low, deepconf-high), always the maximum (fixed), or the earlier program's percentile.
    #[arg(long, value_name = "RULE", default_value = "consensus-settled")]
    pub stop: RuleName,
    /// Traces before the rule may fire; the warm-up of deepconf and percentile.
    #[arg(long, default_value_t = 3, value_name = "N")]
    pub min_traces: u32,
    /// Traces of an instance at most.
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub max_traces: u32,
    /// Consensus and deepconf: the winner's share that is enough; adaptive-consistency: the posterior.
    #[arg(long, default_value_t = 0.95, value_name = "SHARE")]
    pub tau: f64,
    /// Deepconf: the bar is the percentile 100 − η of the warm-up [default: low 10, high 90].
    #[arg(long, value_name = "PERCENT")]
    pub eta: Option<f64>,
    /// Percentile: of the warm-up's confidences.
    #[arg(long, default_value_t = 90.0, value_name = "P")]
    pub percentile: f64,
    /// Sample the maximum for every instance: --stop fixed.
    #[arg(long)]
    pub no_early_stopping: bool,
}

impl StoppingArgs {
    /// The rule's name.
    pub fn name(&self) -> RuleName {
        if self.no_early_stopping { RuleName::Fixed } else { self.stop }
    }

    /// What was typed and changes nothing with the rule, in words.
    pub fn idle(&self, matches: &ArgMatches) -> Vec<String> {
        let is_typed = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
        let name = self.name();
        let idle = |(option, id): &(&str, &str)| is_typed(id) && !name.takes(option);
        [("min-traces", "min_traces"), ("tau", "tau"), ("eta", "eta"), ("percentile", "percentile")]
            .iter()
            .filter(|one| idle(one))
            .map(|(option, _)| format!("note: --{option} changes nothing with --stop {name}"))
            .collect()
    }

    /// The rule that was typed.
    pub fn rule(&self) -> StopRule {
        self.name().rule(&self.parameters())
    }

    /// Its parameters.
    pub fn parameters(&self) -> RuleParameters {
        let Self { min_traces, max_traces, tau, percentile, eta, .. } = *self;
        RuleParameters { min_traces, max_traces, tau, eta, percentile }
    }
}
