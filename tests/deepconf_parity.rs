//! Every value of the reference implementation's vectors: measures within 1e-6, votes and cuts equal.

use safety_deepconf::deepconf::measures::{bottom_tenth, group_confidences, measures};
use safety_deepconf::deepconf::offline::{Outcome, top_weighted, weighted};
use safety_deepconf::deepconf::online::{GroupWatch, bar, bar_confidence};
use safety_deepconf::deepconf::vote::weighted_majority;
use serde_json::Value;

const TOLERANCE: f64 = 1e-6;

fn near(found: f64, expected: &Value, what: &str) {
    let expected = expected.as_f64().unwrap_or_else(|| panic!("{what} is a number"));
    assert!((found - expected).abs() < TOLERANCE, "{what}: {found} for {expected}");
}

fn cases() -> Vec<Value> {
    let text = include_str!("golden/deepconf_reference.json");
    let mut vectors: Value = serde_json::from_str(text).unwrap();
    serde_json::from_value(vectors["cases"].take()).unwrap()
}

struct Trace {
    confidences: Vec<f64>,
    answer: Option<String>,
}

fn traces(case: &Value) -> Vec<Trace> {
    let of = |trace: &Value| Trace {
        confidences: serde_json::from_value(trace["confs"].clone()).unwrap(),
        answer: trace["answer"].as_str().map(str::to_owned),
    };
    case["traces"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn the_vectors_are_there() {
    assert_eq!(cases().len(), 24);
}

#[test]
fn measures_agree() {
    for (number, case) in cases().iter().enumerate() {
        let window = case["window"].as_u64().unwrap() as usize;
        for (index, trace) in traces(case).iter().enumerate() {
            let expected = &case["expected"]["per_trace"][index];
            let what = |name: &str| format!("case {number}, trace {index}, {name}");
            let log_probabilities = vec![-0.5; trace.confidences.len()];
            let found = measures(&log_probabilities, &trace.confidences, window).unwrap();
            near(found.mean, &expected["mean"], &what("mean"));
            near(found.tail, &expected["tail"], &what("tail"));
            near(found.bottom10, &expected["bottom10"], &what("bottom10"));
            near(found.lowest_group, &expected["min_window"], &what("lowest group"));
            let groups = group_confidences(&trace.confidences, window);
            near(bottom_tenth(&groups).unwrap(), &expected["bottom10"], &what("bottom tenth"));
            let rounded = bar_confidence(found.lowest_group, trace.confidences.len(), window);
            near(rounded, &expected["lowest_group_rounded3"], &what("rounded lowest group"));
        }
    }
}

#[test]
fn votes_agree() {
    for (number, case) in cases().iter().enumerate() {
        let window = case["window"].as_u64().unwrap() as usize;
        let traces = traces(case);
        // Traces without an answer do not vote.
        let voters: Vec<_> =
            traces.iter().filter_map(|trace| Some((trace.answer.as_deref()?, trace))).collect();
        let by = |confidence: fn(&safety_deepconf::record::Measures) -> f64| -> Vec<(&str, f64)> {
            let value = |trace: &Trace| {
                let log_probabilities = vec![-0.5; trace.confidences.len()];
                confidence(&measures(&log_probabilities, &trace.confidences, window).unwrap())
            };
            voters.iter().map(|(answer, trace)| (*answer, value(trace))).collect()
        };
        let plain: Vec<(&str, f64)> = voters.iter().map(|(answer, _)| (*answer, 1.0)).collect();
        let expected = &case["expected"]["votes"];
        // Where nobody votes the reference gives no votes, or null for each.
        if expected.as_object().is_none_or(|votes| votes.values().all(Value::is_null)) {
            assert!(voters.is_empty(), "case {number} has voters and no votes");
            assert_eq!(weighted_majority(&plain), None, "case {number}");
            assert!(weighted(&by(|measures| measures.mean)).is_none(), "case {number}");
            assert!(top_weighted(&by(|measures| measures.tail), 10.0).is_none(), "case {number}");
            continue;
        }
        assert_eq!(
            weighted_majority(&plain),
            expected["majority"]["answer"].as_str(),
            "case {number}, majority"
        );
        let weighted_votes: [(&str, Option<Outcome<&str>>); 6] = [
            ("mean_confidence_weighted", weighted(&by(|measures| measures.mean))),
            ("tail_confidence_weighted", weighted(&by(|measures| measures.tail))),
            ("bottom_window_weighted", weighted(&by(|measures| measures.bottom10))),
            ("min_window_weighted", weighted(&by(|measures| measures.lowest_group))),
            ("top10_tail_filtered", top_weighted(&by(|measures| measures.tail), 10.0)),
            ("top10_bottom_window_filtered", top_weighted(&by(|measures| measures.bottom10), 10.0)),
        ];
        for (name, found) in weighted_votes {
            let what = format!("case {number}, {name}");
            let expected = &expected[name];
            let found = found.unwrap_or_else(|| panic!("{what} has no outcome"));
            assert_eq!(Some(found.answer), expected["answer"].as_str(), "{what}");
            assert_eq!(Some(found.votes as u64), expected["num_votes"].as_u64(), "{what}");
            near(found.confidence, &expected["confidence"], &what);
        }
    }
}

#[test]
fn online_bars_and_cuts_agree() {
    let mut cuts = 0;
    for (number, case) in cases().iter().enumerate() {
        let window = case["window"].as_u64().unwrap() as usize;
        let traces = traces(case);
        let warm_up = case["expected"]["warmup_traces"].as_u64().unwrap() as usize;
        let lowest: Vec<f64> = traces[..warm_up]
            .iter()
            .map(|trace| {
                let groups = group_confidences(&trace.confidences, window);
                let lowest = groups.iter().copied().fold(f64::INFINITY, f64::min);
                bar_confidence(lowest, trace.confidences.len(), window)
            })
            .collect();
        for (name, eta) in [("low", 10.0), ("high", 90.0)] {
            let expected = &case["expected"]["online"][name];
            let bar = bar(&lowest, eta).unwrap();
            near(bar, &expected["bar"], &format!("case {number}, bar {name}"));
            let expected_cuts = expected["cut_at_token"].as_array().unwrap();
            assert_eq!(expected_cuts.len(), traces.len() - warm_up, "case {number}: one cut a later trace");
            for (index, trace) in traces[warm_up..].iter().enumerate() {
                let mut watch = GroupWatch::new(window, bar);
                let cut = trace.confidences.iter().position(|&confidence| watch.falls_below(confidence));
                let expected = expected_cuts[index].as_u64().map(|token| token as usize);
                assert_eq!(cut, expected, "case {number}, {name}, trace {index}");
                cuts += usize::from(cut.is_some());
            }
        }
    }
    assert!(cuts > 10, "the vectors exercise the cut: {cuts}");
}
