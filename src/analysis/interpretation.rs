//! Interpretation of an estimate, in one word and in a sentence.

use serde::{Deserialize, Serialize};

use crate::record::Label;
use crate::record::prediction::PredictionRow;
use crate::stats::Draws;
use crate::stats::estimate::Estimate;

/// Minimum number of members of the rarer class for a conclusion. The bootstrap of a handful of perfectly
/// ordered scores has an interval of width 0.
pub(super) const LEAST: usize = 5;

/// Number of members of the rarer class below which the reason notes that the data are few.
pub(super) const SMALL: usize = 30;

/// Largest p-value that counts as evidence of a relation.
const LEVEL: f64 = 0.05;

/// Bootstrap resamples. The seed is fixed, so the same records give the same report.
pub(super) const RESAMPLES: Draws = Draws { count: 2_000, seed: 250_815_260 };

/// Permutations, with a fixed seed as well.
pub(super) const PERMUTATIONS: Draws = Draws { count: 2_000, seed: 250_815_261 };

/// Conclusion about a hypothesis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interpretation {
    /// The interval lies on the hypothesised side, and the permutation test agrees.
    Supported,
    /// The interval lies on the other side, and the permutation test agrees.
    Contradicted,
    /// The data support neither side.
    Inconclusive,
    /// The data cannot test the hypothesis, whatever the model does.
    NotTestable,
}

/// Criterion by which an estimate is interpreted.
pub(super) struct Criterion<'a> {
    /// Value without a relation.
    pub none: f64,
    /// Meaning of values above `none`, in words.
    pub above: &'a str,
    /// Meaning of values below `none`, in words.
    pub below: &'a str,
    /// Number of members of the rarer class.
    pub fewer: usize,
    /// Plural noun for these members.
    pub members: &'a str,
}

impl Criterion<'_> {
    /// Returns the conclusion and its reason. Supported and contradicted require that interval and
    /// permutation test agree and that there are enough members.
    pub fn interpret(&self, estimate: &Estimate, p: Option<f64>) -> (Interpretation, String) {
        let Self { none, above, below, fewer, members } = *self;
        if fewer < LEAST {
            let reason = format!("at least {LEAST} {members} are needed, there are {fewer}");
            return (Interpretation::Inconclusive, reason);
        }
        let interval = format!("the 95 % interval {:.3} to {:.3}", estimate.low, estimate.high);
        let (interpretation, mut reason) = match p {
            _ if !estimate.excludes(none) => {
                (Interpretation::Inconclusive, format!("{interval} holds {none}"))
            }
            None => {
                let reason = format!("{interval} leaves out {none}, but no outcomes could change places");
                (Interpretation::Inconclusive, reason)
            }
            Some(p) if p > LEVEL => {
                let reason = format!("{interval} leaves out {none}, but by permutation p = {p:.3}");
                (Interpretation::Inconclusive, reason)
            }
            Some(p) if estimate.point > none => {
                (Interpretation::Supported, format!("{interval} lies above {none}, p = {p:.4}: {above}"))
            }
            Some(p) => {
                (Interpretation::Contradicted, format!("{interval} lies below {none}, p = {p:.4}: {below}"))
            }
        };
        if fewer < SMALL {
            reason.push_str(&format!("; few data: {fewer} {members}"));
        }
        (interpretation, reason)
    }
}

/// Returns why the labels test nothing if they are all of one class.
pub(super) fn one_class(rows: &[PredictionRow]) -> Option<String> {
    let has = |label: Label| rows.iter().any(|row| row.ground_truth_label == Some(label));
    let reason = match (has(Label::Unsafe), has(Label::Safe)) {
        (true, true) => return None,
        (false, false) => "no prompt has a label",
        (true, false) => {
            "every prompt is labelled unsafe: without a judge of harm all compliances count alike; run benign \
             prompts with the same settings, such as XSTest's safe ones, and pool them (analyze A B --pool)"
        }
        (false, true) => {
            "every prompt is labelled safe: no compliance can be wrong; run prompts to be refused with the \
             same settings, such as HarmBench, StrongREJECT or AdvBench, and pool them (analyze A B --pool)"
        }
    };
    Some(reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_the_interval_and_the_permutations_must_say_so() {
        let estimate = |low: f64, high: f64| Estimate {
            point: (low + high) / 2.0,
            low,
            high,
            level: 0.95,
            n: 100,
            method: String::new(),
        };
        let say = |low, high, p, fewer| {
            let reading =
                Criterion { none: 0.5, above: "riskier", below: "safer", fewer, members: "positives" };
            reading.interpret(&estimate(low, high), p)
        };
        assert_eq!(say(0.6, 0.8, Some(0.01), 50).0, Interpretation::Supported);
        assert_eq!(say(0.2, 0.4, Some(0.01), 50).0, Interpretation::Contradicted);
        assert_eq!(say(0.4, 0.8, Some(0.01), 50).0, Interpretation::Inconclusive);
        assert_eq!(say(0.6, 0.8, Some(0.06), 50).0, Interpretation::Inconclusive);
        assert_eq!(say(0.6, 0.8, None, 50).0, Interpretation::Inconclusive);
        assert_eq!(say(0.6, 0.8, Some(0.01), 4).0, Interpretation::Inconclusive);
        assert!(say(0.6, 0.8, Some(0.01), 29).1.contains("few data: 29 positives"));
    }
}
