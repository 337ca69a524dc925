//! Two runs held against each other: against numbers known by hand, and against NumPy on the same resamples.

use std::path::Path;

use crate::support::{run_in, stderr, stdout, succeed_in};
use proptest::prelude::*;
use safety_deepconf::analysis::paired::{
    Metric, PairedMetric, PairedOptions, PairedReport, Run, Unpaired, adjust, paired,
};
use safety_deepconf::analysis::report::ReportOptions;
use safety_deepconf::deepconf::split::Split;
use safety_deepconf::deepconf::weight::VoteWeight;
use safety_deepconf::record::Measure;
use safety_deepconf::record::prediction::PredictionRow;
use safety_deepconf::stats::Draws;
use safety_deepconf::stats::multiple_testing::Correction;
use safety_deepconf::stats::proportion::RateInterval;
use serde::Deserialize;
use serde_json::{Value, json};

/// One decided instance of one trace; every measure has the value `confidence`.
fn row(id: &str, prompt: &str, is_unsafe: bool, refused: bool, confidence: f64) -> PredictionRow {
    let names = ["probability", "mean", "lowest_group", "bottom10", "tail", "first_tokens", "inverted_nll"];
    let measures: serde_json::Map<String, Value> =
        names.iter().map(|&name| (name.to_owned(), json!(confidence))).collect();
    serde_json::from_value(json!({
        "instance_id": id,
        "prompt": prompt,
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
        "traces": ["text"],
        "confidences": [confidence],
        "refused": [refused],
        "votes": [refused],
        "tokens_per_trace": [9],
        "verdicts": [if refused { "refusal" } else { "compliance" }],
        "reasons": [""],
        "measures": [measures],
        "seeds": [0],
        "finish_reasons": ["stop"],
    }))
    .unwrap()
}

fn options() -> ReportOptions {
    ReportOptions {
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
    }
}

fn compared(reference: &[PredictionRow], cell: &[PredictionRow], draws: Draws) -> PairedReport {
    let how = PairedOptions { draws, correction: Correction::Holm, split_value: Some(5.0) };
    let options = options();
    let run = |name, rows| Run { name, rows, options: &options };
    paired(run("reference", reference), run("cell", cell), &how).unwrap()
}

fn find(report: &PairedReport, metric: Metric) -> &PairedMetric {
    report.metrics.iter().find(|one| one.metric == metric).unwrap()
}

const FEW: Draws = Draws { count: 300, seed: 4 };

#[derive(Deserialize)]
struct Golden {
    paired: Vec<PairedCase>,
}

#[derive(Deserialize)]
struct PairedCase {
    seed: u64,
    count: u32,
    first_indices: Vec<usize>,
    prompt: Vec<usize>,
    #[serde(rename = "unsafe")]
    is_unsafe: Vec<bool>,
    refused: [Vec<bool>; 2],
    confidence: [Vec<f64>; 2],
    metrics: std::collections::BTreeMap<String, MetricCase>,
}

#[derive(Deserialize)]
struct MetricCase {
    reference: f64,
    cell: f64,
    interval: [f64; 2],
}

#[test]
fn values_and_intervals_are_those_of_numpy_over_the_same_resamples() {
    let golden: Golden = serde_json::from_str(include_str!("golden/statistics.json")).unwrap();
    for case in golden.paired {
        let draws = Draws { count: case.count, seed: case.seed };
        let prompts = case.first_indices.len();
        assert_eq!(draws.indices(0, prompts).collect::<Vec<_>>(), case.first_indices);
        let [reference, cell] = [0, 1].map(|run| -> Vec<PredictionRow> {
            let one = |index: usize| {
                let prompt = format!("prompt {}", case.prompt[index]);
                let (refused, confidence) = (case.refused[run][index], case.confidence[run][index]);
                row(&format!("i{index:03}"), &prompt, case.is_unsafe[index], refused, confidence)
            };
            (0..case.prompt.len()).map(one).collect()
        });
        let report = compared(&reference, &cell, draws);
        assert_eq!((report.pairs, report.prompts), (case.prompt.len(), prompts));
        assert_eq!(report.metrics.len(), case.metrics.len());
        for metric in &report.metrics {
            let expected = &case.metrics[metric.metric.name()];
            let difference = metric.difference.as_ref().unwrap();
            for (found, expected) in [
                (metric.reference, expected.reference),
                (metric.cell, expected.cell),
                (difference.point, expected.cell - expected.reference),
                (difference.low, expected.interval[0]),
                (difference.high, expected.interval[1]),
            ] {
                assert!((found - expected).abs() < 1e-9, "{:?}: {found} for {expected}", metric.metric);
            }
            assert!(difference.method.contains("over 50 clusters"), "{}", difference.method);
            // Ten prompts stand twice: no test takes them for two.
            assert_ne!(metric.p_method, "mcnemar_exact");
        }
    }
}

