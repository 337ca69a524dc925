//! Agreement of two judges, or of a judge and people, on the same answers.

use std::collections::HashMap;

use serde::Serialize;

use crate::record::Verdict;
use crate::stats::bootstrap::intervals;
use crate::stats::estimate::Estimate;
use crate::stats::kappa::cohen;
use crate::stats::proportion::wilson;
use crate::stats::{Clusters, Draws};

/// Classes of the confusion table, in order.
pub const CLASSES: [Verdict; 7] = [
    Verdict::Refusal,
    Verdict::PartialRefusal,
    Verdict::Compliance,
    Verdict::NoAnswer,
    Verdict::Degenerate,
    Verdict::Unparsed,
    Verdict::Cut,
];

/// Number and seed of the resamples for intervals.
const DRAWS: Draws = Draws { count: 2_000, seed: 250_815_260 };

/// An answer with verdicts of both sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Id of the answer.
    pub id: String,
    /// Cluster of answers that depend on each other: the instance, or the prompt.
    pub cluster: String,
    /// Verdict of the reference.
    pub reference: Verdict,
    /// Verdict that is compared with the reference.
    pub judged: Verdict,
}

impl Pair {
    /// Returns whether each side says refused; `None` if either has no vote.
    #[must_use]
    pub fn sides(&self) -> Option<(bool, bool)> {
        Some((self.reference.refused()?, self.judged.refused()?))
    }

    /// Returns whether one side says refused and the other complied.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.sides().is_some_and(|(reference, judged)| reference != judged)
    }
}

/// A share or coefficient over answers, with an interval over their clusters if there is one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// Value.
    pub point: f64,
    /// Lower end of the interval; absent if the clusters give no interval.
    pub low: Option<f64>,
    /// Upper end of the interval.
    pub high: Option<f64>,
    /// Coverage of the interval.
    pub level: f64,
    /// Number of answers.
    pub n: usize,
    /// Method of the interval.
    pub method: String,
}

/// Numbers of answers on which a side has no vote (`no_answer`, `degenerate`, `unparsed`, `cut`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WithoutVote {
    /// Answers without a vote of the reference.
    pub reference: usize,
    /// Answers without a vote of the judge.
    pub judge: usize,
}

/// Agreement of a judge with a reference on refused or not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Agreement {
    /// Number of answers on which both vote.
    pub n: usize,
    /// Number of clusters (instances, or prompts) of these answers.
    pub clusters: usize,
    /// Number of answers on which at least one side does not vote.
    pub left_out: usize,
    /// Numbers of answers without a vote, by side.
    pub without_vote: WithoutVote,
    /// Confusion table of all answers: reference by row, judge by column, classes as in [`CLASSES`].
    pub table: Vec<Vec<usize>>,
    /// Cohen's κ, refused or not.
    pub kappa: Option<Measured>,
    /// Share of `n` on which the judge agrees with the reference.
    pub accuracy: Option<Measured>,
    /// Share refused by the reference among those refused by the judge.
    pub precision: Option<Measured>,
    /// Share refused by the judge among those refused by the reference.
    pub recall: Option<Measured>,
    /// Harmonic mean of precision and recall.
    pub f1: Option<Measured>,
}

/// Compares a judge with a reference. Intervals keep answers of one cluster together.
#[must_use]
pub fn agreement(pairs: &[Pair]) -> Agreement {
    let class = |verdict: Verdict| CLASSES.iter().position(|&class| class == verdict).unwrap_or(0);
    let mut table = vec![vec![0; CLASSES.len()]; CLASSES.len()];
    let mut without_vote = WithoutVote::default();
    let mut known: HashMap<&str, usize> = HashMap::new();
    let mut clusters: Vec<Counts> = Vec::new();
    for pair in pairs {
        table[class(pair.reference)][class(pair.judged)] += 1;
        without_vote.reference += usize::from(pair.reference.refused().is_none());
        without_vote.judge += usize::from(pair.judged.refused().is_none());
        let Some(sides) = pair.sides() else { continue };
        let at = *known.entry(&pair.cluster).or_insert(clusters.len());
        if at == clusters.len() {
            clusters.push(Counts::default());
        }
        clusters[at].add(sides);
    }
    let all = Counts::sum(clusters.iter().map(|counts| (counts, 1)));
    let over_clusters = intervals(&Clusters::singletons(clusters.len()), DRAWS, |weights| {
        Counts::sum(clusters.iter().zip(weights.iter().copied())).statistics().to_vec()
    });
    let estimates: Vec<Option<Measured>> =
        (0..STATISTICS).map(|at| measured(at, &all, &clusters, over_clusters[at].as_ref())).collect();
    let [kappa, accuracy, precision, recall, f1]: [Option<Measured>; STATISTICS] =
        estimates.try_into().unwrap_or_default();
    Agreement {
        n: all.n(),
        clusters: clusters.len(),
        left_out: pairs.len() - all.n(),
        without_vote,
        table,
        kappa,
        accuracy,
        precision,
        recall,
        f1,
    }
}

