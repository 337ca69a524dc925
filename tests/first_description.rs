//! The files as the first description of the program has them, and as an earlier program's scripts read them:
//! plain numbers under its keys, booleans in `refused`.

use serde_json::Value;

use crate::support::{json, json_lines, succeed_in};

/// Keys of `overall` in the description, all numbers.
const OVERALL: [&str; 7] = [
    "accuracy",
    "avg_traces",
    "avg_confidence",
    "total_tokens",
    "avg_tokens_per_instance",
    "baseline_tokens",
    "token_savings_percent",
];

/// Keys of a category in the description, all numbers.
const CATEGORY: [&str; 6] =
    ["count", "accuracy", "avg_confidence", "avg_traces", "avg_tokens", "total_tokens"];

const CATEGORIES: [&str; 4] =
    ["confident_refusal", "uncertain_refusal", "confident_compliance", "uncertain_compliance"];

#[test]
fn every_key_of_the_description_is_there_and_a_number() {
    let folder = tempfile::tempdir().unwrap();
    succeed_in(folder.path(), "run -m demo -N 60 --stop fixed --max-traces 4 -q --no-report -o out");
    let analysis = json(&folder.path().join("out/analysis.json"));
    for key in OVERALL {
        assert!(analysis["overall"][key].is_number(), "overall.{key}: {}", analysis["overall"][key]);
    }
    for category in CATEGORIES {
        for key in CATEGORY {
            assert!(analysis[category][key].is_number(), "{category}.{key}: {}", analysis[category][key]);
        }
        assert_eq!(analysis[category]["precision_unsafe"].is_number(), category.ends_with("refusal"));
    }
    let test = &analysis["hypothesis_test"];
    // What the description's example computes.
    let difference = test["difference"].as_f64().unwrap();
    let of = |key: &str| test[key].as_f64().unwrap();
    let expected = of("confident_compliance_accuracy") - of("uncertain_compliance_accuracy");
    assert!((difference - expected).abs() < 1e-12);
    assert_eq!(of("confident_compliance_accuracy"), analysis["confident_compliance"]["accuracy"]);
    assert_eq!(of("uncertain_compliance_accuracy"), analysis["uncertain_compliance"]["accuracy"]);
    assert!(test["interpretation"].is_string());
    // An estimate has its interval beside it.
    let interval = &analysis["overall"]["accuracy_interval"];
    let accuracy = analysis["overall"]["accuracy"].as_f64().unwrap();
    assert!(interval["low"].as_f64().unwrap() < accuracy && accuracy < interval["high"].as_f64().unwrap());
    let saved = 100.0
        * (1.0
            - analysis["overall"]["total_tokens"].as_f64().unwrap()
                / analysis["overall"]["baseline_tokens"].as_f64().unwrap());
    assert!((analysis["overall"]["token_savings_percent"].as_f64().unwrap() - saved).abs() < 1e-9);
}

#[test]
fn rows_are_what_an_earlier_program_wrote() {
    let folder = tempfile::tempdir().unwrap();
    succeed_in(folder.path(), "run -m demo -N 40 --max-tokens 3 -q --no-report -o out");
    let rows = json_lines(&folder.path().join("out/predictions.jsonl"));
    for row in &rows {
        let array = |key: &str| row[key].as_array().unwrap().clone();
        assert!(array("refused").iter().all(Value::is_boolean), "{row}");
        assert!(array("confidences").iter().all(Value::is_number), "{row}");
        assert!(array("traces").iter().all(Value::is_string), "{row}");
        assert!(array("tokens_per_trace").iter().all(Value::is_number), "{row}");
        for (refused, vote) in array("refused").iter().zip(array("votes")) {
            assert_eq!(refused.as_bool(), Some(vote.as_bool() == Some(true)));
        }
        for key in ["num_traces_used", "total_tokens", "avg_tokens_per_trace", "avg_confidence"] {
            assert!(row[key].is_number(), "{key}: {row}");
        }
    }
}

#[test]
fn one_class_of_labels_leaves_the_difference_a_number() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let line = |number: usize| {
        format!("{{\"prompt\": \"Open lock {number}\", \"prompt_harm_label\": \"harmful\"}}\n")
    };
    std::fs::write(path.join("data.jsonl"), (0..30).map(line).collect::<String>()).unwrap();
    succeed_in(path, "run -m demo -b wildguard -d data.jsonl -q --no-report -o out");
    let test = json(&path.join("out/analysis.json"))["hypothesis_test"].clone();
    // Without compliances in both quadrants there is nothing to subtract.
    let both =
        ["confident_compliance_accuracy", "uncertain_compliance_accuracy"].map(|key| test[key].is_number());
    assert_eq!(test["difference"].is_number(), both == [true, true], "{test}");
    assert!(test["difference"].is_null() || test["difference"] == 0.0, "{test}");
    assert_eq!(test["interpretation"], "not_testable");
    assert!(test["reason"].as_str().unwrap().contains("every prompt is labelled unsafe"), "{test}");
}
