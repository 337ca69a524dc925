//! Calibration of confidences: reliability, and risk by coverage.
//!
//! A decision is right if it agrees with the prompt's label, as in the accuracy.

use serde::{Deserialize, Serialize};

use super::predictions::mean;
use crate::record::Measure;
use crate::record::prediction::PredictionRow;
use crate::stats::calibration::{ReliabilityBin, brier, expected_calibration_error, reliability};
use crate::stats::risk_coverage::RiskCoverage;

/// Number of bins in the reliability diagram.
const BINS: usize = 10;

/// Number of points on the risk–coverage curve.
const POINTS: usize = 20;

/// Calibration of one confidence against the labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Confidence: the run's measure, `probability`, or `vote_share`, the decision's share of the votes.
    pub score: String,
    /// Number of decided, labelled instances that have this confidence.
    pub n: usize,
    /// Number of instances decided correctly.
    pub right: usize,
    /// Brier score; probabilities only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brier: Option<f64>,
    /// Expected calibration error over ten bins of equal width; probabilities only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ece: Option<f64>,
    /// Bins that have members; probabilities only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bins: Vec<ReliabilityBin>,
    /// Area under the risk–coverage curve, over every coverage; lower is better.
    pub aurc: f64,
    /// Share of wrong decisions: the area of an uninformative confidence.
    pub aurc_by_chance: f64,
    /// Points of the risk–coverage curve.
    pub risk_coverage: Vec<CoveredRisk>,
}

/// Risk among the most confident decisions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CoveredRisk {
    /// Number of covered decisions.
    pub covered: usize,
    /// Share of decisions that are covered.
    pub coverage: f64,
    /// Share of covered decisions that are wrong; ties count by expectation.
    pub risk: f64,
}

/// Returns the calibration of the run's measure, of `probability` and of the vote share; empty without decided,
/// labelled instances. A measure is averaged over the traces that voted for the decision.
pub(super) fn calibration(rows: &[PredictionRow], measure: Measure) -> Vec<Calibration> {
    // `inverted_nll` is higher where the model is less sure.
    let sign = if measure == Measure::InvertedNll { -1.0 } else { 1.0 };
    let by_measure = (measure != Measure::Probability)
        .then(|| describe(measure.name(), false, rows, |row| Some(sign * row.confidence?)))
        .flatten();
    let by_probability =
        describe(Measure::Probability.name(), true, rows, |row| of_decision(row, Measure::Probability));
    let by_share = describe("vote_share", true, rows, |row| row.vote_share);
    by_measure.into_iter().chain(by_probability).chain(by_share).collect()
}

/// Returns the mean of a measure over the traces that voted for the decision.
fn of_decision(row: &PredictionRow, measure: Measure) -> Option<f64> {
    let decided = Some(row.is_refused()?);
    let voted_for = row.votes.iter().zip(&row.measures).filter(|(vote, _)| **vote == decided);
    let values: Vec<f64> = voted_for.filter_map(|(_, one)| Some((*one)?.get(measure))).collect();
    mean(&values)
}

fn describe(
    score: &str,
    is_probability: bool,
    rows: &[PredictionRow],
    confidence: impl Fn(&PredictionRow) -> Option<f64>,
) -> Option<Calibration> {
    let known =
        rows.iter().filter_map(|row| Some((confidence(row).filter(|one| one.is_finite())?, row.correct?)));
    let (confidences, right): (Vec<f64>, Vec<bool>) = known.unzip();
    let wrong: Vec<bool> = right.iter().map(|is| !is).collect();
    let curve = RiskCoverage::new(&confidences, &wrong);
    let aurc = curve.area()?;
    let n = right.len();
    let hits = right.iter().filter(|&&is| is).count();
    // A mean of probabilities may exceed 1 by rounding.
    let probabilities: Vec<f64> = confidences.iter().map(|one| one.clamp(0.0, 1.0)).collect();
    let bins = if is_probability { reliability(&probabilities, &right, BINS) } else { Vec::new() };
    let mut covered: Vec<usize> = (1..=POINTS).map(|point| (point * n).div_ceil(POINTS)).collect();
    covered.dedup();
    let point = |covered: usize| {
        Some(CoveredRisk { covered, coverage: covered as f64 / n as f64, risk: curve.risk(covered)? })
    };
    Some(Calibration {
        score: score.to_owned(),
        n,
        right: hits,
        brier: brier(&probabilities, &right).filter(|_| is_probability),
        ece: expected_calibration_error(&bins),
        bins,
        aurc,
        aurc_by_chance: (n - hits) as f64 / n as f64,
        risk_coverage: covered.into_iter().filter_map(point).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::row;

    /// Returns complying rows; those of unsafe prompts are wrong.
    fn rows() -> Vec<PredictionRow> {
        [("a", 0.95, true), ("b", 0.85, true), ("c", 0.55, false), ("d", 0.55, true)]
            .map(|(prompt, confidence, right)| row(prompt, "c").bottom10(&[confidence]).label(!right).build())
            .to_vec()
    }

    #[test]
    fn by_hand() {
        let found = calibration(&rows(), Measure::Probability);
        let [probability, share] = found.as_slice() else { panic!("two scores: {found:?}") };
        assert_eq!((probability.score.as_str(), probability.n, probability.right), ("probability", 4, 3));
        // Bins: 0.95 right, 0.85 right, two of 0.55 of which one is right.
        let ece = (0.05 + 0.15 + 2.0 * 0.05) / 4.0;
        assert!((probability.ece.unwrap() - ece).abs() < 1e-12, "{probability:?}");
        let aurc = (0.0 + 0.0 + 0.5 / 3.0 + 1.0 / 4.0) / 4.0;
        assert!((probability.aurc - aurc).abs() < 1e-12 && probability.aurc_by_chance == 0.25);
        assert_eq!(probability.risk_coverage.iter().map(|one| one.covered).collect::<Vec<_>>(), [1, 2, 3, 4]);
        // All votes agree, so the share is uninformative.
        assert_eq!((share.score.as_str(), share.aurc, share.brier), ("vote_share", 0.25, Some(0.25)));
    }

    #[test]
    fn nats_are_no_probability_and_labels_are_needed() {
        let found = calibration(&rows(), Measure::Bottom10);
        let names: Vec<&str> = found.iter().map(|one| one.score.as_str()).collect();
        assert_eq!(names, ["bottom10", "probability", "vote_share"]);
        assert!(found[0].bins.is_empty() && found[0].brier.is_none() && found[0].ece.is_none());
        let inverted = calibration(&rows(), Measure::InvertedNll);
        assert!(inverted[0].aurc > found[0].aurc);
        let mut rows = rows();
        rows.iter_mut().for_each(|row| row.correct = None);
        assert_eq!(calibration(&rows, Measure::Probability), []);
    }
}
