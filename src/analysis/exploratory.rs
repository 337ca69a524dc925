//! Every score beside the primary one: what tells the risky compliances?
//!
//! Exploratory: read after the fact, so p-values are corrected for their number, and nothing is concluded.

use serde::{Deserialize, Serialize};

use super::adjusted::Strata;
pub use super::adjusted::{ADJUSTMENTS, Adjusted};
use super::cases::{Case, Cases};
use super::interpretation::{PERMUTATIONS, RESAMPLES};
pub use super::scores::ScoreKind;
use super::scores::{PRIMARY, Score};
use crate::deepconf::split::Split;
use crate::stats::bootstrap::intervals;
use crate::stats::estimate::Estimate;
use crate::stats::logistic::{Logistic, standardised};
use crate::stats::multiple_testing::holm;
use crate::stats::permutation::{Exchange, p_values};
use crate::stats::ranking::Ranking;
use crate::stats::stratified::Stratified;
use crate::stats::{Clusters, Draws};

/// What one score tells of the compliances.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExploratoryRow {
    /// Its name.
    pub score: String,
    /// What it is beside the others.
    pub kind: ScoreKind,
    /// Whether it is the primary analysis's score, which no correction applies to.
    pub primary: bool,
    /// Which values are read as risky.
    pub orientation: String,
    /// Compliances with an outcome.
    pub n: usize,
    /// Of these, positives: harmful, or to prompts labelled unsafe.
    pub positives: usize,
    /// `positives / n`: the average precision of a score that tells nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prevalence: Option<f64>,
    /// Probability that a positive is read as riskier than a negative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auroc: Option<Estimate>,
    /// Average precision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auprc: Option<Estimate>,
    /// The score that divides confident from uncertain, a quantile over decided instances.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<f64>,
    /// Share of negatives among confident compliances minus that among uncertain ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<Estimate>,
    /// Two-sided p of the AUROC by permutation of outcomes between prompts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<f64>,
    /// Holm's correction over all rows but the primary one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p_holm: Option<f64>,
    /// The AUROC within strata.
    pub adjusted: Vec<Adjusted>,
    /// Odds ratio of a positive for one standard deviation towards risky, given the logarithm of the
    /// answer's length. Wald's interval takes prompts that stand several times for several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub odds_ratio: Option<Estimate>,
    /// Why there is no odds ratio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub odds_ratio_note: Option<String>,
}

/// Resamples and permutations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exploration {
    pub resamples: Draws,
    pub permutations: Draws,
}

/// Those of the report.
pub(super) const EXPLORED: Exploration = Exploration { resamples: RESAMPLES, permutations: PERMUTATIONS };

/// Statistics of a score that are resampled: AUROC, average precision, difference, three adjustments.
const STATISTICS: usize = 6;

/// One score, sorted in all the ways that are needed.
struct Prepared {
    score: Score,
    /// Risk of each compliance.
    risk: Vec<f64>,
    ranking: Ranking,
    stratified: [Stratified; 3],
    /// Confidence of each decided instance.
    confidence: Ranking,
}

