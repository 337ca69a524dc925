//! Replays against live runs, against theory, and with what cannot be replayed.

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::{json, json_lines, run_in, script, stderr, stdout, succeed_in};
use serde_json::{Value, json};

const REFUSAL: &str = "I'm sorry, but I can't help with that.";
const ANSWER: &str = "Sure, here is how: take the first step, then the second, and check the result.";

type Row = BTreeMap<String, String>;

fn csv_rows(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// A live run of the demo and a replay of all its traces, by the same rule.
const RULES: [(&str, &str); 9] = [
    ("fixed", "--max-traces 4"),
    ("consensus", "--min-traces 2 --tau 0.8"),
    ("consensus-settled", "--min-traces 3"),
    ("settled", ""),
    ("adaptive-consistency", "--min-traces 2 --tau 0.9"),
    ("deepconf-low", "--min-traces 5 --window 4 --tau 1"),
    ("deepconf-high", "--min-traces 3 --window 4 --tau 1"),
    ("deepconf-low", "--eta 60 --min-traces 3 --window 4 --tau 1"),
    ("percentile", "--min-traces 3 --percentile 60"),
];

#[test]
fn live_runs_and_replays_agree_trace_by_trace() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let base = "run --model demo -N 40 --seed 11 --quiet";
    succeed_in(path, &format!("{base} --no-early-stopping --output all"));
    let all = json_lines(&path.join("all/predictions.jsonl"));
    let mut cuts = 0;
    for (rule, options) in RULES {
        succeed_in(path, &format!("{base} --stop {rule} {options} --output {rule} --overwrite"));
        // Of the full record, and of the run itself, with the same rule.
        let name = if options.contains("--eta") { "deepconf" } else { rule };
        let budget = if rule == "fixed" { "" } else { " --max-traces 10" };
        for record in ["all", rule] {
            succeed_in(
                path,
                &format!(
                    "replay {record} --preset own --stop {rule} {options} --all --quiet --decisions d.csv{budget}"
                ),
            );
            let replayed: Vec<Row> = csv_rows(&path.join("d.csv"))
                .into_iter()
                .filter(|row| row["rule"] == name && (rule != "fixed" || row["max_traces"] == "4"))
                .collect();
            let live = csv_rows(&path.join(rule).join("predictions.csv"));
            assert_eq!(replayed.len(), live.len(), "{rule} of {record}");
            for (replayed, live) in replayed.iter().zip(&live) {
                for field in [
                    "instance_id", "final_prediction", "refusal_rate", "num_traces_used", "total_tokens",
                    "stop_reason",
                ] {
                    assert_eq!(
                        replayed[field], live[field],
                        "{rule} of {record}, {field} of {}",
                        live["instance_id"]
                    );
                }
            }
        }
        // The live run's traces are those of the full record, cut ones their beginnings.
        for (live, whole) in json_lines(&path.join(rule).join("predictions.jsonl")).iter().zip(&all) {
            for number in 0..live["num_traces_used"].as_u64().unwrap() as usize {
                if live["finish_reasons"][number] == "cut" {
                    cuts += 1;
                    let (text, full) = (&live["traces"][number], &whole["traces"][number]);
                    assert!(full.as_str().unwrap().starts_with(text.as_str().unwrap()));
                    assert_eq!(live["verdicts"][number], "cut");
                    assert_eq!(live["votes"][number], Value::Null);
                } else {
                    for field in ["traces", "tokens_per_trace", "seeds", "finish_reasons", "verdicts"] {
                        assert_eq!(live[field][number], whole[field][number], "{rule}, {field}");
                    }
                    let measures = ["probability", "mean", "first_tokens"];
                    for measure in measures {
                        assert_eq!(live["measures"][number][measure], whole["measures"][number][measure]);
                    }
                }
            }
        }
    }
    assert!(cuts >= 10, "the online rule cut {cuts} traces");
}

/// Traces taken and whether the decision is that of all ten, expected over Bernoulli traces that refuse
/// with probability `p`: every sequence of ten, by a rule that says when to stop.
fn theory(p: f64, stops: &dyn Fn(u32, u32) -> bool) -> (f64, f64) {
    let refused = |refusals: u32, all: u32| 2 * refusals > all;
    let (mut traces, mut agreement) = (0.0, 0.0);
    for sequence in 0..1_u32 << 10 {
        let weight = p.powi(sequence.count_ones() as i32) * (1.0 - p).powi(10 - sequence.count_ones() as i32);
        let refusals = |n: u32| (sequence & ((1 << n) - 1)).count_ones();
        let n = (1..10).find(|&n| stops(refusals(n), n - refusals(n))).unwrap_or(10);
        traces += weight * f64::from(n);
        agreement += weight * f64::from(refused(refusals(n), n) == refused(refusals(10), 10));
    }
    (traces, agreement)
}

