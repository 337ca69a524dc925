//! Summarises the drift of tokens in a report for people.

use serde::{Deserialize, Serialize};

use super::{Text, TextDrift};
use crate::deepconf::measures::measures;
use crate::record::{Label, Measure};
use crate::stats::Draws;
use crate::stats::bootstrap::{interval, intervals};
use crate::stats::clusters::Clusters;
use crate::stats::estimate::Estimate;
use crate::stats::quantile::quantiles;

/// Number of tokens at the beginning of an answer, where refusal is decided.
const EARLY: usize = 16;

/// Drift of a model from the reference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DriftReport {
    /// Drift over all tokens, and over subsets.
    pub rows: Vec<DriftRow>,
    /// The run's confidence measure over each text, by both models.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<MeasureDrift>,
}

/// Drift over a set of tokens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DriftRow {
    /// Name of the set: `all`, `first token`, `first 16`, `later`, or a group of texts.
    pub tokens: String,
    /// Number of texts with such tokens.
    pub texts: usize,
    /// Number of tokens.
    pub n: usize,
    /// Mean divergence Σ p ln(p / q) over the whole vocabulary, where p is the reference, nats; bootstrap
    /// over prompts.
    pub mean_kl: Estimate,
    /// Median of the divergence, nats.
    pub median_kl: f64,
    /// 90th percentile of the divergence, nats.
    pub p90_kl: f64,
    /// 99th percentile of the divergence, nats.
    pub p99_kl: f64,
    /// Largest divergence, nats.
    pub max_kl: f64,
    /// Share of tokens where both models have the same top token.
    pub same_top: f64,
    /// Mean of ln q − ln p of the reference's own tokens, nats; below 0 where the model finds them less
    /// likely.
    pub log_probability_change: f64,
    /// Mean token confidence of the reference, nats.
    pub reference_confidence: f64,
    /// Mean token confidence of the model on the same tokens, nats.
    pub model_confidence: f64,
}

/// A confidence measure by both models.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasureDrift {
    /// Confidence measure.
    pub measure: Measure,
    /// Mean of the measure over the texts, by the reference.
    pub reference: f64,
    /// Mean of the measure over the texts, by the model.
    pub model: f64,
    /// Model − reference; bootstrap over prompts.
    pub change: Estimate,
}

/// Reports on texts and their drifts. Texts beyond `drifts` were not read. `measure` is a measure and its
/// window, for texts that are traces.
///
/// Returns `None` if no token was compared.
///
/// # Panics
/// If the window is 0.
#[must_use]
pub fn report(
    texts: &[Text],
    drifts: &[TextDrift],
    measure: Option<(Measure, usize)>,
    draws: Draws,
) -> Option<DriftReport> {
    let pairs: Vec<(&Text, &TextDrift)> = texts.iter().zip(drifts).collect();
    let every = |_: &Text, _: usize| true;
    let all = row("all", &pairs, &every, draws)?;
    let mut rows = vec![all];
    let mut part = |name: String, is_in: &dyn Fn(&Text, usize) -> bool| {
        rows.extend(row(&name, &pairs, is_in, draws).filter(|found| found.n < rows[0].n));
    };
    if measure.is_some() {
        part("first token".to_owned(), &|_, at| at == 0);
        part(format!("first {EARLY}"), &|_, at| at < EARLY);
        part("later".to_owned(), &|_, at| at >= EARLY);
        for (name, refused) in [("refusals", true), ("compliances", false)] {
            part(name.to_owned(), &|text, _| text.refused == Some(refused));
        }
        for label in [Label::Unsafe, Label::Safe] {
            part(format!("labelled {}", label.name()), &|text, _| text.label == Some(label));
        }
    }
    Some(DriftReport { rows, measure: measure.and_then(|one| measured(&pairs, one, draws)) })
}

fn row(
    name: &str,
    pairs: &[(&Text, &TextDrift)],
    is_in: &dyn Fn(&Text, usize) -> bool,
    draws: Draws,
) -> Option<DriftRow> {
    let (mut kl, mut sums, mut prompts) = (Vec::new(), Vec::new(), Vec::new());
    let (mut same, mut change, mut confidences) = (0_usize, 0.0, [0.0; 2]);
    for (text, drift) in pairs {
        let before = kl.len();
        for at in (0..drift.kl.len()).filter(|&at| is_in(text, at)) {
            kl.push(drift.kl[at]);
            same += usize::from(drift.same_top[at]);
            let [log_p, log_q] = drift.log_probabilities[at];
            change += log_q - log_p;
            for (sum, confidence) in confidences.iter_mut().zip(drift.confidences[at]) {
                *sum += confidence;
            }
        }
        if kl.len() > before {
            sums.push((kl[before..].iter().sum::<f64>(), (kl.len() - before) as f64));
            prompts.push(text.prompt);
        }
    }
    let mean = |weights: &[u32]| {
        let weighted = sums.iter().zip(weights);
        let (sum, count) = weighted.fold((0.0, 0.0), |(sum, count), (&(kl, tokens), &weight)| {
            (sum + f64::from(weight) * kl, count + f64::from(weight) * tokens)
        });
        (count > 0.0).then(|| sum / count)
    };
    let mean_kl = interval(&Clusters::by(prompts), draws, mean)?;
    let n = kl.len();
    let [median_kl, p90_kl, p99_kl, max_kl] = quantiles(&mut kl, [0.5, 0.9, 0.99, 1.0])?;
    let per_token = |sum: f64| sum / n as f64;
    Some(DriftRow {
        tokens: name.to_owned(),
        texts: sums.len(),
        n,
        mean_kl,
        median_kl,
        p90_kl,
        p99_kl,
        max_kl,
        same_top: per_token(same as f64),
        log_probability_change: per_token(change),
        reference_confidence: per_token(confidences[0]),
        model_confidence: per_token(confidences[1]),
    })
}

fn measured(
    pairs: &[(&Text, &TextDrift)],
    (measure, window): (Measure, usize),
    draws: Draws,
) -> Option<MeasureDrift> {
    let by = |drift: &TextDrift, which: usize| {
        let column = |values: &[[f64; 2]]| values.iter().map(|pair| pair[which]).collect::<Vec<f64>>();
        let found = measures(&column(&drift.log_probabilities), &column(&drift.confidences), window);
        found.map(|found| found.get(measure))
    };
    let both: Vec<(usize, f64, f64)> =
        pairs.iter().filter_map(|(text, drift)| Some((text.prompt, by(drift, 0)?, by(drift, 1)?))).collect();
    let clusters = Clusters::by(both.iter().map(|(prompt, ..)| prompt));
    let means = |weights: &[u32]| {
        let total: f64 = weights.iter().map(|&weight| f64::from(weight)).sum();
        let mean = |of: &dyn Fn(&(usize, f64, f64)) -> f64| {
            let sum: f64 = both.iter().zip(weights).map(|(one, &weight)| f64::from(weight) * of(one)).sum();
            (total > 0.0).then(|| sum / total)
        };
        vec![mean(&|one| one.1), mean(&|one| one.2), mean(&|one| one.2 - one.1)]
    };
    let mut found = intervals(&clusters, draws, means).into_iter();
    let (reference, model, change) = (found.next()??, found.next()??, found.next()??);
    Some(MeasureDrift { measure, reference: reference.point, model: model.point, change })
}
