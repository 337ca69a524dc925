//! Named grids of settings that are worth trying.

use std::str::FromStr;

use super::Setting;
use super::grid::Grid;
use crate::deepconf::TOP_K;
use crate::deepconf::stop::name::RuleName;
use crate::deepconf::weight::VoteWeight;
use crate::record::Measure;
use crate::record::names::find;

/// A named grid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preset {
    /// Every rule.
    #[default]
    Rules,
    /// The earlier program's percentile, from 20 to 90.
    Percentile,
    /// DeepConf's windows and weights.
    Windows,
    /// Token budgets.
    Tokens,
    /// Ends of traces whose verdict has settled.
    Settle,
    /// The run's own setting.
    Own,
}

impl Preset {
    /// All presets, with their names.
    pub const ALL: [(&'static str, Self); 6] = [
        ("rules", Self::Rules),
        ("percentile", Self::Percentile),
        ("windows", Self::Windows),
        ("tokens", Self::Tokens),
        ("settle", Self::Settle),
        ("own", Self::Own),
    ];

    /// Returns the grid for a run whose own setting is `own`, with `traces` traces of every instance.
    #[must_use]
    pub fn grid(self, own: &Setting, traces: u32) -> Grid {
        let usual = Grid {
            rules: RuleName::ALL.to_vec(),
            min_traces: vec![2, 3, 5],
            max_traces: vec![traces],
            tau: vec![0.75, 0.9, 0.95],
            eta: vec![None],
            percentile: vec![90.0],
            votes: vec![None],
            confidences: vec![own.policy.confidence],
            windows: vec![own.policy.window],
            ks: vec![TOP_K],
            max_tokens: vec![None],
            settle: vec![None],
        };
        match self {
            Self::Rules => Grid {
                max_traces: [1, 3, 5, traces].into_iter().filter(|&budget| budget <= traces).collect(),
                ..usual
            },
            Self::Settle => Grid {
                rules: vec![RuleName::Fixed, RuleName::ConsensusSettled],
                min_traces: vec![3],
                tau: vec![0.95],
                settle: [None, Some(8), Some(16), Some(32), Some(64)].to_vec(),
                ..usual
            },
            Self::Own => {
                let (name, parameters) = RuleName::of(&own.policy.stop);
                Grid {
                    rules: vec![name],
                    min_traces: vec![parameters.min_traces],
                    max_traces: vec![parameters.max_traces],
                    tau: vec![parameters.tau],
                    eta: vec![parameters.eta],
                    percentile: vec![parameters.percentile],
                    // `None` lets another rule use its own default vote.
                    votes: vec![
                        Some(own.policy.vote).filter(|&vote| vote != VoteWeight::usual(&own.policy.stop)),
                    ],
                    ..usual
                }
            }
            Self::Percentile => Grid {
                rules: vec![RuleName::Percentile, RuleName::Fixed],
                min_traces: vec![3],
                percentile: (2..=9).map(|tenth| f64::from(10 * tenth)).collect(),
                confidences: vec![Measure::Probability, Measure::InvertedNll],
                ..usual
            },
            Self::Windows => Grid {
                rules: vec![RuleName::DeepConfLow, RuleName::DeepConfHigh, RuleName::Fixed],
                min_traces: vec![3],
                tau: vec![0.95],
                votes: [None, Some("lowest_group"), Some("bottom10"), Some("tail"), Some("tail:10")]
                    .map(|vote| vote.and_then(|text| text.parse().ok()))
                    .to_vec(),
                windows: vec![4, 8, 16, 32, 64, 128],
                ..usual
            },
            Self::Tokens => Grid {
                rules: vec![RuleName::Fixed, RuleName::ConsensusSettled],
                min_traces: vec![3],
                tau: vec![0.95],
                max_tokens: [16, 32, 64, 96, 128, 192].map(Some).into_iter().chain([None]).collect(),
                ..usual
            },
        }
    }
}

impl FromStr for Preset {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        find("preset", text, Self::ALL)
    }
}