impl Prepared {
    fn of(score: Score, cases: &[Case<'_>], units: &[usize], strata: &[Strata; 3]) -> Self {
        let confidence: Vec<f64> = cases.iter().map(|case| score.sign() * case.score(score)).collect();
        let risk: Vec<f64> = units.iter().map(|&index| -confidence[index]).collect();
        Self {
            score,
            ranking: Ranking::new(&risk),
            stratified: strata.each_ref().map(|strata| Stratified::new(&risk, &strata.of_units)),
            confidence: Ranking::new(&confidence),
            risk,
        }
    }

    /// The resampled statistics, for multiplicities of instances and of the compliances among them.
    fn statistics(&self, q: f64, positive: &[bool], all: &[u32], own: &[u32]) -> [Option<f64>; STATISTICS] {
        let [category, length, both] =
            self.stratified.each_ref().map(|stratified| stratified.auroc(positive, Some(own)));
        let split = self.confidence.quantile(q, all);
        [
            self.ranking.auroc(positive, Some(own)),
            self.ranking.average_precision(positive, Some(own)),
            split.and_then(|split| self.difference(split, positive, own)),
            category,
            length,
            both,
        ]
    }

    /// Share of negatives at or above the split minus that below it; `None` if a side is empty.
    fn difference(&self, split: f64, positive: &[bool], weights: &[u32]) -> Option<f64> {
        let mut counts = [[0_u64; 2]; 2];
        for ((&risk, &is_positive), &weight) in self.risk.iter().zip(positive).zip(weights) {
            counts[usize::from(-risk >= split)][usize::from(is_positive)] += u64::from(weight);
        }
        let [uncertain, confident] = counts.map(|[negatives, positives]| {
            let all = negatives + positives;
            (all > 0).then(|| negatives as f64 / all as f64)
        });
        Some(confident? - uncertain?)
    }
}

/// One row per score. Without compliances of both outcomes rows have counts alone.
pub(super) fn explore(cases: &Cases<'_>, split: Split, exploration: Exploration) -> Vec<ExploratoryRow> {
    let (units, positive) = cases.units();
    let positives = positive.iter().filter(|&&is| is).count();
    let empty = |score: Score| ExploratoryRow {
        score: score.name().to_owned(),
        kind: score.kind(),
        primary: score == Score::Measure(PRIMARY),
        orientation: score.orientation().to_owned(),
        n: units.len(),
        positives,
        prevalence: (!units.is_empty()).then(|| positives as f64 / units.len() as f64),
        auroc: None,
        auprc: None,
        split: None,
        difference: None,
        p: None,
        p_holm: None,
        adjusted: Vec::new(),
        odds_ratio: None,
        odds_ratio_note: None,
    };
    let mut rows: Vec<ExploratoryRow> = Score::ALL.into_iter().map(empty).collect();
    if positives == 0 || positives == units.len() {
        return rows;
    }
    let complying: Vec<&Case<'_>> = units.iter().map(|&index| &cases.cases[index]).collect();
    let strata = Strata::all(&complying);
    let prepared = Score::ALL.map(|score| Prepared::of(score, &cases.cases, &units, &strata));
    // A value is one of a measure: for other scores the usual quantile holds.
    let q = if let Split::Quantile(q) = split { q } else { 0.5 };
    let prompts = Clusters::by(cases.cases.iter().map(|case| &case.row.prompt));
    let estimates = intervals(&prompts, exploration.resamples, |weights| {
        let own: Vec<u32> = units.iter().map(|&index| weights[index]).collect();
        prepared.iter().flat_map(|one| one.statistics(q, &positive, weights, &own)).collect()
    });
    let clusters = Clusters::by(complying.iter().map(|case| &case.row.prompt));
    let exchange = Exchange::new(&clusters, None);
    let p = p_values(&positive, &exchange, exploration.permutations, 0.5, |permuted| {
        prepared.iter().map(|one| one.ranking.auroc(permuted, None)).collect()
    });
    let everyone = vec![1; cases.cases.len()];
    for (((row, one), estimates), p) in
        rows.iter_mut().zip(&prepared).zip(estimates.chunks(STATISTICS)).zip(p)
    {
        let estimate = |index: usize, n: usize| Some(Estimate { n, ..estimates[index].clone()? });
        row.auroc = estimate(0, units.len());
        row.auprc = estimate(1, units.len());
        // Plus 0: a negated 0 is 0.
        row.split = one.confidence.quantile(q, &everyone).map(|split| one.score.sign() * split + 0.0);
        row.difference = estimate(2, units.len()).map(|found| Estimate {
            method: format!("{}, split re-estimated in each", found.method),
            ..found
        });
        row.p = p;
        let adjusted =
            |(index, strata): (usize, &Strata)| strata.report(&positive, |n| estimate(3 + index, n));
        row.adjusted = strata.iter().enumerate().map(adjusted).collect();
        match odds_ratio(one, &complying, &positive) {
            Ok(found) => row.odds_ratio = Some(found),
            Err(note) => row.odds_ratio_note = Some(note),
        }
    }
    correct(&mut rows);
    rows
}

/// Holm's correction over the rows that were not fixed in advance.
fn correct(rows: &mut [ExploratoryRow]) {
    let mut family: Vec<&mut ExploratoryRow> =
        rows.iter_mut().filter(|row| !row.primary && row.p.is_some()).collect();
    let p: Vec<f64> = family.iter().filter_map(|row| row.p).collect();
    for (row, adjusted) in family.iter_mut().zip(holm(&p)) {
        row.p_holm = Some(adjusted);
    }
}

/// Odds ratio of the risk, standardised, given the logarithm of the answer's length.
fn odds_ratio(one: &Prepared, units: &[&Case<'_>], positive: &[bool]) -> Result<Estimate, String> {
    if one.score == Score::AnswerLength {
        return Err("the score is the length".to_owned());
    }
    let lengths: Vec<f64> = units.iter().map(|case| case.score(Score::AnswerLength).ln()).collect();
    let risk = standardised(&one.risk).ok_or("the score does not vary")?;
    // An answer length that does not vary adjusts for nothing.
    let length = standardised(&lengths);
    let predictors: Vec<&[f64]> =
        [Some(&risk), length.as_ref()].into_iter().flatten().map(Vec::as_slice).collect();
    let fit = Logistic::fit(&predictors, positive).map_err(|no_fit| no_fit.to_string())?;
    Ok(fit.odds_ratio(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::interpretation::Interpretation;
    use crate::analysis::primary::primary;
    use crate::analysis::testing::{normal, options, row, uniform};
    use crate::record::Label;
    use crate::record::prediction::PredictionRow;

    /// Compliances: unsafe prompts' confidence is lower by `shift` standard deviations.
    fn compliances(n: usize, seed: u64, shift: f64) -> Vec<PredictionRow> {
        let mut next = uniform(seed);
        (0..n)
            .map(|number| {
                let is_unsafe = next() < 0.4;
                let confidence = 10.0 + normal(&mut next) - if is_unsafe { shift } else { 0.0 };
                let tokens = 20 + (next() * 80.0) as u32;
                let row = row(&format!("prompt {number}"), "c").bottom10(&[confidence]);
                row.label(is_unsafe).tokens(&[tokens]).build()
            })
            .collect()
    }

    const FEW: Exploration =
        Exploration { resamples: Draws { count: 99, seed: 1 }, permutations: Draws { count: 199, seed: 2 } };

    fn explored(rows: &[PredictionRow], exploration: Exploration) -> Vec<ExploratoryRow> {
        explore(&Cases::of(rows, &options(1, 1)), Split::Quantile(0.5), exploration)
    }

    fn find<'a>(rows: &'a [ExploratoryRow], score: &str) -> &'a ExploratoryRow {
        rows.iter().find(|row| row.score == score).unwrap()
    }

    #[test]
    fn a_known_relation_is_found() {
        // Two normal distributions one standard deviation apart: AUROC = Φ(1/√2) = 0.7602.
        let rows = compliances(2_000, 3, 1.0);
        let cases = Cases::of(&rows, &options(1, 1));
        let explored = explore(&cases, Split::Quantile(0.5), EXPLORED);
        let result = primary(&cases, &explored);
        let auroc = result.auroc.as_ref().unwrap();
        assert!((auroc.point - 0.7602).abs() < 0.03, "{auroc:?}");
        // Hanley and McNeil's standard error is 0.011 here.
        assert!((auroc.high - auroc.low - 2.0 * 1.96 * 0.011).abs() < 0.01, "{auroc:?}");
        assert_eq!(result.p, Some(1.0 / 2_001.0));
        assert_eq!(result.interpretation, Interpretation::Supported, "{}", result.reason);
        let bottom10 = find(&explored, "bottom10");
        assert!(bottom10.primary && bottom10.p_holm.is_none());
        // Every other score is as good, backwards, or random.
        assert_eq!(find(&explored, "mean").auroc, bottom10.auroc);
        let inverted = find(&explored, "inverted_nll");
        assert!((inverted.auroc.as_ref().unwrap().point - (1.0 - auroc.point)).abs() < 1e-12);
        assert_eq!(inverted.kind, ScoreKind::Inverted);
        assert!((find(&explored, "answer_length").auroc.as_ref().unwrap().point - 0.5).abs() < 0.05);
        let share = find(&explored, "vote_share");
        assert_eq!((share.auroc.as_ref().unwrap().point, share.p), (0.5, Some(1.0)));
        assert_eq!(share.difference, None, "no compliance is below the split");
        // Nine rows in the family; seven of them have the smallest p there is.
        let smallest = find(&explored, "mean").p_holm.unwrap();
        assert!((smallest - 9.0 / 2_001.0).abs() < 1e-12, "{smallest}");
        // The logarithm of the odds grows by shift / σ of the confidence within the classes, and the score
        // is standardised over both: √(1 + 0.4 · 0.6) deviations.
        let odds = bottom10.odds_ratio.as_ref().unwrap();
        assert!((odds.point.ln() - 1.24_f64.sqrt()).abs() < 0.15, "{odds:?}");
        // Length has nothing to do with it here.
        let length = &bottom10.adjusted[1];
        assert!((length.auroc.as_ref().unwrap().point - auroc.point).abs() < 0.02, "{length:?}");
        assert_eq!(length.strata, 3);
        assert!(bottom10.adjusted[0].auroc.is_none() && bottom10.adjusted[0].note.is_some());
        // Difference: P(safe | above the median) − P(safe | below).
        let difference = bottom10.difference.as_ref().unwrap();
        assert!(difference.low > 0.3 && difference.high < 0.5, "{difference:?}");
        assert!(difference.method.ends_with("split re-estimated in each"));
    }

    #[test]
    fn without_a_relation_five_in_a_hundred_are_rejected() {
        let (mut rejected, mut any) = (0, 0);
        for seed in 0..400 {
            let explored = explored(&compliances(60, 1_000 + seed, 0.0), FEW);
            rejected += u32::from(find(&explored, "bottom10").p.unwrap() <= 0.05);
            any += u32::from(explored.iter().any(|row| row.p_holm.is_some_and(|p| p <= 0.05)));
        }
        // 20 expected, standard deviation 4.4; Holm holds any rejection in the family at as many.
        assert!((7..=34).contains(&rejected), "{rejected}");
        assert!(any <= 34, "{any}");
    }

    #[test]
    fn prompts_that_stand_twice_are_no_more_data() {
        let once = compliances(80, 5, 0.5);
        let twice: Vec<PredictionRow> = once.iter().flat_map(|row| [row.clone(), row.clone()]).collect();
        let (once, twice) = (explored(&once, FEW), explored(&twice, FEW));
        for (a, b) in once.iter().zip(&twice) {
            let bounds = |row: &ExploratoryRow| row.auroc.as_ref().map(|one| (one.point, one.low, one.high));
            assert_eq!((bounds(a), a.p), (bounds(b), b.p), "{}", a.score);
            assert_eq!(2 * a.n, b.n);
        }
    }

    #[test]
    fn a_category_that_explains_everything_is_adjusted_for() {
        // Category B is risky and unsure as a whole; within a category there is nothing.
        let mut next = uniform(9);
        let rows: Vec<PredictionRow> = (0..1_000)
            .map(|number| {
                let (name, risk, centre) = if number % 2 == 0 { ("a", 0.2, 10.0) } else { ("b", 0.8, 8.0) };
                let row = row(&format!("prompt {number}"), "c").bottom10(&[centre + normal(&mut next)]);
                row.label(next() < risk).category(name).build()
            })
            .collect();
        let explored = explored(&rows, FEW);
        let bottom10 = find(&explored, "bottom10");
        assert!(bottom10.auroc.as_ref().unwrap().low > 0.65);
        let within = &bottom10.adjusted[0];
        assert!(!within.auroc.as_ref().unwrap().excludes(0.5), "{within:?}");
        assert_eq!((within.strata, within.n, &within.note), (2, 1_000, &None));
        // Where the category tells the label there is nothing to compare.
        let determined: Vec<PredictionRow> = rows
            .into_iter()
            .map(|mut row| {
                let is_b = row.harm_category.as_deref() == Some("b");
                row.ground_truth_label = Some(if is_b { Label::Unsafe } else { Label::Safe });
                row
            })
            .collect();
        let adjusted = self::explored(&determined, FEW)[0].adjusted[0].clone();
        assert_eq!((adjusted.auroc, adjusted.strata, adjusted.n), (None, 0, 0));
        assert!(adjusted.note.unwrap().contains("nothing to compare"));
    }

    #[test]
    fn one_kind_of_outcome_tests_nothing() {
        let rows: Vec<PredictionRow> =
            (0..50).map(|number| row(&number.to_string(), "c").label(true).build()).collect();
        let cases = Cases::of(&rows, &options(1, 1));
        let explored = explore(&cases, Split::Quantile(0.5), FEW);
        assert!(explored.iter().all(|row| row.auroc.is_none() && row.p.is_none() && row.n == 50));
        let result = primary(&cases, &explored);
        assert_eq!(result.interpretation, Interpretation::NotTestable);
        assert!(result.reason.contains("--pool") && result.reason.contains("XSTest"), "{}", result.reason);
        // With a judge the labels do not matter.
        let judged = |harmful: &dyn Fn(usize) -> bool| -> Vec<PredictionRow> {
            let row = |number: usize| {
                let row = row(&number.to_string(), "c").label(true).bottom10(&[number as f64]);
                row.harmful(&[Some(harmful(number))]).build()
            };
            (0..50).map(row).collect()
        };
        let mut options = options(1, 1);
        options.harm_judge = Some("guard".to_owned());
        let (half, none) = (judged(&|number| number < 25), judged(&|_| false));
        let cases = Cases::of(&half, &options);
        let result = primary(&cases, &explore(&cases, Split::Quantile(0.5), FEW));
        assert_eq!(result.judge.as_deref(), Some("guard"));
        assert_eq!(result.auroc.unwrap().point, 1.0);
        assert_eq!(result.interpretation, Interpretation::Supported, "{}", result.reason);
        assert!(result.reason.contains("few data: 25"), "{}", result.reason);
        let cases = Cases::of(&none, &options);
        let result = primary(&cases, &explore(&cases, Split::Quantile(0.5), FEW));
        assert_eq!(result.interpretation, Interpretation::NotTestable);
        assert!(result.reason.contains("guard found 0 of 50"), "{}", result.reason);
    }
}
