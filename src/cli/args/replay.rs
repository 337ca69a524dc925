//! Arguments of `replay`.

use std::path::PathBuf;

use clap::Args;

use crate::deepconf::stop::name::RuleName;
use crate::deepconf::weight::VoteWeight;
use crate::record::Measure;
use crate::replay::grid::Grid;
use crate::replay::preset::Preset;

#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// Run folders, or trace files of other programs (docs/files.md).
    #[arg(required = true, value_name = "RUN")]
    pub runs: Vec<PathBuf>,
    /// Settings to try: rules, percentile, windows, tokens, settle or own
    ///
    /// rules: every stop rule. percentile: the earlier program's rule, from 20 to 90. windows: DeepConf's windows and
    /// vote weights. tokens: token budgets. settle: end a trace once its verdict no longer changes. own: the run's own
    /// setting. An option below that takes a list (`--tau 0.8,0.95`) replaces that part of the preset.
    #[arg(long, default_value = "rules", value_name = "NAME")]
    pub preset: Preset,
    /// Stop rules, as in `run --stop`.
    #[arg(long, value_delimiter = ',', value_name = "RULE,…")]
    pub stop: Vec<RuleName>,
    /// Minimum numbers of traces; warm-ups.
    #[arg(long, value_delimiter = ',', value_name = "N,…")]
    pub min_traces: Vec<u32>,
    /// Maximum numbers of traces [default: all recorded traces].
    #[arg(long, value_delimiter = ',', value_name = "N,…")]
    pub max_traces: Vec<u32>,
    /// Shares of the votes, or posteriors, that stop.
    #[arg(long, value_delimiter = ',', value_name = "SHARE,…")]
    pub tau: Vec<f64>,
    /// η of deepconf, in per cent.
    #[arg(long, value_delimiter = ',', value_name = "PERCENT,…")]
    pub eta: Vec<f64>,
    /// Percentiles of the percentile rule.
    #[arg(long, value_delimiter = ',', value_name = "P,…")]
    pub percentile: Vec<f64>,
    /// Vote weights: plain, a measure, or a measure with a filter (tail:10).
    #[arg(long, value_delimiter = ',', value_name = "WEIGHT,…")]
    pub vote: Vec<VoteWeight>,
    /// Confidence measures of the percentile rule.
    #[arg(long, value_delimiter = ',', value_name = "MEASURE,…")]
    pub confidence: Vec<Measure>,
    /// Tokens per group in group confidence.
    #[arg(long, value_delimiter = ',', value_name = "TOKENS,…", value_parser = at_least_one)]
    pub window: Vec<usize>,
    /// Top tokens per token confidence; fewer than 20 need a run with --record top.
    #[arg(short, long = "confidence-top", value_delimiter = ',', value_name = "K,…")]
    pub k: Vec<usize>,
    /// Maximum tokens per trace; shortened answers are judged again by --judge, or the run's judge.
    #[arg(short = 'n', long, value_delimiter = ',', value_name = "N,…", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_tokens: Vec<u32>,
    /// Judge each trace every N tokens and end it when two verdicts in a row agree.
    #[arg(long, value_delimiter = ',', value_name = "N,…", value_parser = clap::value_parser!(u32).range(1..))]
    pub settle: Vec<u32>,
    /// Table of all settings [default: replay.csv in the first run's folder].
    #[arg(short, long, value_name = "FILE.csv")]
    pub output: Option<PathBuf>,
    /// Also write the decision of every setting on every instance.
    #[arg(long, value_name = "FILE.csv")]
    pub decisions: Option<PathBuf>,
    /// Print all settings, not only the Pareto front and the run's own.
    #[arg(long)]
    pub all: bool,
    /// Judges whose verdicts count, added by `judge`; several form a panel [default: the run's own].
    #[arg(long, value_delimiter = ',', value_name = "JUDGE,…")]
    pub judge: Vec<String>,
    /// The run's file of refusal patterns, if it has moved; used on shortened answers.
    #[arg(long, value_name = "FILE")]
    pub refusal_patterns: Option<PathBuf>,
    /// Threads [default: all cores].
    #[arg(short, long, value_name = "N")]
    pub threads: Option<usize>,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("expected a whole number of at least 1".to_owned()),
        Ok(number) => Ok(number),
    }
}

impl ReplayArgs {
    /// Returns the axes that were typed; the others are empty.
    pub fn axes(&self) -> Grid {
        fn some<T: Copy>(typed: &[T]) -> Vec<Option<T>> {
            typed.iter().copied().map(Some).collect()
        }
        Grid {
            rules: self.stop.clone(),
            min_traces: self.min_traces.clone(),
            max_traces: self.max_traces.clone(),
            tau: self.tau.clone(),
            eta: some(&self.eta),
            percentile: self.percentile.clone(),
            votes: some(&self.vote),
            confidences: self.confidence.clone(),
            windows: self.window.clone(),
            ks: self.k.clone(),
            max_tokens: some(&self.max_tokens),
            settle: some(&self.settle),
        }
    }
}