/// Forty prompts, half of them unsafe; the cell refuses three more and two fewer.
fn by_hand() -> (Vec<PredictionRow>, Vec<PredictionRow>) {
    let instance = |index: usize, flipped: bool| {
        let refused = index.is_multiple_of(4) != flipped;
        let confidence = 4.0 + (index * 7 % 11) as f64 / 5.0;
        row(&format!("i{index:02}"), &format!("prompt {index}"), index.is_multiple_of(2), refused, confidence)
    };
    let reference = (0..40).map(|index| instance(index, false)).collect();
    // 0 and 4, unsafe, were refused; 2, unsafe, and 1 and 3, safe, were complied with.
    let cell = (0..40).map(|index| instance(index, [0, 1, 2, 3, 4].contains(&index))).collect();
    (reference, cell)
}

#[test]
fn flips_are_counted_in_both_directions() {
    let (reference, cell) = by_hand();
    let report = compared(&reference, &cell, FEW);
    let flips = &report.flips;
    assert_eq!(flips.all.refused_to_complied.instance_ids, ["i00", "i04"]);
    assert_eq!(flips.all.complied_to_refused.instance_ids, ["i01", "i02", "i03"]);
    assert_eq!(
        (flips.labelled_unsafe.refused_to_complied.count, flips.labelled_unsafe.complied_to_refused.count),
        (2, 1)
    );
    assert_eq!(
        (flips.labelled_safe.refused_to_complied.count, flips.labelled_safe.complied_to_refused.count),
        (0, 2)
    );
    assert_eq!(flips.all.odds_to_refused.unwrap().point, Some(1.5));
    let sensitivity = find(&report, Metric::Sensitivity);
    assert_eq!((sensitivity.n, sensitivity.reference, sensitivity.cell), (20, 0.5, 0.45));
    let specificity = find(&report, Metric::Specificity);
    assert_eq!((specificity.reference, specificity.cell), (1.0, 0.9));
    assert_eq!((specificity.cell_only, specificity.reference_only), (Some(0), Some(2)));
    // Two of two one way: 2 · ½².
    assert_eq!((specificity.p, specificity.p_method.as_str()), (Some(0.5), "mcnemar_exact"));
    let over_refusal = find(&report, Metric::OverRefusal);
    assert_eq!((over_refusal.p, over_refusal.p_adjusted), (specificity.p, specificity.p_adjusted));
    let (one, other) = (over_refusal.difference.as_ref().unwrap(), specificity.difference.as_ref().unwrap());
    assert_eq!((one.point, one.low), (-other.point, -other.high));
    // Accuracy, refusals, sensitivity, specificity, confidence, AUROC: over-refusal counts once.
    assert_eq!((report.family, report.metrics.len()), (6, 7));
    assert_eq!(
        report.not_compared.iter().map(|one| one.metric).collect::<Vec<_>>(),
        [Metric::HarmfulCompliance]
    );
    let moves: usize = report.transitions.as_ref().unwrap().moves.iter().map(|one| one.count).sum();
    assert_eq!(moves, 40);
    let diagonal = report.transitions.as_ref().unwrap().moves.iter().filter(|one| one.from == one.to);
    assert_eq!(diagonal.map(|one| one.count).sum::<usize>(), 35);
    assert!(sensitivity.power.starts_with("20 pairs of which 15.0 % differ"), "{}", sensitivity.power);
}

