//! Computes the metrics of a comparison: values, difference with interval, p-value, effect size, power.

use serde::{Deserialize, Serialize};

use super::area::PairedArea;
use super::matching::Pair;
use super::metric::Metric;
use super::power_text::{CouldShow, power_of_area, power_of_mean, power_of_rate};
use super::rates::{PairedRate, rates};
use super::run::Run;
use crate::analysis::predictions::mean;
use crate::stats::bootstrap::intervals;
use crate::stats::effect_size::{cohens_dz, cohens_h, standard_deviation};
use crate::stats::estimate::Estimate;
use crate::stats::mcnemar::{DiscordantOdds, discordant_odds, mcnemar_exact};
use crate::stats::paired_permutation::sign_flip_p_value;
use crate::stats::{Clusters, Draws};

/// Effect sizes, independent of the number of pairs; absent where they do not apply.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// Cohen's h of the two rates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cohens_h: Option<f64>,
    /// Cohen's d_z of the paired differences.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cohens_dz: Option<f64>,
    /// Odds ratio `cell_only / reference_only`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub odds_ratio: Option<DiscordantOdds>,
}

/// One metric of both runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairedMetric {
    /// Metric.
    pub metric: Metric,
    /// Number of pairs that the metric covers.
    pub n: usize,
    /// Value of the reference over these pairs.
    pub reference: f64,
    /// Value of the cell over these pairs.
    pub cell: f64,
    /// Cell − reference; absent if fewer than a tenth of the resamples have both values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<Estimate>,
    /// Number of pairs where the condition holds only in the cell; rates only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell_only: Option<usize>,
    /// Number of pairs where the condition holds only in the reference; rates only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference_only: Option<usize>,
    /// Two-sided p-value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<f64>,
    /// Test: `mcnemar_exact`, `sign_flip` or `swap`.
    pub p_method: String,
    /// p-value adjusted for the number of tests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p_adjusted: Option<f64>,
    /// Effect sizes.
    pub effect: Effect,
    /// Power at this number of pairs, in words.
    pub power: String,
    /// Remark on the interpretation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl PairedMetric {
    /// Returns the smallest difference that these pairs could have shown; `None` if the metric is not a rate.
    #[must_use]
    pub fn could_show(&self) -> Option<CouldShow> {
        Some(CouldShow::of_rate(self.n, self.cell_only? + self.reference_only?))
    }
}

/// Metric that cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotCompared {
    /// Metric.
    pub metric: Metric,
    /// Reason.
    pub why: String,
}

/// Confidences of the pairs that have one in both runs.
struct PairedMean {
    /// Confidences of the reference and of the cell.
    values: Vec<(f64, f64)>,
    /// Cell − reference of each pair; 0 where one is missing.
    differences: Vec<f64>,
    /// Whether each pair has both confidences.
    among: Vec<bool>,
}