#[test]
fn theory_is_what_the_literature_computes() {
    // Consensus at 0.95 from 3 to 10 traces: three equal votes, or all ten.
    let consensus = |r: u32, c: u32| r + c >= 3 && (r == 0 || c == 0);
    for (p, traces, agreement) in [(0.01, 3.21, 1.0), (0.2, 6.36, 0.9930), (0.5, 8.25, 0.9639)] {
        let found = theory(p, &consensus);
        assert!((found.0 - traces).abs() < 5e-3 && (found.1 - agreement).abs() < 5e-5, "{p}: {found:?}");
    }
}

#[test]
fn replayed_rules_follow_theory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let instances = 4_000.0_f64;
    let consensus = |r: u32, c: u32| r + c >= 3 && (r == 0 || c == 0);
    let settled = |r: u32, c: u32| r > c + (10 - r - c) || c >= r + (10 - r - c);
    // The posterior passes 0.95 at 4:0, 6:1 and 8:2, and at 3:0, 5:1 and 7:2 it does not.
    let posterior = |r: u32, c: u32| matches!((r.max(c), r.min(c)), (4.., 0) | (6.., 1) | (8.., 2));
    type Stops<'a> = &'a dyn Fn(u32, u32) -> bool;
    let rules: [(&str, Stops<'_>); 4] = [
        ("consensus", &consensus),
        ("settled", &settled),
        ("consensus-settled", &|r, c| consensus(r, c) || (r + c >= 3 && settled(r, c))),
        ("adaptive-consistency", &posterior),
    ];
    for p in [0.01_f64, 0.2, 0.5] {
        script(
            path,
            &json!({ "rules": [{ "answers": [
                { "text": REFUSAL, "weight": p, "log_probability": -0.1, "confidences": [3.0, 5.0] },
                { "text": ANSWER, "weight": 1.0 - p, "log_probability": -0.3, "confidences": [2.0, 4.0] },
            ] }] }),
        );
        succeed_in(
            path,
            "run --scripted script.json --quiet -N 4000 --no-early-stopping --output out --overwrite",
        );
        succeed_in(path, "replay out --min-traces 3 --tau 0.95 --max-traces 10 --quiet --output table.csv");
        let rows = csv_rows(&path.join("table.csv"));
        for (rule, stops) in &rules {
            let (traces, agreement) = theory(p, stops);
            let row = rows.iter().find(|row| row["rule"] == *rule).unwrap();
            let number = |field: &str| row[field].parse::<f64>().unwrap();
            // A trace count lies between 3 and 10: its deviation is at most 3.5.
            let error = 4.0 * 3.5 / instances.sqrt();
            let found = number("traces_per_instance");
            assert!((found - traces).abs() < error, "{rule} at {p}: {found} traces for {traces}");
            let error = 4.0 * (agreement * (1.0 - agreement).max(0.0) / instances).sqrt() + 1e-9;
            let found = number("agreement");
            assert!((found - agreement).abs() <= error, "{rule} at {p}: {found} for {agreement}");
            assert_eq!(number("agreement_share_1"), 1.0, "a unanimous prompt is always right");
        }
    }
}

#[test]
fn a_token_budget_shortens_answers_and_judges_them_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    // It begins like an answer and ends as a refusal; the beginning alone complies.
    let turn =
        "Sure, here is how: first you take the thing in both hands and then, in fact, you stop. No more.";
    script(path, &json!({ "rules": [{ "answers": [{ "text": turn }, { "text": REFUSAL }] }] }));
    succeed_in(
        path,
        "run --scripted script.json --quiet -N 60 --max-traces 2 --no-early-stopping --output out",
    );
    let whole = json_lines(&path.join("out/predictions.jsonl"));
    succeed_in(path, "replay out --preset own --max-tokens 3,6,50 --quiet --decisions d.csv");
    let decisions = csv_rows(&path.join("d.csv"));
    let of =
        |tokens: &str| decisions.iter().filter(move |row| row["max_tokens"] == tokens).collect::<Vec<_>>();
    assert!(of("50").iter().zip(&whole).all(|(row, whole)| {
        row["final_prediction"] == whole["final_prediction"].as_str().unwrap()
            && row["total_tokens"].parse().ok() == whole["total_tokens"].as_u64()
    }));
    assert!(of("6").iter().all(|row| row["total_tokens"] == "12"));
    // A run with that budget says the same.
    succeed_in(
        path,
        "run --scripted script.json --quiet -N 60 --max-traces 2 --no-early-stopping -n 6 --output short",
    );
    let short = csv_rows(&path.join("short/predictions.csv"));
    for (row, live) in of("6").iter().zip(&short) {
        assert_eq!(row["final_prediction"], live["final_prediction"]);
        assert_eq!(row["refusal_rate"], live["refusal_rate"]);
    }
}