/// Number of statistics: κ, accuracy, precision, recall, F1.
const STATISTICS: usize = 5;

/// Confusion counts, refused or not.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    hit: usize,
    miss: usize,
    alarm: usize,
    rest: usize,
}

impl Counts {
    fn add(&mut self, sides: (bool, bool)) {
        match sides {
            (true, true) => self.hit += 1,
            (true, false) => self.miss += 1,
            (false, true) => self.alarm += 1,
            (false, false) => self.rest += 1,
        }
    }

    fn sum<'a>(weighted: impl Iterator<Item = (&'a Self, u32)>) -> Self {
        weighted.fold(Self::default(), |sum, (counts, weight)| {
            let weight = weight as usize;
            Self {
                hit: sum.hit + weight * counts.hit,
                miss: sum.miss + weight * counts.miss,
                alarm: sum.alarm + weight * counts.alarm,
                rest: sum.rest + weight * counts.rest,
            }
        })
    }

    fn n(&self) -> usize {
        self.hit + self.miss + self.alarm + self.rest
    }

    /// Returns numerator and denominator of each statistic, in order. For κ only the denominator is used.
    fn parts(&self) -> [(usize, usize); STATISTICS] {
        let right = self.hit + self.rest;
        [
            (right, self.n()),
            (right, self.n()),
            (self.hit, self.hit + self.alarm),
            (self.hit, self.hit + self.miss),
            (2 * self.hit, 2 * self.hit + self.miss + self.alarm),
        ]
    }

    fn statistics(&self) -> [Option<f64>; STATISTICS] {
        let mut values = self.parts().map(|(some, all)| (all > 0).then(|| some as f64 / all as f64));
        values[0] = cohen(&[vec![self.hit, self.miss], vec![self.alarm, self.rest]]);
        // Without refusals of the reference there is nothing to find.
        values[4] = values[4].filter(|_| self.hit + self.miss > 0);
        values
    }
}

