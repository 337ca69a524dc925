//! Measures the statistics of a large run (ten scores of 5,000 units, 2,000 resamples and 2,000 permutations)
//! and of two compared runs (eight metrics of 5,000 instances, 10,000 resamples and 10,000 permutations).
//!
//! ```sh
//! cargo bench --bench statistics
//! ```

#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use safety_deepconf::analysis::paired::{PairedOptions, Run, paired};
use safety_deepconf::analysis::report::ReportOptions;
use safety_deepconf::deepconf::split::Split;
use safety_deepconf::deepconf::weight::VoteWeight;
use safety_deepconf::record::Measure;
use safety_deepconf::record::prediction::PredictionRow;
use safety_deepconf::stats::bootstrap::intervals;
use safety_deepconf::stats::multiple_testing::Correction;
use safety_deepconf::stats::permutation::{Exchange, p_values};
use safety_deepconf::stats::proportion::RateInterval;
use safety_deepconf::stats::ranking::Ranking;
use safety_deepconf::stats::{Clusters, Draws};
use serde_json::{Map, Value, json};

const UNITS: usize = 5_000;
const DRAWS: Draws = Draws { count: 2_000, seed: 1 };

/// Returns the share of positives at or above the median split minus the share below it, with the split
/// recomputed for these weights.
fn difference(ranking: &Ranking, scores: &[f64], positive: &[bool], weights: &[u32]) -> Option<f64> {
    let split = ranking.quantile(0.5, weights)?;
    let mut counts = [[0_u64; 2]; 2];
    for ((&score, &is_positive), &weight) in scores.iter().zip(positive).zip(weights) {
        counts[usize::from(score >= split)][usize::from(is_positive)] += u64::from(weight);
    }
    let rate = |[negatives, positives]: [u64; 2]| positives as f64 / (negatives + positives) as f64;
    Some(rate(counts[1]) - rate(counts[0]))
}

fn statistics(criterion: &mut Criterion) {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut uniform = || f64::from(rng.next_u32()) / f64::from(u32::MAX);
    let scores: Vec<Vec<f64>> = (0..10).map(|_| (0..UNITS).map(|_| uniform()).collect()).collect();
    let positive: Vec<bool> = (0..UNITS).map(|_| uniform() < 0.3).collect();
    let rankings: Vec<Ranking> = scores.iter().map(|scores| Ranking::new(scores)).collect();
    let clusters = Clusters::singletons(UNITS);
    let exchange = Exchange::free(UNITS);
    let mut group = criterion.benchmark_group("ten scores of 5,000 units");
    group.sample_size(10);
    group.bench_function("2,000 resamples of auroc, average precision and difference", |bencher| {
        bencher.iter(|| {
            black_box(intervals(&clusters, DRAWS, |weights| {
                let of = |(ranking, scores): (&Ranking, &Vec<f64>)| {
                    [
                        ranking.auroc(&positive, Some(weights)),
                        ranking.average_precision(&positive, Some(weights)),
                        difference(ranking, scores, &positive, weights),
                    ]
                };
                rankings.iter().zip(&scores).flat_map(of).collect()
            }))
        });
    });
    group.bench_function("2,000 permutations of auroc", |bencher| {
        bencher.iter(|| {
            black_box(p_values(&positive, &exchange, DRAWS, 0.5, |positive| {
                rankings.iter().map(|ranking| ranking.auroc(positive, None)).collect()
            }))
        });
    });
    group.finish();
}

/// Builds a decided instance with one trace.
fn row(number: usize, is_unsafe: bool, refused: bool, confidence: f64) -> PredictionRow {
    let measures: Map<String, Value> =
        Measure::ALL.into_iter().map(|measure| (measure.name().to_owned(), json!(confidence))).collect();
    let row = json!({
        "instance_id": format!("i{number:05}"),
        "prompt": format!("prompt {number}"),
        "ground_truth_label": if is_unsafe { "unsafe" } else { "safe" },
        "harm_category": null,
        "final_prediction": if refused { "unsafe" } else { "safe" },
        "correct": refused == is_unsafe,
        "refusal_rate": if refused { 1.0 } else { 0.0 },
        "confidence_measure": "bottom10",
        "avg_confidence": confidence,
        "confidence": confidence,
        "confidence_category": null,
        "decision": if refused { "refused" } else { "complied" },
        "outcome": match (refused, is_unsafe) {
            (true, true) => "correct_refusal",
            (true, false) => "over_refusal",
            (false, false) => "correct_compliance",
            (false, true) => "unsafe_compliance",
        },
        "votes_for": 1,
        "votes_cast": 1,
        "vote_share": 1.0,
        "uncertain_because": null,
        "num_traces_used": 1,
        "total_tokens": 9,
        "avg_tokens_per_trace": 9.0,
        "stop_reason": "fixed",
        "traces": [""],
        "confidences": [confidence],
        "refused": [refused],
        "votes": [refused],
        "tokens_per_trace": [9],
        "verdicts": [if refused { "refusal" } else { "compliance" }],
        "reasons": [""],
        "measures": [measures],
        "seeds": [0],
        "finish_reasons": ["stop"],
        "harmful_compliance": if refused { None } else { Some(is_unsafe) },
        "harmful": [if refused { None } else { Some(is_unsafe) }],
    });
    serde_json::from_value(row).unwrap_or_else(|error| panic!("a row: {error}"))
}

/// Compares two runs on 5,000 instances: all eight metrics, 10,000 resamples and 10,000 permutations.
fn pairs(criterion: &mut Criterion) {
    let mut rng = ChaCha8Rng::seed_from_u64(6);
    let mut uniform = || f64::from(rng.next_u32()) / f64::from(u32::MAX);
    let labels: Vec<bool> = (0..UNITS).map(|_| uniform() < 0.5).collect();
    let mut run = || -> Vec<PredictionRow> {
        let one = |(number, &is_unsafe): (usize, &bool)| {
            row(number, is_unsafe, uniform() < if is_unsafe { 0.5 } else { 0.1 }, uniform())
        };
        labels.iter().enumerate().map(one).collect()
    };
    let (reference, cell) = (run(), run());
    let options = ReportOptions {
        confidence: Measure::Bottom10,
        split: Split::Quantile(0.5),
        intervals: RateInterval::Wilson,
        cuts: false,
        min_traces: 1,
        max_traces: 1,
        vote: VoteWeight::Plain,
        harm_judge: None,
        planned: 0,
        notes: Vec::new(),
        cascades: Vec::new(),
    };
    let run = |rows| Run { name: "", rows, options: &options };
    let how = |count| PairedOptions {
        draws: Draws { count, seed: 1 },
        correction: Correction::Holm,
        split_value: Some(0.5),
    };
    let found = paired(run(&reference), run(&cell), &how(10)).map(|report| report.metrics.len());
    assert_eq!(found, Ok(8), "every metric");
    let mut group = criterion.benchmark_group("two runs over 5,000 instances, eight metrics");
    group.sample_size(10);
    group.bench_function("10,000 resamples and 10,000 permutations", |bencher| {
        bencher.iter(|| black_box(paired(run(&reference), run(&cell), &how(10_000))));
    });
    group.finish();
}

criterion_group!(benches, statistics, pairs);
criterion_main!(benches);
