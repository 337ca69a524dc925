//! Statistics against NumPy, SciPy, scikit-learn and statsmodels (`scripts/make_golden_statistics.py`):
//! within 1e-9, and what is random within its Monte-Carlo error.

use safety_deepconf::stats::auroc::{auroc, average_precision};
use safety_deepconf::stats::bootstrap::{interval, percentile_interval};
use safety_deepconf::stats::calibration::{brier, expected_calibration_error, reliability};
use safety_deepconf::stats::clopper_pearson::clopper_pearson;
use safety_deepconf::stats::effect_size::{cohens_dz, cohens_h};
use safety_deepconf::stats::logistic::Logistic;
use safety_deepconf::stats::mcnemar::{discordant_odds, mcnemar_exact};
use safety_deepconf::stats::multiple_testing::{benjamini_hochberg, holm};
use safety_deepconf::stats::paired_permutation::{sign_flip_p_value, swap_p_value};
use safety_deepconf::stats::paired_power::{pairs_needed, smallest_difference, smallest_mean_difference};
use safety_deepconf::stats::permutation::{Exchange, p_value};
use safety_deepconf::stats::proportion::wilson;
use safety_deepconf::stats::quantile::quantile;
use safety_deepconf::stats::ranking::Ranking;
use safety_deepconf::stats::risk_coverage::RiskCoverage;
use safety_deepconf::stats::stratified::Stratified;
use safety_deepconf::stats::{Clusters, Draws};
use serde::Deserialize;

const TOLERANCE: f64 = 1e-9;

fn near(found: f64, expected: f64, what: &str) {
    assert!((found - expected).abs() < TOLERANCE, "{what}: {found} for {expected}");
}

#[derive(Deserialize)]
struct Golden {
    versions: std::collections::BTreeMap<String, String>,
    ranking: Vec<RankingCase>,
    bootstrap: Vec<BootstrapCase>,
    stratified: Vec<StratifiedCase>,
    permutation: Vec<PermutationCase>,
    holm: Vec<HolmCase>,
    logistic: Vec<LogisticCase>,
    proportions: Vec<ProportionCase>,
    mcnemar: Vec<McNemarCase>,
    effects: Vec<EffectCase>,
    benjamini_hochberg: Vec<HolmCase>,
    power: Vec<PowerCase>,
    calibration: Vec<CalibrationCase>,
    sign_flips: Vec<SignFlipCase>,
    swaps: Vec<SwapCase>,
}

#[derive(Deserialize)]
struct ProportionCase {
    k: usize,
    n: usize,
    clopper_pearson: [f64; 2],
    wilson: [f64; 2],
}

#[derive(Deserialize)]
struct McNemarCase {
    b: usize,
    c: usize,
    p: f64,
    odds: Option<f64>,
    low: f64,
    high: Option<f64>,
}

#[derive(Deserialize)]
struct EffectCase {
    p: f64,
    q: f64,
    h: f64,
    differences: Vec<f64>,
    dz: f64,
}

#[derive(Deserialize)]
struct PowerCase {
    n: usize,
    discordant: f64,
    smallest: f64,
    difference: f64,
    needed: f64,
    deviation: f64,
    smallest_mean: f64,
}

#[derive(Deserialize)]
struct CalibrationCase {
    probabilities: Vec<f64>,
    outcomes: Vec<bool>,
    bins: usize,
    brier: f64,
    ece: f64,
    counts: Vec<usize>,
    observed: Vec<f64>,
    predicted: Vec<f64>,
    risks: Vec<f64>,
    aurc: f64,
}

#[derive(Deserialize)]
struct SignFlipCase {
    differences: Vec<f64>,
    p: f64,
}

#[derive(Deserialize)]
struct SwapCase {
    one: Vec<f64>,
    other: Vec<f64>,
    positive: Vec<bool>,
    places: [Vec<f64>; 2],
    difference: f64,
    p: f64,
}

#[derive(Deserialize)]
struct RankingCase {
    kind: String,
    scores: Vec<f64>,
    positive: Vec<bool>,
    weights: Vec<u32>,
    auroc: f64,
    average_precision: f64,
    weighted_auroc: f64,
    weighted_average_precision: f64,
    mann_whitney_u: f64,
    q: Vec<f64>,
    quantiles: Vec<f64>,
    weighted_quantiles: Vec<f64>,
}