#[test]
fn identical_runs_differ_in_nothing() {
    let (reference, _) = by_hand();
    let report = compared(&reference, &reference, FEW);
    for metric in &report.metrics {
        let difference = metric.difference.as_ref().unwrap();
        assert_eq!(
            (difference.point, difference.low, difference.high),
            (0.0, 0.0, 0.0),
            "{:?}",
            metric.metric
        );
        assert_eq!((metric.p, metric.p_adjusted), (Some(1.0), Some(1.0)), "{:?}", metric.metric);
    }
    assert_eq!(report.flips.all.p, 1.0);
    assert_eq!(find(&report, Metric::MeanConfidence).effect.cohens_dz, Some(0.0));
}

#[test]
fn harm_is_compared_where_a_judge_of_it_spoke_in_both() {
    let (mut reference, mut cell) = by_hand();
    for (index, row) in reference.iter_mut().chain(&mut cell).enumerate() {
        if row.correct.is_some() && row.final_prediction.name() == "safe" {
            // Every fifth compliance of the reference does harm, and every fourth of the cell.
            row.harmful_compliance = Some(index % 40 % (if index < 40 { 5 } else { 4 }) == 0);
            row.harmful = vec![row.harmful_compliance];
        }
    }
    // Complied with by the reference: 5, 10, 15, 25, 30, 35; by the cell 0 and 4, whose decision changed.
    let report = compared(&reference, &cell, FEW);
    let harm = find(&report, Metric::HarmfulCompliance);
    assert_eq!((harm.n, harm.reference, harm.cell), (40, 6.0 / 40.0, 2.0 / 40.0));
    assert_eq!((harm.cell_only, harm.reference_only, harm.p), (Some(2), Some(6), Some(0.2890625)));
    let odds = harm.effect.odds_ratio.unwrap();
    assert!((odds.point.unwrap() - 1.0 / 3.0).abs() < 1e-12);
    assert_eq!(report.family, 7);
    // Where nobody said of a compliance, the pair is not among those looked at.
    reference[5].harmful_compliance = None;
    assert_eq!(find(&compared(&reference, &cell, FEW), Metric::HarmfulCompliance).n, 39);
}

#[test]
fn the_scale_of_a_score_does_not_matter_to_the_test_of_areas() {
    let (reference, cell) = by_hand();
    let scaled: Vec<PredictionRow> = cell
        .iter()
        .map(|one| {
            let confidence = 100.0 + 7.0 * one.avg_confidence.unwrap();
            let refused = one.final_prediction.name() == "unsafe";
            let is_unsafe = one.correct.unwrap() == refused;
            row(&one.instance_id, &one.prompt, is_unsafe, refused, confidence)
        })
        .collect();
    let (one, other) = (compared(&reference, &cell, FEW), compared(&reference, &scaled, FEW));
    let (one, other) = (find(&one, Metric::Auroc), find(&other, Metric::Auroc));
    assert_eq!((one.p, &one.difference), (other.p, &other.difference));
    assert!(one.p.unwrap() > 0.05);
}

#[test]
fn several_comparisons_are_one_family() {
    let (reference, cell) = by_hand();
    let mut reports = vec![compared(&reference, &cell, FEW), compared(&reference, &reference, FEW)];
    adjust(&mut reports, Correction::BenjaminiHochberg);
    assert!(reports.iter().all(|report| report.family == 12));
    let other = [row("i00", "another prompt", true, true, 5.0)];
    let options = options();
    let run = |rows| Run { name: "", rows, options: &options };
    let how = PairedOptions { draws: FEW, correction: Correction::Holm, split_value: None };
    let error = paired(run(&reference), run(&other), &how).unwrap_err();
    assert!(matches!(&error, Unpaired::Mismatches(list) if list[0].instance_id == "i00"), "{error}");
}

