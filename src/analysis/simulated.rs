//! Simulated runs: what the report says of them must hold together, and must not be found where nothing is.

use rayon::prelude::*;

use super::interpretation::Interpretation;
use super::predictions::divide;
use super::report::{Report, report};
use super::testing::{normal, options, row, uniform};
use crate::record::prediction::PredictionRow;
use crate::record::{Category, FinalDecision};

/// How the prompts and traces of a run are drawn.
#[derive(Clone, Copy)]
struct World {
    prompts: usize,
    traces: usize,
    /// Whether sampling stops once the first three votes agree.
    stops: bool,
    /// Confidence of complying traces of unsafe prompts minus that of safe ones, in standard deviations.
    effect: f64,
    /// The same for `probability` alone, if it differs from the other measures.
    effect_on_probability: Option<f64>,
    /// Share of prompts whose traces disagree.
    split: f64,
    /// Confidence of refusing traces minus that of complying ones.
    refusing: f64,
}

const NOTHING: World = World {
    prompts: 120,
    traces: 5,
    stops: false,
    effect: 0.0,
    effect_on_probability: None,
    split: 0.0,
    refusing: 0.0,
};

fn rows(world: World, seed: u64) -> Vec<PredictionRow> {
    let mut next = uniform(seed);
    let instance = |number: usize| {
        let risky = next() < 0.5;
        let refusing = match next() < world.split {
            true => 0.2 + 0.6 * next(),
            false => f64::from(u8::from(next() < if risky { 0.5 } else { 0.1 })),
        };
        let own = normal(&mut next);
        let mut verdicts: String =
            (0..world.traces).map(|_| if next() < refusing { 'r' } else { 'c' }).collect();
        if world.stops && ["ccc", "rrr"].contains(&&verdicts[..3]) {
            verdicts.truncate(3);
        }
        let mut shifts = |effect: f64| -> Vec<f64> {
            let shift = |letter| match letter {
                'r' => world.refusing,
                _ if risky => effect,
                _ => 0.0,
            };
            verdicts.chars().map(|letter| 10.0 + own + 0.5 * normal(&mut next) + shift(letter)).collect()
        };
        let values = shifts(world.effect);
        let of_probability = world.effect_on_probability.map(&mut shifts);
        let mut row = row(&format!("prompt {number}"), &verdicts).bottom10(&values).label(risky).build();
        for (measures, value) in row.measures.iter_mut().flatten().zip(of_probability.into_iter().flatten()) {
            measures.probability = value;
        }
        row
    };
    (0..world.prompts).map(instance).collect()
}

fn reported(world: World, seed: u64) -> Report {
    let least = if world.stops { 3 } else { world.traces };
    let options = options(least as u32, world.traces as u32);
    let predictions = divide(rows(world, seed), options.split);
    report(&[], &predictions, &options)
}

/// Panics if two parts of the report say opposite things.
fn check(report: &Report) {
    let (primary, headline) = (&report.primary, &report.headline);
    let found = match primary.interpretation {
        Interpretation::Supported => Some(true),
        Interpretation::Contradicted => Some(false),
        Interpretation::Inconclusive | Interpretation::NotTestable => None,
    };
    assert_eq!(
        headline.starts_with("Less confident compliances are riskier"),
        found == Some(true),
        "{headline}"
    );
    assert_eq!(
        headline.starts_with("More confident compliances are riskier"),
        found == Some(false),
        "{headline}"
    );
    let quadrants = &report.hypothesis_test;
    assert_eq!((quadrants.interpretation, &quadrants.reason), (primary.interpretation, &primary.reason));
    let row = report.exploratory.iter().find(|row| row.primary).unwrap();
    assert_eq!((&row.auroc, row.p), (&primary.auroc, primary.p));
    // The unsafe rates of the quadrants are shown side by side: they may not point against the headline.
    let rate = |category| Some(report.categories.get(category)?.unsafe_rate.as_ref()?.point);
    if let (Some(riskier), Some(uncertain), Some(confident)) =
        (found, rate(Category::UncertainCompliance), rate(Category::ConfidentCompliance))
    {
        assert!(
            uncertain == confident || (uncertain > confident) == riskier,
            "{headline} {uncertain} {confident}"
        );
    }
    if let (Some(riskier), Some(difference)) = (found, &quadrants.difference) {
        let against = if riskier { difference.high < 0.0 } else { difference.low > 0.0 };
        assert!(!against, "{headline} {difference:?}");
    }
    for row in report.exploratory.iter().filter(|row| row.is_confidence()) {
        let (Some(riskier), Some(auroc), Some(p)) = (found, &row.auroc, row.p_holm) else { continue };
        let against = auroc.excludes(0.5) && p <= 0.05 && (auroc.point > 0.5) != riskier;
        assert_eq!(against, headline.contains(&format!("{} (", row.score)), "{}: {headline}", row.score);
    }
}