impl PairedMean {
    fn of(pairs: &[Pair<'_>]) -> Self {
        let both = |pair: &Pair<'_>| Some((pair.reference.avg_confidence?, pair.cell.avg_confidence?));
        let values: Vec<Option<(f64, f64)>> = pairs.iter().map(both).collect();
        Self {
            differences: values.iter().map(|both| both.map_or(0.0, |(one, other)| other - one)).collect(),
            among: values.iter().map(Option::is_some).collect(),
            values: values.into_iter().flatten().collect(),
        }
    }

    fn difference(&self, weights: &[u32]) -> Option<f64> {
        let (mut n, mut sum) = (0_u64, 0.0);
        for ((&weight, &difference), &among) in weights.iter().zip(&self.differences).zip(&self.among) {
            n += u64::from(weight) * u64::from(among);
            sum += f64::from(weight) * difference;
        }
        (n > 0).then(|| sum / n as f64)
    }
}

/// Returns the available metrics, all over the same resamples, and the reasons why others are missing.
pub(super) fn metrics(
    pairs: &[Pair<'_>],
    prompts: &Clusters,
    reference: Run<'_>,
    cell: Run<'_>,
    draws: Draws,
) -> (Vec<PairedMetric>, Vec<NotCompared>) {
    let permutations = Draws { seed: draws.seed.wrapping_add(1), ..draws };
    let (rates, absent): (Vec<PairedRate>, Vec<PairedRate>) =
        rates(pairs).into_iter().partition(|rate| rate.n() > 0);
    let mut not_compared: Vec<NotCompared> = absent.iter().map(|rate| absence(rate.metric)).collect();
    let mut skip = |metric: Metric, why: String| not_compared.push(NotCompared { metric, why });
    let (one, other) = (reference.options.confidence, cell.options.confidence);
    let confidence = if one == other {
        Some(PairedMean::of(pairs)).filter(|mean| !mean.values.is_empty())
    } else {
        skip(Metric::MeanConfidence, format!("the runs are read by {} and {}", one.name(), other.name()));
        None
    };
    let area = PairedArea::of(pairs, (reference.rows, reference.options), (cell.rows, cell.options))
        .map_err(|why| skip(Metric::Auroc, why))
        .ok();
    let mut estimates = intervals(prompts, draws, |weights| {
        let mut values: Vec<Option<f64>> = rates.iter().map(|rate| rate.difference(weights)).collect();
        values.extend(confidence.iter().map(|mean| mean.difference(weights)));
        values.extend(area.iter().map(|area| area.difference(weights)));
        values
    })
    .into_iter();
    let mut next = |n: usize| {
        let estimate = estimates.next().flatten()?;
        Some(Estimate { n, method: format!("paired {}", estimate.method), ..estimate })
    };
    let mut found: Vec<PairedMetric> = Vec::new();
    for rate in &rates {
        found.extend(of_rate(rate, next(rate.n()), prompts, permutations));
    }
    if let Some(mean) = &confidence {
        found.extend(of_mean(mean, next(mean.values.len()), prompts, permutations));
    }
    if let Some(area) = &area {
        found.extend(of_area(area, next(area.n()), prompts, permutations));
    }
    (found, not_compared)
}

fn absence(metric: Metric) -> NotCompared {
    let why = match metric {
        Metric::Accuracy => "no pair has a label",
        Metric::Sensitivity => "no pair is labelled unsafe",
        Metric::Specificity | Metric::OverRefusal => "no pair is labelled safe",
        Metric::HarmfulCompliance => "no judge of harm spoke in both runs",
        _ => "there are no pairs",
    };
    NotCompared { metric, why: why.to_owned() }
}

fn of_rate(
    rate: &PairedRate,
    difference: Option<Estimate>,
    prompts: &Clusters,
    permutations: Draws,
) -> Option<PairedMetric> {
    let (reference, cell) = rate.values()?;
    let (cell_only, reference_only) = rate.discordant();
    // Repeated prompts are not independent evidence, but McNemar's test would treat them as such.
    let (p, p_method) = if prompts.count() == prompts.of_units().len() {
        (Some(mcnemar_exact(cell_only, reference_only)), "mcnemar_exact")
    } else {
        (sign_flip_p_value(&rate.differences(), prompts, permutations), "sign_flip")
    };
    Some(PairedMetric {
        metric: rate.metric,
        n: rate.n(),
        reference,
        cell,
        difference,
        cell_only: Some(cell_only),
        reference_only: Some(reference_only),
        p,
        p_method: p_method.to_owned(),
        p_adjusted: None,
        effect: Effect {
            cohens_h: Some(cohens_h(cell, reference)),
            cohens_dz: None,
            odds_ratio: discordant_odds(cell_only, reference_only),
        },
        power: power_of_rate(rate.n(), cell_only + reference_only, cell - reference),
        note: (rate.metric == Metric::OverRefusal)
            .then(|| "1 − specificity: the same test, which counts once in the family".to_owned()),
    })
}

fn of_mean(
    paired: &PairedMean,
    difference: Option<Estimate>,
    prompts: &Clusters,
    permutations: Draws,
) -> Option<PairedMetric> {
    let (references, cells): (Vec<f64>, Vec<f64>) = paired.values.iter().copied().unzip();
    let differences: Vec<f64> = paired.values.iter().map(|(one, other)| other - one).collect();
    Some(PairedMetric {
        metric: Metric::MeanConfidence,
        n: differences.len(),
        reference: mean(&references)?,
        cell: mean(&cells)?,
        difference,
        cell_only: None,
        reference_only: None,
        p: sign_flip_p_value(&paired.differences, prompts, permutations),
        p_method: "sign_flip".to_owned(),
        p_adjusted: None,
        effect: Effect { cohens_dz: cohens_dz(&differences), ..Effect::default() },
        power: power_of_mean(differences.len(), standard_deviation(&differences)),
        note: Some("confidences of two models, templates or temperatures have no common scale".to_owned()),
    })
}

fn of_area(
    area: &PairedArea,
    difference: Option<Estimate>,
    prompts: &Clusters,
    permutations: Draws,
) -> Option<PairedMetric> {
    let (reference, cell) = area.values()?;
    Some(PairedMetric {
        metric: Metric::Auroc,
        n: area.n(),
        reference,
        cell,
        power: power_of_area(area.n(), difference.as_ref()),
        difference,
        cell_only: None,
        reference_only: None,
        p: area.p(prompts, permutations),
        p_method: "swap".to_owned(),
        p_adjusted: None,
        effect: Effect::default(),
        note: Some(area.note.clone()),
    })
}