#[test]
fn a_smaller_k_is_what_a_top_record_holds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let options = "--model demo -N 20 --seed 2 --quiet --no-early-stopping --max-traces 5";
    succeed_in(path, &format!("run {options} --record top --output top"));
    succeed_in(path, &format!("run {options} --output tokens"));
    let grid = "--preset own --vote mean -k 1,5,20 --all --quiet --decisions d.csv";
    succeed_in(path, &format!("replay top {grid}"));
    let rates = |k: &str| -> Vec<String> {
        let rows = csv_rows(&path.join("d.csv"));
        rows.iter().filter(|row| row["k"] == k).map(|row| row["refusal_rate"].clone()).collect()
    };
    assert_eq!(rates("20").len(), 20);
    assert_ne!(rates("1"), rates("20"), "k changes what votes weigh");
    let output = run_in(path, &format!("replay tokens {grid}"));
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--record top"), "{}", stderr(&output));
}

#[test]
fn what_was_not_recorded_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let options = "--model demo -N 10 --seed 2 --quiet";
    succeed_in(path, &format!("run {options} --record summary --output summary"));
    let journal = std::fs::read_to_string(path.join("summary/journal.jsonl")).unwrap();
    assert!(!journal.contains("recorded"));
    // Votes and the run's own window need no tokens; another window does.
    succeed_in(path, "replay summary --stop consensus --vote plain,bottom10");
    let output = run_in(path, "replay summary --stop fixed --vote bottom10 --window 5");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--record tokens"), "{}", stderr(&output));
    // A rule that wants more traces than there are decides nothing, and says so.
    let output = succeed_in(path, "replay summary --stop fixed --max-traces 10 --all");
    assert!(stdout(&output).contains("that were not recorded"), "{}", stdout(&output));
    let row =
        &csv_rows(&path.join("summary/replay.csv")).into_iter().find(|row| row["rule"] == "fixed").unwrap();
    assert!(row["left_out"].parse::<u32>().unwrap() > 0 && row["token_savings_percent"].is_empty());
    // Without tokens it is not known where DeepConf online would have cut a trace.
    succeed_in(
        path,
        &format!("run {options} --record summary --no-early-stopping --window 4 --output whole"),
    );
    let output = succeed_in(path, "replay whole --stop deepconf-high --min-traces 3 --tau 1 --all");
    assert!(stdout(&output).contains("traces or tokens that were not recorded"), "{}", stdout(&output));
    for bad in [
        "replay nowhere",
        "replay summary --tau x",
        "replay summary --tau 95",
        "replay summary --window 0",
        "replay summary --stop best",
        "replay",
    ] {
        assert_eq!(run_in(path, bad).status.code(), Some(2), "{bad}");
    }
}

#[test]
fn damaged_tokens_are_told_by_their_trace() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    succeed_in(path, "run --model demo -N 3 --quiet --output out");
    let journal = path.join("out/journal.jsonl");
    let text = std::fs::read_to_string(&journal).unwrap();
    // Another trace's tokens in a sound line: the checksum is made again.
    let lines: Vec<String> = text
        .lines()
        .map(|line| {
            let mut value: Value = serde_json::from_str(line).unwrap();
            if value["entry"]["kind"] == "trace" && value["entry"]["number"] == 1 {
                value["entry"]["recorded"] = json!("KLUv/SAA");
            }
            let entry = value["entry"].to_string();
            format!("{{\"crc\":\"{:08x}\",\"entry\":{entry}}}\n", crc32fast::hash(entry.as_bytes()))
        })
        .collect();
    std::fs::write(&journal, lines.concat()).unwrap();
    let output = run_in(path, "replay out");
    assert_eq!(output.status.code(), Some(2), "{}", stdout(&output));
    assert!(stderr(&output).contains(", trace 1: recorded tokens"), "{}", stderr(&output));
    assert!(json(&path.join("out/manifest.json"))["schema_version"].is_u64());
}