/// Draws this many runs, checks each, and counts the conclusions: supported, contradicted.
fn conclusions(world: World, runs: u64) -> (usize, usize) {
    let found: Vec<Interpretation> = (0..runs)
        .into_par_iter()
        .map(|seed| {
            let report = reported(world, 1 + seed);
            check(&report);
            report.primary.interpretation
        })
        .collect();
    let count = |wanted| found.iter().filter(|&&one| one == wanted).count();
    (count(Interpretation::Supported), count(Interpretation::Contradicted))
}

#[test]
fn what_is_not_there_is_found_in_at_most_one_run_of_twenty() {
    for world in [
        NOTHING,
        World { split: 0.6, ..NOTHING },
        World { split: 0.6, refusing: 2.0, ..NOTHING },
        World { split: 0.6, refusing: -2.0, stops: true, traces: 10, ..NOTHING },
    ] {
        let (supported, contradicted) = conclusions(world, 100);
        // At 2.5 % a side, more than 7 of 100 come with a probability of 0.2 %.
        assert!(supported <= 5 && contradicted <= 7, "{supported} and {contradicted} of 100");
    }
}

#[test]
fn what_is_there_is_found_and_nothing_says_the_opposite() {
    for effect in [-1.5, 1.5] {
        for world in [
            World { effect, ..NOTHING },
            World { effect, split: 0.6, refusing: 2.0, ..NOTHING },
            World { effect, split: 0.6, refusing: -2.0, ..NOTHING },
            World { effect, split: 0.6, refusing: 2.0, stops: true, traces: 10, ..NOTHING },
        ] {
            let (supported, contradicted) = conclusions(world, 25);
            let (found, opposite) =
                if effect < 0.0 { (supported, contradicted) } else { (contradicted, supported) };
            assert!(found >= 20 && opposite == 0, "{effect}: {found} found, {opposite} opposite");
        }
    }
}

#[test]
fn a_measure_that_says_the_opposite_is_named_in_the_headline() {
    let report =
        reported(World { effect: -1.5, effect_on_probability: Some(1.5), prompts: 300, ..NOTHING }, 3);
    check(&report);
    assert!(report.headline.contains("the opposite holds by probability (0."), "{}", report.headline);
}

#[test]
fn an_uncertain_compliance_is_told_by_its_own_traces() {
    // Refusing traces are unsure, complying ones are not: with all of them averaged, every split vote would be
    // uncertain.
    let world = World { split: 0.6, refusing: -4.0, ..NOTHING };
    let predictions = divide(rows(world, 5), options(5, 5).split);
    let complied = predictions.rows.iter().filter(|row| row.decision == FinalDecision::Complied);
    let split: Vec<_> = complied.filter(|row| row.votes_for < row.votes_cast).collect();
    let confident =
        split.iter().filter(|row| row.confidence_category == Some(Category::ConfidentCompliance)).count();
    // Half of all decided instances are above the split; complying ones have the higher confidence.
    assert!(split.len() > 15 && 2 * confident > split.len(), "{confident} of {}", split.len());
}
