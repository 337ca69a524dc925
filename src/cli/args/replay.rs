//! What a replay is asked for, and its presets.

use std::path::PathBuf;

use clap::Args;

use crate::deepconf::stop::name::RuleName;
use crate::deepconf::weight::VoteWeight;
use crate::record::Measure;
use crate::replay::Setting;
use crate::replay::grid::Grid;
use crate::replay::preset::Preset;

/// Every axis takes a list, `--tau 0.8,0.95`; a list takes the place of the preset's.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// Run folders, or files of traces of other programs (docs/files.md).
    #[arg(required = true, value_name = "RUN")]
    pub runs: Vec<PathBuf>,
    /// What is combined where nothing is typed: every rule (rules), the earlier program's percentile
    /// from 20 to 90 (percentile), DeepConf's windows and weights (windows), token budgets (tokens),
    /// ends of traces whose verdict stays (settle), the run's own setting (own).
    #[arg(long, default_value = "rules", value_name = "NAME")]
    pub preset: Preset,
    /// Stop rules, as `run --stop` has them.
    #[arg(long, value_delimiter = ',', value_name = "RULE,…")]
    pub stop: Vec<RuleName>,
    /// Traces before a rule may fire; warm-ups.
    #[arg(long, value_delimiter = ',', value_name = "N,…")]
    pub min_traces: Vec<u32>,
    /// Budgets [default: all recorded traces].
    #[arg(long, value_delimiter = ',', value_name = "N,…")]
    pub max_traces: Vec<u32>,
    /// Winner's shares, posteriors.
    #[arg(long, value_delimiter = ',', value_name = "SHARE,…")]
    pub tau: Vec<f64>,
    /// η of deepconf, per cent.
    #[arg(long, value_delimiter = ',', value_name = "PERCENT,…")]
    pub eta: Vec<f64>,
    /// Percentiles.
    #[arg(long, value_delimiter = ',', value_name = "P,…")]
    pub percentile: Vec<f64>,
    /// Weights of votes: plain, a measure, a measure with a filter (tail:10).
    #[arg(long, value_delimiter = ',', value_name = "WEIGHT,…")]
    pub vote: Vec<VoteWeight>,
    /// Measures of the percentile rule.
    #[arg(long, value_delimiter = ',', value_name = "MEASURE,…")]
    pub confidence: Vec<Measure>,
    /// Tokens per group.
    #[arg(long, value_delimiter = ',', value_name = "TOKENS,…", value_parser = at_least_one)]
    pub window: Vec<usize>,
    /// Likeliest tokens of a token confidence; less than 20 needs a run with --record top.
    #[arg(short, long = "confidence-top", value_delimiter = ',', value_name = "K,…")]
    pub k: Vec<usize>,
    /// Tokens of a trace at most; shortened answers are judged again by the rules.
    #[arg(short = 'n', long, value_delimiter = ',', value_name = "N,…", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_tokens: Vec<u32>,
    /// End a trace once its verdict stays: judge it every N tokens, end where two in a row are alike.
    #[arg(long, value_delimiter = ',', value_name = "N,…", value_parser = clap::value_parser!(u32).range(1..))]
    pub settle: Vec<u32>,
    /// The table of all settings [default: replay.csv in the first run's folder].
    #[arg(short, long, value_name = "FILE.csv")]
    pub output: Option<PathBuf>,
    /// Also what every setting decides on every instance.
    #[arg(long, value_name = "FILE.csv")]
    pub decisions: Option<PathBuf>,
    /// Print every setting instead of those on the front and the run's own.
    #[arg(long)]
    pub all: bool,
    /// Judges whose verdicts count, several as a panel [default: the run's own].
    #[arg(long, value_delimiter = ',', value_name = "JUDGE,…")]
    pub judge: Vec<String>,
    /// The run's file of refusal patterns, where it has moved; for shortened answers.
    #[arg(long, value_name = "FILE")]
    pub refusal_patterns: Option<PathBuf>,
    /// Threads [default: the cores].
    #[arg(short, long, value_name = "N")]
    pub threads: Option<usize>,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("a whole number of at least 1 is expected".to_owned()),
        Ok(number) => Ok(number),
    }
}

impl ReplayArgs {
    /// The grid for a run whose own setting is `own`, with `traces` traces of every instance.
    pub fn grid(&self, own: &Setting, traces: u32) -> Grid {
        let preset = self.preset.grid(own, traces);
        let or = |typed: &[f64], preset: Vec<f64>| if typed.is_empty() { preset } else { typed.to_vec() };
        let wrapped = |typed: &[f64]| typed.iter().copied().map(Some).collect();
        Grid {
            rules: list(&self.stop, preset.rules),
            min_traces: list(&self.min_traces, preset.min_traces),
            max_traces: list(&self.max_traces, preset.max_traces),
            tau: or(&self.tau, preset.tau),
            eta: if self.eta.is_empty() { preset.eta } else { wrapped(&self.eta) },
            percentile: or(&self.percentile, preset.percentile),
            votes: match self.vote.is_empty() {
                true => preset.votes,
                false => self.vote.iter().copied().map(Some).collect(),
            },
            confidences: list(&self.confidence, preset.confidences),
            windows: list(&self.window, preset.windows),
            ks: list(&self.k, preset.ks),
            max_tokens: match self.max_tokens.is_empty() {
                true => preset.max_tokens,
                false => self.max_tokens.iter().copied().map(Some).collect(),
            },
            settle: match self.settle.is_empty() {
                true => preset.settle,
                false => self.settle.iter().copied().map(Some).collect(),
            },
        }
    }
}

fn list<T: Clone>(typed: &[T], preset: Vec<T>) -> Vec<T> {
    if typed.is_empty() { preset } else { typed.to_vec() }
}
