//! Arguments about stopping: when an instance has enough traces.

use clap::parser::ValueSource;
use clap::{ArgMatches, Args};

use crate::deepconf::stop::StopRule;
use crate::deepconf::stop::name::{RuleName, RuleParameters};

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Stopping")]
pub struct StoppingArgs {
    /// Stop rule: consensus, settled, consensus-settled, adaptive-consistency, deepconf-low, deepconf-high, fixed,
    /// percentile
    ///
    /// consensus stops when enough verdicts agree; settled when further traces cannot change the decision;
    /// consensus-settled when either holds; adaptive-consistency when the majority's posterior is high enough.
    /// deepconf-low and deepconf-high (DeepConf online) also cut traces of low confidence. fixed always samples
    /// --max-traces. percentile is the rule of the earlier program.
    #[arg(long, value_name = "RULE", default_value = "consensus-settled")]
    pub stop: RuleName,
    /// Minimum number of traces; the warm-up of deepconf and percentile [default: 3, at most --max-traces].
    #[arg(long, value_name = "N")]
    pub min_traces: Option<u32>,
    /// Maximum number of traces per instance
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub max_traces: u32,
    /// Share of the votes that stops consensus and deepconf; posterior that stops adaptive-consistency.
    #[arg(long, default_value_t = 0.95, value_name = "SHARE")]
    pub tau: f64,
    /// deepconf: cut traces below the percentile 100 − η of the warm-up [default: low 10, high 90].
    #[arg(long, value_name = "PERCENT")]
    pub eta: Option<f64>,
    /// percentile: percentile of the warm-up's confidences.
    #[arg(long, default_value_t = 90.0, value_name = "P")]
    pub percentile: f64,
    /// Same as --stop fixed.
    #[arg(long)]
    pub no_early_stopping: bool,
}

impl StoppingArgs {
    /// Returns the rule's name.
    pub fn name(&self) -> RuleName {
        if self.no_early_stopping { RuleName::Fixed } else { self.stop }
    }

    /// Returns a note for each typed option that has no effect with the rule.
    pub fn idle(&self, matches: &ArgMatches) -> Vec<String> {
        let is_typed = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
        let name = self.name();
        let idle = |(option, id): &(&str, &str)| is_typed(id) && !name.takes(option);
        [("min-traces", "min_traces"), ("tau", "tau"), ("eta", "eta"), ("percentile", "percentile")]
            .iter()
            .filter(|one| idle(one))
            .map(|(option, _)| format!("note: --{option} has no effect with --stop {name}"))
            .collect()
    }

    /// Returns the rule.
    pub fn rule(&self) -> StopRule {
        let mut parameters = self.parameters();
        if self.min_traces.is_none() {
            parameters.min_traces = parameters.min_traces.min(parameters.max_traces.max(1));
        }
        self.name().rule(&parameters)
    }

    /// Returns the rule's parameters.
    pub fn parameters(&self) -> RuleParameters {
        let Self { max_traces, tau, percentile, eta, .. } = *self;
        let min_traces = self.min_traces.unwrap_or(RuleParameters::default().min_traces);
        RuleParameters { min_traces, max_traces, tau, eta, percentile }
    }
}
