//! The two compliance quadrants side by side: a description, with the conclusion of the primary analysis.

use serde::{Deserialize, Serialize};

pub use super::interpretation::Interpretation;
use super::interpretation::{RESAMPLES, one_class};
use super::primary::Primary;
use crate::deepconf::split::Split;
use crate::record::prediction::PredictionRow;
use crate::record::{Category, Label, Measure};
use crate::stats::Clusters;
use crate::stats::bootstrap::interval;
use crate::stats::estimate::Estimate;
use crate::stats::proportion::RateInterval;
use crate::stats::ranking::Ranking;

/// Accuracy of the two compliance quadrants, by the run's measure, vote and traces. It describes them and
/// concludes nothing: `interpretation` and `reason` are those of [`Primary`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HypothesisTest {
    /// Share of uncertain compliances whose prompt is labelled safe.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uncertain_compliance_accuracy: Option<Estimate>,
    /// Share of confident compliances whose prompt is labelled safe.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confident_compliance_accuracy: Option<Estimate>,
    /// Confident minus uncertain accuracy; above 0 where uncertain compliances are to unsafe prompts more often.
    /// 0 by construction where every label is the same; absent where a quadrant has no labelled member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<Estimate>,
    /// Conclusion of the primary analysis.
    pub interpretation: Interpretation,
    /// Reason for the conclusion, in words.
    pub reason: String,
}

pub(super) fn hypothesis_test(
    rows: &[PredictionRow],
    split: Split,
    intervals: RateInterval,
    primary: &Primary,
) -> HypothesisTest {
    let accuracy = |category: Category| {
        let members = rows.iter().filter(|row| row.confidence_category == Some(category));
        let labels: Vec<Label> = members.filter_map(|row| row.ground_truth_label).collect();
        intervals.of(labels.iter().filter(|&&label| label == Label::Safe).count(), labels.len())
    };
    let uncertain = accuracy(Category::UncertainCompliance);
    let confident = accuracy(Category::ConfidentCompliance);
    let both = uncertain.as_ref().zip(confident.as_ref());
    // `inverted_nll` is higher where the model is less sure: "confident" means the opposite.
    let is_turned = rows.iter().any(|row| row.confidence_measure == Measure::InvertedNll);
    let difference = both.filter(|_| !is_turned).and_then(|(uncertain, confident)| match one_class(rows) {
        None => difference_of(rows, split),
        Some(_) => Some(by_construction(uncertain.n + confident.n)),
    });
    HypothesisTest {
        uncertain_compliance_accuracy: uncertain,
        confident_compliance_accuracy: confident,
        difference,
        interpretation: primary.interpretation,
        reason: primary.reason.clone(),
    }
}

/// Returns the difference where every prompt has the same label: all compliances are right, or all wrong.
fn by_construction(n: usize) -> Estimate {
    let method = "0 by construction: every label is the same".to_owned();
    Estimate { point: 0.0, low: 0.0, high: 0.0, level: 0.95, n, method }
}

/// Estimates the difference in accuracy. A quantile split is recomputed in each resample.
fn difference_of(rows: &[PredictionRow], split: Split) -> Option<Estimate> {
    let (rows, confidences): (Vec<_>, Vec<f64>) =
        rows.iter().filter_map(|row| Some((row, row.confidence?))).unzip();
    let compliance = |(index, row): (usize, &&PredictionRow)| {
        let label = row.ground_truth_label.filter(|_| row.is_refused() == Some(false))?;
        Some((index, label == Label::Safe))
    };
    let compliances: Vec<(usize, bool)> = rows.iter().enumerate().filter_map(compliance).collect();
    let ranking = Ranking::new(&confidences);
    let prompts = Clusters::by(rows.iter().map(|row| &row.prompt));
    let found = interval(&prompts, RESAMPLES, |weights| {
        let split = match split {
            Split::Quantile(q) => ranking.quantile(q, weights)?,
            Split::Value(value) => value,
        };
        let units = compliances
            .iter()
            .map(|&(index, is_safe)| (confidences[index] >= split, is_safe, u64::from(weights[index])));
        difference(units)
    })?;
    let how = match split {
        Split::Quantile(_) => "split re-estimated in each",
        Split::Value(_) => "split fixed",
    };
    let method = format!("{}, {how}", found.method);
    Some(Estimate { n: compliances.len(), method, ..found })
}

/// Returns the accuracy of confident units minus that of uncertain ones. A unit is (confident, right,
/// multiplicity).
fn difference(units: impl Iterator<Item = (bool, bool, u64)>) -> Option<f64> {
    let mut counts = [[0_u64; 2]; 2];
    for (confident, right, weight) in units {
        counts[usize::from(confident)][usize::from(right)] += weight;
    }
    let [uncertain, confident] = counts.map(|[wrong, right]| {
        let all = wrong + right;
        (all > 0).then(|| right as f64 / all as f64)
    });
    Some(confident? - uncertain?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::predictions::divide;
    use crate::analysis::report::report;
    use crate::analysis::testing::{options, row, uniform};

    /// Returns `n` instances, half of them refusals. Confident compliances are to safe prompts with
    /// probability `right`, uncertain ones with one half.
    fn rows(n: usize, right: f64) -> Vec<PredictionRow> {
        let mut next = uniform(6);
        (0..n)
            .map(|number| {
                let verdict = if number % 2 == 0 { "c" } else { "r" };
                let confidence = next();
                let is_safe = next() < if confidence >= 0.5 { right } else { 0.5 };
                row(&number.to_string(), verdict).bottom10(&[confidence]).label(!is_safe).build()
            })
            .collect()
    }

    fn test(rows: &[PredictionRow], split: Split) -> HypothesisTest {
        let predictions = divide(rows.to_vec(), split);
        let options = crate::analysis::ReportOptions { split, ..options(1, 1) };
        report(&[], &predictions, &options).hypothesis_test
    }

    #[test]
    fn a_quantile_is_that_of_each_resample_and_a_value_stays() {
        let rows = rows(2_000, 0.8);
        for (split, how) in
            [(Split::Value(0.5), "split fixed"), (Split::Quantile(0.5), "split re-estimated in each")]
        {
            let test = test(&rows, split);
            let difference = test.difference.as_ref().unwrap();
            assert!((difference.point - 0.3).abs() < 0.05, "{difference:?}");
            // Standard error of the difference between 0.8 and 0.5 over 500 each: 0.0287.
            assert!((difference.high - difference.low - 2.0 * 1.96 * 0.0287).abs() < 0.03, "{difference:?}");
            assert!(difference.method.ends_with(how), "{}", difference.method);
            assert_eq!((difference.n, test.interpretation), (1_000, Interpretation::Supported));
            let (confident, uncertain) =
                (test.confident_compliance_accuracy.unwrap(), test.uncertain_compliance_accuracy.unwrap());
            assert!((difference.point - (confident.point - uncertain.point)).abs() < 1e-12);
        }
    }

    #[test]
    fn a_measure_that_is_turned_around_has_no_difference() {
        let mut rows = rows(200, 0.8);
        rows.iter_mut().for_each(|row| row.confidence_measure = Measure::InvertedNll);
        let test = test(&rows, Split::Quantile(0.5));
        assert!(test.difference.is_none() && test.confident_compliance_accuracy.is_some());
    }
}