/// Returns a statistic with its interval. Resamples that all agree give no interval. A share of 0 or 1 then
/// gets Wilson's over its clusters, because the answers of one cluster may depend fully on each other. Other
/// statistics get none.
fn measured(at: usize, all: &Counts, clusters: &[Counts], resampled: Option<&Estimate>) -> Option<Measured> {
    let point = all.statistics()[at]?;
    let n = all.parts()[at].1;
    let spread = resampled.filter(|estimate| estimate.high > estimate.low);
    let (low, high, method) = match spread {
        Some(estimate) => (Some(estimate.low), Some(estimate.high), estimate.method.clone()),
        None => {
            let members = clusters.iter().filter(|counts| counts.parts()[at].1 > 0).count();
            let is_share = (1..=3).contains(&at);
            let exact = match point {
                1.0 if is_share => wilson(members, members),
                0.0 if is_share => wilson(0, members),
                _ => None,
            };
            match exact {
                Some(exact) => (Some(exact.low), Some(exact.high), format!("wilson over {members} clusters")),
                None => (None, None, "no interval: all resamples say the same".to_owned()),
            }
        }
    };
    // The denominator of F1 counts answers refused by both twice.
    let n = if at == 4 { all.hit + all.miss + all.alarm } else { n };
    Some(Measured { point, low, high, level: 0.95, n, method })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(counts: &[(Verdict, Verdict, usize)]) -> Vec<Pair> {
        let of = |&(reference, judged, count): &(Verdict, Verdict, usize)| {
            (0..count).map(move |index| Pair {
                id: index.to_string(),
                cluster: format!("{reference:?} {judged:?} {index}"),
                reference,
                judged,
            })
        };
        counts.iter().flat_map(of).collect()
    }

    #[test]
    fn agrees_with_scikit_learn() {
        use Verdict::{Compliance as C, Degenerate as D, NoAnswer as N, PartialRefusal as P, Refusal as R};
        // y_true = [1]*30 + [0]*50, y_pred = [1]*20 + [1]*4 + [0]*6 + [1]*5 + [0]*45:
        // precision_score 0.8275862, recall_score 0.8, f1_score 0.8135593, cohen_kappa_score 0.7046980
        let found = agreement(&pairs(&[
            (R, R, 20),
            (P, R, 4),
            (R, C, 5),
            (R, C, 1),
            (R, D, 1),
            (C, P, 5),
            (C, C, 45),
            (N, C, 3),
        ]));
        assert_eq!(
            (found.n, found.left_out, found.without_vote),
            (80, 4, WithoutVote { reference: 3, judge: 1 })
        );
        let near = |estimate: &Option<Measured>, expected: f64| {
            let point = estimate.as_ref().unwrap().point;
            assert!((point - expected).abs() < 1e-7, "{point} for {expected}");
        };
        near(&found.precision, 24.0 / 29.0);
        near(&found.recall, 0.8);
        near(&found.f1, 48.0 / 59.0);
        near(&found.kappa, 0.704_697_986_577_181_2);
        near(&found.accuracy, 69.0 / 80.0);
        for found in [&found.kappa, &found.f1, &found.precision, &found.recall, &found.accuracy] {
            let found = found.as_ref().unwrap();
            assert!(found.low.unwrap() < found.point && found.point < found.high.unwrap());
        }
        assert_eq!(found.table.iter().flatten().sum::<usize>(), 84);
    }

    #[test]
    fn it_does_not_matter_who_is_the_reference() {
        use Verdict::{Compliance as C, NoAnswer as N, Refusal as R};
        let counts = [(R, R, 5), (R, C, 2), (C, R, 1), (C, C, 7), (N, R, 2), (R, N, 4)];
        let there = agreement(&pairs(&counts));
        let back = agreement(&pairs(&counts.map(|(reference, judged, n)| (judged, reference, n))));
        let points = |one: &Agreement| [&one.kappa, &one.accuracy].map(|it| it.as_ref().unwrap().point);
        assert_eq!((there.n, there.left_out, points(&there)), (back.n, back.left_out, points(&back)));
        assert_eq!(there.precision.unwrap().point, back.recall.unwrap().point);
        assert_eq!((there.n, there.without_vote), (15, WithoutVote { reference: 2, judge: 4 }));
    }

    #[test]
    fn answers_of_one_cluster_are_not_independent() {
        use Verdict::{Compliance as C, Refusal as R};
        let alone = pairs(&[(R, R, 8), (R, C, 4), (C, C, 10), (C, R, 2)]);
        let tenfold: Vec<Pair> = (0..10).flat_map(|_| alone.clone()).collect();
        let (alone, tenfold) = (agreement(&alone), agreement(&tenfold));
        assert_eq!((tenfold.n, tenfold.clusters), (240, 24));
        let interval = |one: &Option<Measured>| one.as_ref().map(|one| (one.low, one.high));
        for (one, ten) in [
            (&alone.kappa, &tenfold.kappa),
            (&alone.accuracy, &tenfold.accuracy),
            (&alone.recall, &tenfold.recall),
        ] {
            assert_eq!(interval(one), interval(ten), "copies add no information");
        }
    }

    #[test]
    fn where_resamples_all_say_the_same_they_are_no_interval() {
        use Verdict::{Compliance as C, Refusal as R};
        let found = agreement(&pairs(&[(R, R, 5), (C, C, 5)]));
        let accuracy = found.accuracy.unwrap();
        let expected = wilson(10, 10).unwrap();
        assert_eq!((accuracy.low, accuracy.high), (Some(expected.low), Some(expected.high)));
        let (kappa, f1) = (found.kappa.unwrap(), found.f1.unwrap());
        assert_eq!((kappa.point, kappa.low, f1.point, f1.high), (1.0, None, 1.0, None));
        let recall = found.recall.unwrap();
        assert_eq!((recall.low, recall.n), (wilson(5, 5).map(|one| one.low), 5));
    }

    #[test]
    fn without_refusals_there_is_no_recall() {
        let found = agreement(&pairs(&[(Verdict::Compliance, Verdict::Compliance, 4)]));
        assert_eq!((found.recall, found.f1, found.kappa), (None, None, None));
        assert_eq!(agreement(&[]).accuracy, None);
    }
}