#[test]
fn the_exchange_of_areas_rejects_as_often_as_the_level_says() {
    // Two runs that differ by chance: p ≤ 0.05 in 5 % of 400 (standard error 1.1 %).
    let mut state = 1_u64;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut rejected = [0, 0];
    let draws = Draws { count: 199, seed: 9 };
    for _ in 0..400 {
        let base: Vec<f64> = (0..40).map(|_| uniform()).collect();
        let mut run = || -> Vec<PredictionRow> {
            let one = |(index, base): (usize, &f64)| {
                let confidence = base + uniform() - if index % 3 == 0 { 0.3 } else { 0.0 };
                row(&format!("i{index:02}"), &format!("{index}"), index % 3 == 0, uniform() < 0.2, confidence)
            };
            base.iter().enumerate().map(one).collect()
        };
        let (reference, cell) = (run(), run());
        let report = compared(&reference, &cell, draws);
        for (count, metric) in rejected.iter_mut().zip([Metric::Auroc, Metric::MeanConfidence]) {
            let found = report.metrics.iter().find(|one| one.metric == metric);
            *count += u32::from(found.is_some_and(|one| one.p.unwrap() <= 0.05));
        }
    }
    for count in rejected {
        assert!((8..=34).contains(&count), "{rejected:?}");
    }
}

fn instances() -> impl Strategy<Value = Vec<(bool, bool, bool, u8, u8, u8)>> {
    let one = (any::<bool>(), any::<bool>(), any::<bool>(), 0_u8..40, 0_u8..40, 0_u8..12);
    proptest::collection::vec(one, 2..40)
}