#[derive(Deserialize)]
struct BootstrapCase {
    scores: Vec<f64>,
    positive: Vec<bool>,
    resamples: Vec<Vec<usize>>,
    level: f64,
    auroc: [f64; 2],
    average_precision: [f64; 2],
}

#[derive(Deserialize)]
struct StratifiedCase {
    scores: Vec<f64>,
    strata: Vec<u32>,
    positive: Vec<bool>,
    pairs: u64,
    auroc: f64,
}

#[derive(Deserialize)]
struct PermutationCase {
    scores: Vec<f64>,
    positive: Vec<bool>,
    auroc: f64,
    p: f64,
}

#[derive(Deserialize)]
struct HolmCase {
    p: Vec<f64>,
    adjusted: Vec<f64>,
}

#[derive(Deserialize)]
struct LogisticCase {
    predictors: Vec<Vec<f64>>,
    positive: Vec<bool>,
    coefficients: Vec<f64>,
    standard_errors: Vec<f64>,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("golden/statistics.json")).unwrap()
}

#[test]
fn the_vectors_are_there() {
    let golden = golden();
    for library in ["numpy", "scipy", "scikit-learn", "statsmodels"] {
        assert!(golden.versions.contains_key(library), "{library}");
    }
    assert_eq!((golden.ranking.len(), golden.bootstrap.len(), golden.stratified.len()), (12, 3, 3));
    assert_eq!((golden.permutation.len(), golden.holm.len(), golden.logistic.len()), (5, 6, 4));
    assert_eq!((golden.proportions.len(), golden.mcnemar.len(), golden.effects.len()), (13, 10, 4));
    assert_eq!((golden.power.len(), golden.calibration.len(), golden.benjamini_hochberg.len()), (5, 4, 6));
    assert_eq!((golden.sign_flips.len(), golden.swaps.len()), (3, 2));
}

#[test]
fn areas_and_quantiles() {
    for (number, case) in golden().ranking.iter().enumerate() {
        let what = |name: &str| format!("case {number} ({}), {name}", case.kind);
        let ranking = Ranking::new(&case.scores);
        let positives = case.positive.iter().filter(|&&is| is).count();
        let pairs = positives * (case.positive.len() - positives);
        let found = auroc(&case.scores, &case.positive).unwrap();
        near(found, case.auroc, &what("auroc"));
        near(found * pairs as f64, case.mann_whitney_u, &what("u"));
        let found = average_precision(&case.scores, &case.positive).unwrap();
        near(found, case.average_precision, &what("average precision"));
        let weights = Some(&case.weights[..]);
        let found = ranking.auroc(&case.positive, weights).unwrap();
        near(found, case.weighted_auroc, &what("weighted auroc"));
        let found = ranking.average_precision(&case.positive, weights).unwrap();
        near(found, case.weighted_average_precision, &what("weighted average precision"));
        for (index, &q) in case.q.iter().enumerate() {
            near(quantile(&case.scores, q).unwrap(), case.quantiles[index], &what("quantile"));
            let found = ranking.quantile(q, &case.weights).unwrap();
            near(found, case.weighted_quantiles[index], &what("weighted quantile"));
        }
    }
}

#[test]
fn bootstrap_intervals_over_given_resamples() {
    for case in golden().bootstrap {
        let ranking = Ranking::new(&case.scores);
        let of = |statistic: &dyn Fn(&[u32]) -> Option<f64>| -> (f64, f64) {
            let values: Vec<f64> = case
                .resamples
                .iter()
                .map(|drawn| {
                    let mut weights = vec![0; case.scores.len()];
                    drawn.iter().for_each(|&unit| weights[unit] += 1);
                    statistic(&weights).unwrap()
                })
                .collect();
            percentile_interval(&values, case.resamples.len(), case.level).unwrap()
        };
        let found = of(&|weights| ranking.auroc(&case.positive, Some(weights)));
        near(found.0, case.auroc[0], "auroc, low");
        near(found.1, case.auroc[1], "auroc, high");
        let found = of(&|weights| ranking.average_precision(&case.positive, Some(weights)));
        near(found.0, case.average_precision[0], "average precision, low");
        near(found.1, case.average_precision[1], "average precision, high");
    }
}

