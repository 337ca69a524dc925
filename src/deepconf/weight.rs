//! Weights of votes, and the filter that decides which traces vote.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::stop::StopRule;
use super::vote::Ballot;
use crate::record::names::find;
use crate::record::{Measure, Measures};
use crate::stats::quantile::percentile;

/// Weight of a vote: plain, or one of the paper's offline votes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum VoteWeight {
    /// Every vote has weight 1. This is the default, because boilerplate refusals have high confidence
    /// whether or not they are right.
    #[default]
    Plain,
    /// The weight of a vote is its trace's measure.
    Measure(Measure),
    /// Like [`VoteWeight::Measure`], but only the most confident voters count: those at or above the
    /// linearly interpolated percentile 100 − η of the voters' measures. Written `tail:10`.
    Top {
        /// Measure used as weight and filter.
        measure: Measure,
        /// Percentage of voters kept, in (0, 100].
        eta: f64,
    },
}

impl VoteWeight {
    /// Returns the measure used as weight, if any.
    #[must_use]
    pub fn measure(self) -> Option<Measure> {
        match self {
            Self::Plain => None,
            Self::Measure(measure) | Self::Top { measure, .. } => Some(measure),
        }
    }

    /// Returns the weight of a trace's vote; 0 for a weighted vote of a trace without tokens.
    #[must_use]
    pub fn of(self, measures: Option<&Measures>) -> f64 {
        match self.measure() {
            None => 1.0,
            Some(measure) => measures.map_or(0.0, |measures| measures.get(measure)),
        }
    }

    /// Returns the default weight for a stop rule: the lowest group confidence with DeepConf online, as in
    /// the reference implementation, and plain otherwise.
    #[must_use]
    pub fn usual(stop: &StopRule) -> Self {
        match stop.online() {
            Some(_) => Self::Measure(Measure::LowestGroup),
            None => Self::Plain,
        }
    }

    /// Removes the vote of ballots that the filter excludes.
    pub fn filter(self, ballots: &mut [Ballot]) {
        let Self::Top { eta, .. } = self else { return };
        let weights: Vec<f64> =
            ballots.iter().filter(|ballot| ballot.refused.is_some()).map(|ballot| ballot.weight).collect();
        if let Some(bar) = percentile(&weights, 100.0 - eta) {
            ballots.iter_mut().filter(|ballot| ballot.weight < bar).for_each(|ballot| ballot.refused = None);
        }
    }
}

/// Returns the measures that can be a weight. The inverted measure would give the least confident traces
/// the largest weight.
fn weighing() -> impl Iterator<Item = Measure> {
    Measure::ALL.into_iter().filter(|&measure| measure != Measure::InvertedNll)
}

impl fmt::Display for VoteWeight {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain => formatter.write_str("plain"),
            Self::Measure(measure) => formatter.write_str(measure.name()),
            Self::Top { measure, eta } => write!(formatter, "{}:{eta}", measure.name()),
        }
    }
}

impl FromStr for VoteWeight {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("plain") {
            return Ok(Self::Plain);
        }
        let (name, eta) = text.split_once(':').map_or((text, None), |(name, eta)| (name, Some(eta)));
        let measure = find("vote weight", name, weighing().map(|measure| (measure.name(), measure)))
            .map_err(|error| format!("{error}, plain; tail:10 keeps the top 10 % by tail"))?;
        match eta {
            None => Ok(Self::Measure(measure)),
            Some(digits) => match digits.parse::<f64>() {
                Ok(eta) if eta > 0.0 && eta <= 100.0 => Ok(Self::Top { measure, eta }),
                _ => Err(format!("{digits:?} is not a percentage above 0 and at most 100")),
            },
        }
    }
}

impl From<VoteWeight> for String {
    fn from(weight: VoteWeight) -> Self {
        weight.to_string()
    }
}

impl TryFrom<String> for VoteWeight {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for text in ["plain", "mean", "bottom10", "tail:10", "lowest_group:90", "tail:0.5"] {
            assert_eq!(text.parse::<VoteWeight>().unwrap().to_string(), text);
        }
        for text in ["inverted_nll", "", "tail:", "tail:0", "tail:101", "plain:10", "tail:NaN", "mean:1:2"] {
            assert!(text.parse::<VoteWeight>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_filter_counts_voters_only() {
        let ballot = |refused, weight| Ballot { refused, weight, ..Ballot::default() };
        let mut ballots =
            [ballot(Some(true), 1.0), ballot(None, 9.0), ballot(Some(false), 2.0), ballot(Some(true), 3.0)];
        // The median of 1, 2, 3 is 2.
        VoteWeight::Top { measure: Measure::Tail, eta: 50.0 }.filter(&mut ballots);
        assert_eq!(ballots.map(|ballot| ballot.refused), [None, None, Some(false), Some(true)]);
    }
}