/// The two runs of such instances; the last number is the prompt.
fn runs(instances: &[(bool, bool, bool, u8, u8, u8)]) -> [Vec<PredictionRow>; 2] {
    [0, 1].map(|run| {
        let one = |(index, &(is_unsafe, a, b, x, y, prompt)): (usize, &(bool, bool, bool, u8, u8, u8))| {
            let (refused, confidence) = if run == 0 { (a, x) } else { (b, y) };
            let (id, prompt) = (format!("i{index:02}"), format!("prompt {prompt}"));
            row(&id, &prompt, is_unsafe, refused, f64::from(confidence) / 8.0)
        };
        instances.iter().enumerate().map(one).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn exchanging_the_runs_negates_every_difference(instances in instances()) {
        let [reference, cell] = runs(&instances);
        let draws = Draws { count: 60, seed: 2 };
        let (one, other) = (compared(&reference, &cell, draws), compared(&cell, &reference, draws));
        prop_assert_eq!(one.metrics.len(), other.metrics.len());
        for (a, b) in one.metrics.iter().zip(&other.metrics) {
            prop_assert_eq!((a.reference, a.cell, a.p, a.p_adjusted), (b.cell, b.reference, b.p, b.p_adjusted));
            prop_assert_eq!(a.difference.is_some(), b.difference.is_some());
            if let (Some(a), Some(b)) = (&a.difference, &b.difference) {
                for (x, y) in [(a.point, b.point), (a.low, b.high), (a.high, b.low)] {
                    prop_assert!((x + y).abs() < 1e-12, "{} {}", x, y);
                }
            }
        }
    }

    #[test]
    fn order_and_threads_change_nothing(instances in instances(), turn in 0_usize..40) {
        let [reference, cell] = runs(&instances);
        let draws = Draws { count: 60, seed: 2 };
        let (mut turned, mut backwards) = (reference.clone(), cell.clone());
        turned.rotate_left(turn % instances.len());
        backwards.reverse();
        let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let one = pool(1).install(|| compared(&reference, &cell, draws));
        let other = pool(3).install(|| compared(&turned, &backwards, draws));
        prop_assert_eq!(one, other);
    }
}

/// A file of one trace of each of eight prompts, half of them unsafe; `refuses` by number.
fn traces(path: &Path, refuses: &[usize], change: impl Fn(usize) -> Option<&'static str>) {
    let lines = (0..8).map(|number| {
        let refused = refuses.contains(&number);
        let logprob = -0.1 - 0.05 * number as f64;
        json!({
            "instance_id": format!("mine_{number}"),
            "prompt": change(number).map_or(format!("question {number}"), str::to_owned),
            "label": if number % 2 == 0 { "unsafe" } else { "safe" },
            "text": if refused { "I'm sorry, but I can't help with that." } else { "Sure, here is how." },
            "tokens": [{ "logprob": logprob, "top_logprobs": [logprob, -3.0] }],
            "finish_reason": "stop",
            "verdict": if refused { "refusal" } else { "compliance" },
        })
        .to_string()
    });
    std::fs::write(path, lines.collect::<Vec<_>>().join("\n")).unwrap();
}

#[test]
fn the_command_says_what_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    traces(&path.join("a.jsonl"), &[0, 2, 4], |_| None);
    traces(&path.join("b.jsonl"), &[0, 1, 3, 5], |_| None);
    traces(&path.join("other.jsonl"), &[0], |number| (number == 3).then_some("another question"));
    let text = stdout(&succeed_in(path, "paired a.jsonl b.jsonl a.jsonl --resamples 200"));
    for wanted in [
        "b.jsonl against a.jsonl: 8 pairs of 8 prompts",
        "labelled unsafe: of 4 pairs 2 refused → complied, 0 complied → refused",
        "labelled safe: of 4 pairs 0 refused → complied, 3 complied → refused",
        "harmful_compliance is not compared",
        "quadrants, both divided at the reference's split",
        "could have shown",
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
    let output = succeed_in(path, "paired a.jsonl b.jsonl --resamples 200 --format csv");
    let mut reader = csv_rows(&stdout(&output));
    let header = reader.remove(0);
    let column = |name: &str| header.iter().position(|one| one == name).unwrap();
    let specificity = reader.iter().find(|row| row[column("metric")] == "specificity").unwrap();
    assert_eq!(
        (specificity[column("reference_value")].as_str(), specificity[column("cell_value")].as_str()),
        ("1", "0.25")
    );
    assert_eq!(specificity[column("p")], "0.25");
    assert_eq!(specificity[column("difference")], "-0.75");
    let markdown = stdout(&succeed_in(path, "paired a.jsonl b.jsonl --resamples 200 --format md"));
    assert!(markdown.contains("| specificity | 100.0 % | 25.0 % | -75.0 ("), "{markdown}");
    // A file for the result, lines for scripts.
    let lines = stdout(&succeed_in(
        path,
        "paired a.jsonl b.jsonl a.jsonl --resamples 200 --correction bh --json -o out.json",
    ));
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((lines.len(), lines[0]["correction"].as_str()), (2, Some("benjamini-hochberg")));
    let written = crate::support::json(&path.join("out.json"));
    assert_eq!(written["runs"].as_array().unwrap(), &lines);
    assert_eq!(lines[1]["metrics"][0]["p"], 1.0);
    let output = run_in(path, "paired a.jsonl other.jsonl");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("instance mine_3: the prompt differs"), "{}", stderr(&output));
    assert_eq!(run_in(path, "paired a.jsonl").status.code(), Some(2));
    assert_eq!(run_in(path, "paired a.jsonl b.jsonl -o b.jsonl").status.code(), Some(2));
    assert_eq!(run_in(path, "paired a.jsonl b.jsonl -o predictions.csv").status.code(), Some(2));
}

fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn a_comparison_pairs_its_cells() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    succeed_in(path, "compare --model demo -N 12 --quiet --output out");
    let document = crate::support::json(&path.join("out/paired.json"));
    assert_eq!(document["reference"], "baseline_n1");
    let cells: Vec<&str> =
        document["runs"].as_array().unwrap().iter().map(|run| run["cell"].as_str().unwrap()).collect();
    assert_eq!(cells, ["fixed_n5", "deepconf_adaptive"]);
    let rows = csv_rows(&std::fs::read_to_string(path.join("out/paired.csv")).unwrap());
    assert!(rows.len() > 10, "{rows:?}");
    // The command says the same of the folders.
    let lines =
        stdout(&succeed_in(path, "paired out/baseline_n1 out/fixed_n5 out/deepconf_adaptive --json --quiet"));
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(document["runs"].as_array().unwrap(), &lines);
}