#[test]
fn stratified_areas() {
    for case in golden().stratified {
        let concordance = Stratified::new(&case.scores, &case.strata).concordance(&case.positive, None);
        assert_eq!(concordance.pairs, case.pairs);
        near(concordance.share().unwrap(), case.auroc, "stratified auroc");
    }
}

#[test]
fn permutation_tests_agree_with_all_arrangements() {
    let draws = Draws { count: 20_000, seed: 3 };
    for case in golden().permutation {
        let ranking = Ranking::new(&case.scores);
        near(ranking.auroc(&case.positive, None).unwrap(), case.auroc, "auroc");
        let exchange = Exchange::free(case.scores.len());
        let p = p_value(&case.positive, &exchange, draws, 0.5, |is| ranking.auroc(is, None)).unwrap();
        let error = (case.p * (1.0 - case.p) / 20_000.0).sqrt();
        assert!((p - case.p).abs() < 4.0 * error + 1.0 / 20_000.0, "{p} for {}", case.p);
    }
}

#[test]
fn adjusted_p_values() {
    for case in golden().holm {
        for (found, expected) in holm(&case.p).into_iter().zip(case.adjusted) {
            near(found, expected, "holm");
        }
    }
    for case in golden().benjamini_hochberg {
        for (found, expected) in benjamini_hochberg(&case.p).into_iter().zip(case.adjusted) {
            near(found, expected, "benjamini-hochberg");
        }
    }
}

#[test]
fn intervals_of_proportions() {
    for ProportionCase { k, n, clopper_pearson: exact, wilson: score } in golden().proportions {
        for (found, expected) in [(clopper_pearson(k, n).unwrap(), exact), (wilson(k, n).unwrap(), score)] {
            near(found.point, k as f64 / n as f64, "proportion");
            near(found.low, expected[0], &format!("{} of {k}/{n}, low", found.method));
            near(found.high, expected[1], &format!("{} of {k}/{n}, high", found.method));
        }
    }
}

#[test]
fn exact_tests_of_pairs() {
    for case in golden().mcnemar {
        let (b, c) = (case.b, case.c);
        near(mcnemar_exact(b, c), case.p, &format!("p of {b} and {c}"));
        let odds = discordant_odds(b, c).unwrap();
        assert_eq!((odds.point, odds.high.is_some()), (case.odds, case.high.is_some()));
        near(odds.low, case.low, "odds, low");
        // Relative: odds have no upper bound.
        let high = case.high.unwrap_or_default();
        near(odds.high.unwrap_or_default() / high.max(1.0), high / high.max(1.0), "odds, high");
    }
}

#[test]
fn sizes_of_effects_and_power() {
    for case in golden().effects {
        near(cohens_h(case.p, case.q), case.h, "h");
        near(cohens_dz(&case.differences).unwrap(), case.dz, "d_z");
    }
    for case in golden().power {
        near(smallest_difference(case.n, case.discordant).unwrap(), case.smallest, "smallest difference");
        let needed = pairs_needed(case.difference, case.discordant).unwrap();
        near(needed / case.needed, 1.0, "pairs needed");
        near(smallest_mean_difference(case.n, case.deviation).unwrap(), case.smallest_mean, "of means");
    }
}

#[test]
fn calibration_and_risk() {
    for case in golden().calibration {
        near(brier(&case.probabilities, &case.outcomes).unwrap(), case.brier, "brier");
        let bins = reliability(&case.probabilities, &case.outcomes, case.bins);
        near(expected_calibration_error(&bins).unwrap(), case.ece, "ece");
        assert_eq!(bins.iter().map(|bin| bin.count).collect::<Vec<_>>(), case.counts);
        for (bin, (observed, predicted)) in bins.iter().zip(case.observed.iter().zip(&case.predicted)) {
            near(bin.observed.point, *observed, "observed");
            near(bin.mean_predicted, *predicted, "predicted");
        }
        let wrong: Vec<bool> = case.outcomes.iter().map(|is| !is).collect();
        let curve = RiskCoverage::new(&case.probabilities, &wrong);
        for (index, &risk) in case.risks.iter().enumerate() {
            near(curve.risk(index + 1).unwrap(), risk, "risk");
        }
        near(curve.area().unwrap(), case.aurc, "aurc");
    }
}

