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
mod tests;
