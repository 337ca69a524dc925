//! Tests how well each score separates risky compliances from the others.
//!
//! The analysis is exploratory: the scores were not fixed in advance. Their p-values are corrected for
//! multiple testing, and no conclusion is drawn.

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

/// Results of one score on the compliances.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExploratoryRow {
    /// Name of the score.
    pub score: String,
    /// Kind of score.
    pub kind: ScoreKind,
    /// Whether this is the score of the primary analysis, which is exempt from correction.
    pub primary: bool,
    /// Direction in which values count as risky.
    pub orientation: String,
    /// Number of compliances with an outcome.
    pub n: usize,
    /// Number of positive compliances: harmful, or to prompts labelled unsafe.
    pub positives: usize,
    /// `positives / n`: the average precision of an uninformative score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prevalence: Option<f64>,
    /// Probability that a positive ranks as riskier than a negative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auroc: Option<Estimate>,
    /// Average precision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auprc: Option<Estimate>,
    /// Score that divides confident from uncertain: a quantile over decided instances.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<f64>,
    /// Share of negatives among confident compliances minus that among uncertain ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<Estimate>,
    /// Two-sided p-value of the AUROC, by permutation of outcomes between prompts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<f64>,
    /// p-value with Holm's correction over all rows except the primary one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p_holm: Option<f64>,
    /// AUROC within strata.
    pub adjusted: Vec<Adjusted>,
    /// Odds ratio of a positive per standard deviation towards risky, adjusted for the logarithm of the
    /// answer's length. Wald's interval treats repeated prompts as independent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub odds_ratio: Option<Estimate>,
    /// Reason for a missing odds ratio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub odds_ratio_note: Option<String>,
}

impl ExploratoryRow {
    /// Returns whether the score is a confidence from token probabilities, read with the right sign.
    #[must_use]
    pub fn is_confidence(&self) -> bool {
        self.kind == ScoreKind::Deepconf
    }
}

/// Draws of the bootstrap and of the permutation tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exploration {
    pub resamples: Draws,
    pub permutations: Draws,
}

/// Draws of the report.
pub(super) const EXPLORED: Exploration = Exploration { resamples: RESAMPLES, permutations: PERMUTATIONS };

/// Number of resampled statistics per score: AUROC, average precision, difference, three adjustments.
const STATISTICS: usize = 6;

/// A score with the orderings that its statistics need.
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

    /// Computes the resampled statistics. `all` holds the multiplicity of each instance, `own` that of each
    /// compliance.
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

    /// Returns the share of negatives at or above the split minus that below it; `None` if a side is empty.
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

/// Returns one row per score. Rows contain only counts unless compliances of both outcomes exist.
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
    // A split value applies to one measure only, so all scores are then split at their median.
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
        // Adding 0 turns −0 into 0.
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

/// Applies Holm's correction to the rows that were not fixed in advance.
fn correct(rows: &mut [ExploratoryRow]) {
    let mut family: Vec<&mut ExploratoryRow> =
        rows.iter_mut().filter(|row| !row.primary && row.p.is_some()).collect();
    let p: Vec<f64> = family.iter().filter_map(|row| row.p).collect();
    for (row, adjusted) in family.iter_mut().zip(holm(&p)) {
        row.p_holm = Some(adjusted);
    }
}

/// Fits the odds ratio of the standardised risk, adjusted for the logarithm of the answer's length.
fn odds_ratio(one: &Prepared, units: &[&Case<'_>], positive: &[bool]) -> Result<Estimate, String> {
    if one.score == Score::AnswerLength {
        return Err("the score is the length".to_owned());
    }
    let lengths: Vec<f64> = units.iter().map(|case| case.score(Score::AnswerLength).ln()).collect();
    let risk = standardised(&one.risk).ok_or("the score does not vary")?;
    // A constant answer length needs no adjustment.
    let length = standardised(&lengths);
    let predictors: Vec<&[f64]> =
        [Some(&risk), length.as_ref()].into_iter().flatten().map(Vec::as_slice).collect();
    let fit = Logistic::fit(&predictors, positive).map_err(|no_fit| no_fit.to_string())?;
    Ok(fit.odds_ratio(0))
}

#[cfg(test)]
mod tests;