#[test]
fn exchanges_of_pairs_agree_with_all_arrangements() {
    let draws = Draws { count: 20_000, seed: 3 };
    let near_p = |found: f64, expected: f64| {
        let error = (expected * (1.0 - expected) / 20_000.0).sqrt();
        assert!((found - expected).abs() < 4.0 * error + 1.0 / 20_000.0, "{found} for {expected}");
    };
    for case in golden().sign_flips {
        let clusters = Clusters::singletons(case.differences.len());
        near_p(sign_flip_p_value(&case.differences, &clusters, draws).unwrap(), case.p);
    }
    for case in golden().swaps {
        let places = [&case.one, &case.other].map(|scores| Ranking::new(scores).places());
        for (found, expected) in places.iter().flatten().zip(case.places.iter().flatten()) {
            near(*found, *expected, "place");
        }
        let difference = |swapped: &[bool]| {
            let run = |is_other: bool| -> Vec<f64> {
                (0..swapped.len()).map(|unit| places[usize::from(swapped[unit] != is_other)][unit]).collect()
            };
            Some(auroc(&run(true), &case.positive)? - auroc(&run(false), &case.positive)?)
        };
        near(difference(&vec![false; case.one.len()]).unwrap(), case.difference, "difference");
        let p = swap_p_value(&Clusters::singletons(case.one.len()), draws, difference).unwrap();
        near_p(p, case.p);
    }
}

#[test]
fn logistic_regressions() {
    for case in golden().logistic {
        let predictors: Vec<&[f64]> = case.predictors.iter().map(Vec::as_slice).collect();
        let fit = Logistic::fit(&predictors, &case.positive).unwrap();
        for (index, (&coefficient, &error)) in case.coefficients.iter().zip(&case.standard_errors).enumerate()
        {
            near(fit.coefficients[index], coefficient, "coefficient");
            near(fit.standard_errors[index], error, "standard error");
        }
    }
}

/// A splitmix64 stream of numbers in [0, 1).
fn uniform(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[test]
fn unrelated_scores_are_rejected_as_often_as_the_level_says() {
    // 1,000 sets of 20 prompts that stand thrice each: the copies share their outcome and most of their
    // score. Clustered, p ≤ 0.05 in 5 % (standard error 0.7 %); taken for 60 units, far more often.
    let (mut clustered, mut naive, mut covered) = (0, 0, 0);
    let draws = |seed| Draws { count: 199, seed };
    for seed in 0..1_000 {
        let mut next = uniform(seed);
        let (mut scores, mut positive) = (Vec::new(), Vec::new());
        for _ in 0..20 {
            let (score, class) = (next(), next() < 0.4);
            for _ in 0..3 {
                scores.push(score + 0.1 * next());
                positive.push(class);
            }
        }
        if positive.iter().all(|&is| is == positive[0]) {
            continue;
        }
        let ranking = Ranking::new(&scores);
        let clusters = Clusters::by((0..60).map(|unit| unit / 3));
        let p = |exchange: &Exchange| {
            p_value(&positive, exchange, draws(seed), 0.5, |is| ranking.auroc(is, None)).unwrap()
        };
        clustered += u32::from(p(&Exchange::new(&clusters, None)) <= 0.05);
        naive += u32::from(p(&Exchange::free(60)) <= 0.05);
        let found = interval(&clusters, draws(seed), |weights| ranking.auroc(&positive, Some(weights)));
        covered += u32::from(found.is_some_and(|estimate| !estimate.excludes(0.5)));
    }
    assert!((29..=71).contains(&clustered), "{clustered}");
    assert!(naive > 150, "{naive}");
    // The interval holds one half in 95 %, or somewhat less with so few clusters.
    assert!((920..=970).contains(&covered), "{covered}");
}
