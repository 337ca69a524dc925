//! Tests of the exploratory analysis on synthetic cases.

use super::*;
use crate::analysis::interpretation::Interpretation;
use crate::analysis::primary::primary;
use crate::analysis::testing::{normal, options, row, uniform};
use crate::record::Label;
use crate::record::prediction::PredictionRow;

/// Returns compliances. The confidence of unsafe prompts is lower by `shift` standard deviations.
fn compliances(n: usize, seed: u64, shift: f64) -> Vec<PredictionRow> {
    let mut next = uniform(seed);
    (0..n)
        .map(|number| {
            let harmful = next() < 0.4;
            let confidence = 10.0 + normal(&mut next) - if harmful { shift } else { 0.0 };
            let tokens = 20 + (next() * 80.0) as u32;
            let row = row(&format!("prompt {number}"), "c").bottom10(&[confidence]);
            row.label(harmful).tokens(&[tokens]).build()
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
    // The other scores are equally good, inverted or random.
    assert_eq!(find(&explored, "mean").auroc, bottom10.auroc);
    let inverted = find(&explored, "inverted_nll");
    assert!((inverted.auroc.as_ref().unwrap().point - (1.0 - auroc.point)).abs() < 1e-12);
    assert_eq!(inverted.kind, ScoreKind::Inverted);
    assert!((find(&explored, "answer_length").auroc.as_ref().unwrap().point - 0.5).abs() < 0.05);
    let share = find(&explored, "vote_share");
    assert_eq!((share.auroc.as_ref().unwrap().point, share.p), (0.5, Some(1.0)));
    assert_eq!(share.difference, None, "no compliance is below the split");
    // The family has nine rows; six of them have the smallest possible p.
    let smallest = find(&explored, "mean").p_holm.unwrap();
    assert!((smallest - 9.0 / 2_001.0).abs() < 1e-12, "{smallest}");
    // The log-odds grow by shift / σ of the confidence within the classes. The score is standardised over
    // both classes: √(1 + 0.4 · 0.6) deviations.
    let odds = bottom10.odds_ratio.as_ref().unwrap();
    assert!((odds.point.ln() - 1.24_f64.sqrt()).abs() < 0.15, "{odds:?}");
    // Length is unrelated here.
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
    // 20 are expected, standard deviation 4.4. Holm's correction bounds rejections in the family by as many.
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
    // Category b is riskier and less confident; within a category there is no relation.
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
    // A category that determines the label leaves nothing to compare.
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
    // With a judge, labels do not matter.
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
