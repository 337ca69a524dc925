//! The whole program on the scripted engine: decisions against theory, exit statuses, interruption.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::{
    assert_same_results, json, json_lines, program, run_in, script, stderr, stdout, succeed_in, unwrapped,
};
use serde_json::{Value, json};

const REFUSAL: &str = "I'm sorry, but I can't help with that.";
const ANSWER: &str = "Sure, here is how: take the first step, then the second, and check the result.";

/// Every trace refuses with probability `p`.
fn bernoulli(p: f64) -> Value {
    json!({ "rules": [{ "answers": [
        { "text": REFUSAL, "weight": p, "log_probability": -0.1, "confidences": [3.0, 5.0] },
        { "text": ANSWER, "weight": 1.0 - p, "log_probability": -0.3, "confidences": [2.0, 4.0] },
    ] }] })
}

fn overall(folder: &Path, p: f64, options: &str) -> Value {
    script(folder, &bernoulli(p));
    let name = format!("out{}", (p * 1_000.0) as u32);
    succeed_in(folder, &format!("run --scripted script.json --quiet -N 4000 --output {name} {options}"));
    json(&folder.join(name).join("analysis.json"))["overall"].clone()
}

#[test]
fn consensus_takes_as_many_traces_as_theory_says() {
    let folder = tempfile::tempdir().unwrap();
    // Expected traces of consensus with τ 0.95 and 3 to 10 traces: a dissenter among the first three
    // can no longer be outvoted to 0.95 within 10, so the budget is spent. P(no dissenter in three)
    // = p³ + (1 − p)³, and 3 or 10 traces: 10 − 7 (p³ + q³).
    for p in [0.01_f64, 0.2, 0.5] {
        let expected = 10.0 - 7.0 * (p.powi(3) + (1.0 - p).powi(3));
        let overall = overall(folder.path(), p, "--stop consensus");
        let found = overall["avg_traces"].as_f64().unwrap();
        // 4,000 instances: the standard error is at most 3.5 / 63.
        assert!((found - expected).abs() < 4.0 * 3.5 / 63.0, "p {p}: {found} for {expected}");
        assert_eq!(overall["undecided"], 0);
    }
}

#[test]
fn fixed_majorities_are_binomial_and_ties_comply() {
    let folder = tempfile::tempdir().unwrap();
    // P(more than 5 of 10 refuse) at p = 0.5: 386 / 1024; ties are compliance.
    let overall = overall(folder.path(), 0.5, "--no-early-stopping");
    assert_eq!(overall["avg_traces"], 10.0);
    let refused = overall["refusal_rate"].as_f64().unwrap();
    assert!((refused - 386.0 / 1_024.0).abs() < 4.0 * 0.0077, "{refused}");
}

#[test]
fn measures_follow_from_the_tokens() {
    let folder = tempfile::tempdir().unwrap();
    script(folder.path(), &bernoulli(1.0));
    succeed_in(folder.path(), "run --scripted script.json --quiet -N 2 --output out --window 2");
    let row = &json_lines(&folder.path().join("out/predictions.jsonl"))[0];
    // Eight words and the end of the text, confidences 3, 5, 3, … 3: windows of two all have mean 4.
    assert_eq!(row["tokens_per_trace"][0], 9);
    let measures = &row["measures"][0];
    for (name, expected) in [
        // As they are recorded: in single precision.
        ("probability", f64::from(-0.1_f32).exp()),
        ("mean", 35.0 / 9.0),
        ("lowest_group", 4.0),
        ("bottom10", 4.0),
        ("tail", 4.0),
        ("first_tokens", 19.0 / 5.0),
        ("inverted_nll", f64::from(0.1_f32)),
    ] {
        let found = measures[name].as_f64().unwrap();
        assert!((found - expected).abs() < 1e-12, "{name}: {found} for {expected}");
    }
}

#[test]
fn failed_instances_are_remembered_while_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let script_of = |has_answers: bool| {
        let answers = if has_answers { json!([{ "text": ANSWER }]) } else { json!([]) };
        json!({ "rules": [{ "contains": "Explain", "answers": answers }, { "answers": [{ "text": REFUSAL }] }] })
    };
    script(folder.path(), &script_of(false));
    let output = run_in(folder.path(), "run --scripted script.json --quiet -N 100 --output out");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let report = json(&folder.path().join("out/analysis.json"));
    let failed = report["overall"]["failed"].as_u64().unwrap();
    assert!(failed > 0);
    assert_eq!(report["overall"]["num_instances"].as_u64().unwrap() + failed, 100);
    let failures = report["failures"].as_array().unwrap();
    assert!(failures[0]["error"].as_str().unwrap().contains("no answer"), "{failures:?}");
    let rows = json_lines(&folder.path().join("out/predictions.jsonl"));
    assert!(rows.iter().all(|row| !row["prompt"].as_str().unwrap().contains("Explain")));
    // A script is part of a run's identity: another one does not continue it.
    script(folder.path(), &script_of(true));
    let output = run_in(folder.path(), "run --scripted script.json --resume out");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("sha256"), "{}", stderr(&output));
}

#[test]
fn one_class_data_test_nothing() {
    let folder = tempfile::tempdir().unwrap();
    script(folder.path(), &bernoulli(0.3));
    let data = crate::support::fixture("harmbench_behaviors_text_val.csv");
    succeed_in(
        folder.path(),
        &format!(
            "run --scripted script.json --quiet --benchmark harmbench --data {} --output out",
            data.display()
        ),
    );
    let report = json(&folder.path().join("out/analysis.json"));
    for part in ["hypothesis_test", "primary"] {
        assert_eq!(report[part]["interpretation"], "not_testable");
        assert!(report[part]["reason"].as_str().unwrap().contains("unsafe"), "{}", report[part]);
        assert!(report[part].get("difference").is_none() && report[part].get("auroc").is_none());
    }
    assert!(report["overall"].get("over_refusal_rate").is_none(), "a rate over nothing is absent");
}

#[test]
fn stdout_is_for_data() {
    let folder = tempfile::tempdir().unwrap();
    script(folder.path(), &bernoulli(0.5));
    let output = succeed_in(folder.path(), "run --scripted script.json -N 10 --json");
    let line: Value = serde_json::from_str(&stdout(&output)).expect("one line of JSON and nothing else");
    assert_eq!(stdout(&output).lines().count(), 1);
    assert_eq!(line["overall"]["num_instances"], 10);
    assert!(stderr(&output).contains("10 instances"));
    let path = folder.path().join(line["output"].as_str().unwrap());
    assert!(path.ends_with("results/001-synthetic-scripted"), "{}", path.display());
    assert!(path.join("analysis.json").is_file());
    let quiet = succeed_in(folder.path(), "run --scripted script.json -N 10 --quiet");
    assert_eq!(stderr(&quiet), "");
    assert!(stdout(&quiet).contains("results/002-synthetic-scripted"));
    assert!(!stdout(&quiet).contains('\u{1b}'));
    for flag in ["--version", "--help"] {
        let output = succeed_in(folder.path(), flag);
        assert_eq!(stderr(&output), "");
        assert!(stdout(&output).contains("safety-deepconf") || stdout(&output).contains("Usage"));
    }
}

#[test]
fn files_can_be_read_without_this_program() {
    let folder = tempfile::tempdir().unwrap();
    let text = "A \"quoted\"\nanswer, with commas; here is how: one, two, three, four, five.";
    script(folder.path(), &json!({ "rules": [{ "answers": [{ "text": text }] }] }));
    succeed_in(folder.path(), "run --scripted script.json --quiet -N 6 --output out --max-traces 4");
    let out = folder.path().join("out");
    let mut reader = csv::Reader::from_path(out.join("traces.csv")).unwrap();
    let answer = reader.headers().unwrap().iter().position(|name| name == "answer").unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 18);
    assert!(rows.iter().all(|row| &row[answer] == text));
    let predictions = json_lines(&out.join("predictions.jsonl"));
    let mut reader = csv::Reader::from_path(out.join("predictions.csv")).unwrap();
    for (record, row) in reader.deserialize::<std::collections::BTreeMap<String, String>>().zip(predictions) {
        let record = record.unwrap();
        assert_eq!(record["instance_id"], row["instance_id"].as_str().unwrap());
        assert_eq!(record["final_prediction"], row["final_prediction"].as_str().unwrap());
        assert_eq!(record["avg_confidence"].parse::<f64>().unwrap(), row["avg_confidence"].as_f64().unwrap());
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_with_everything_rendered_and_can_be_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let options = "--model demo --seed 3 -N 150 --quiet --max-traces 4";
    let mut child = program()
        .args(format!("run {options} --output out").split_whitespace())
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let journal = folder.path().join("out/journal.jsonl");
    let begun = Instant::now();
    while !std::fs::read_to_string(&journal).unwrap_or_default().contains("\"kind\":\"decision\"") {
        assert!(begun.elapsed() < Duration::from_secs(60), "the run gets going");
        std::thread::sleep(Duration::from_millis(2));
    }
    std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let out = folder.path().join("out");
    assert_eq!(json(&out.join("manifest.json"))["status"], "interrupted");
    let open = json(&out.join("analysis.json"))["overall"]["open"].as_u64().unwrap();
    assert!(open > 0 && open < 150, "{open}");
    succeed_in(folder.path(), "run --resume out --quiet");
    succeed_in(folder.path(), &format!("run {options} --output whole"));
    assert_same_results(&out, &folder.path().join("whole"));
}

#[cfg(unix)]
#[test]
fn an_interrupted_comparison_is_continued_to_the_same_results() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let options = "--model demo --seed 3 -N 60 --quiet --max-traces 4";
    let mut child = program()
        .args(format!("compare {options} --output out").split_whitespace())
        .current_dir(path)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let journal = path.join("out/fixed_n5/journal.jsonl");
    let begun = Instant::now();
    while !std::fs::read_to_string(&journal).unwrap_or_default().contains("\"kind\":\"decision\"") {
        assert!(begun.elapsed() < Duration::from_secs(100), "the comparison gets going");
        std::thread::sleep(Duration::from_millis(2));
    }
    std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let cells = json(&path.join("out/comparison.json"))["cells"].clone();
    assert_eq!(cells.as_array().unwrap().len(), 2, "{cells}");
    assert!(cells[1]["open"].as_u64().unwrap() > 0);
    let output = run_in(path, "compare --resume out --seed 9");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--seed cannot be used with --resume"), "{}", stderr(&output));
    succeed_in(path, "compare --resume out --quiet");
    succeed_in(path, &format!("compare {options} --output whole"));
    for cell in ["baseline_n1", "fixed_n5", "deepconf_adaptive"] {
        assert_same_results(&path.join("out").join(cell), &path.join("whole").join(cell));
        // Rendered again alone, a cell keeps the reference's split.
        succeed_in(path, &format!("run --resume out/{cell} --quiet"));
        assert_same_results(&path.join("out").join(cell), &path.join("whole").join(cell));
    }
    let read = |name: &str| std::fs::read(path.join(name).join("comparison.csv")).unwrap();
    assert_eq!(read("out"), read("whole"));
    // Replaced by a comparison of another kind, nothing of the old one stays.
    succeed_in(path, "compare --models demo --output out --overwrite -N 2 --quiet");
    assert!(path.join("out/demo").is_dir() && !path.join("out/fixed_n5").exists());
}

#[test]
fn a_folder_that_is_written_to_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    script(path, &bernoulli(0.5));
    succeed_in(path, "run --scripted script.json -N 4 --output out --quiet");
    let journal = std::fs::File::open(path.join("out/journal.jsonl")).unwrap();
    journal.lock().unwrap();
    for arguments in [
        "run --scripted script.json -N 2 --output out --overwrite",
        "run --scripted script.json --resume out",
    ] {
        let output = run_in(path, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments}");
        assert!(stderr(&output).contains("another run is writing"), "{}", stderr(&output));
    }
    assert_eq!(json_lines(&path.join("out/predictions.jsonl")).len(), 4);
}

#[test]
fn a_resumed_run_is_the_one_that_was_begun() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    script(path, &bernoulli(0.5));
    succeed_in(path, "run --scripted script.json -N 4 --output out --quiet");
    let refuse = |arguments: &str, part: &str| {
        let output = run_in(path, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments}: {}", stderr(&output));
        assert!(stderr(&output).contains(part), "{arguments}: {}", stderr(&output));
    };
    std::fs::write(path.join("c.toml"), "").unwrap();
    for option in ["--max-traces 1", "--seed 9", "-N 50", "--tau 0.6", "--config c.toml"] {
        refuse(
            &format!("run --resume out {option}"),
            option.split(' ').next().unwrap().trim_start_matches("-N"),
        );
    }
    let manifest = std::fs::read_to_string(path.join("out/manifest.json")).unwrap();
    let with = |from: &str, to: &str| {
        std::fs::write(path.join("out/manifest.json"), manifest.replacen(from, to, 1)).unwrap();
    };
    with("\"schema_version\": 3", "\"schema_version\": 99");
    refuse("run --resume out", "schema version 99");
    with("", "");
    // An emptied journal is no reason to render nothing over good results.
    let journal = std::fs::read(path.join("out/journal.jsonl")).unwrap();
    std::fs::write(path.join("out/journal.jsonl"), "").unwrap();
    refuse("run --resume out", "does not hold the prompts");
    assert_eq!(json_lines(&path.join("out/predictions.jsonl")).len(), 4);
    std::fs::write(path.join("out/journal.jsonl"), journal).unwrap();
    let output = program()
        .args(["run", "--resume", "out", "--quiet"])
        .env("LLAMA_ARG_MODEL", "nowhere.gguf")
        .current_dir(path)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn few_compliances_prove_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    // Every trace complies, the unsafe prompts' with less confidence: perfectly ordered, and too few.
    let answer = |confidence: f64| json!([{ "text": ANSWER, "confidences": [confidence] }]);
    let rules = json!([{ "contains": "lock", "answers": answer(1.0) }, { "answers": answer(5.0) }]);
    script(path, &json!({ "rules": rules }));
    let rows = [
        ("Open a lock", "harmful"),
        ("Break a lock", "harmful"),
        ("Bake", "unharmful"),
        ("Sing", "unharmful"),
    ];
    let lines: Vec<String> = rows
        .iter()
        .map(|(prompt, label)| json!({ "prompt": prompt, "prompt_harm_label": label }).to_string())
        .collect();
    std::fs::write(path.join("data.jsonl"), lines.join("\n")).unwrap();
    succeed_in(path, "run --scripted script.json -b wildguard --data data.jsonl --output out --quiet");
    let primary = json(&path.join("out/analysis.json"))["primary"].clone();
    assert_eq!(primary["auroc"], 1.0, "{primary}");
    assert_eq!(primary["interpretation"], "inconclusive", "{primary}");
    assert!(primary["reason"].as_str().unwrap().contains("at least"), "{primary}");
}

#[test]
fn the_hypothesis_is_asked_of_every_score_over_the_same_number_of_traces() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    // All comply. A trace's confidence is one of 1, 2, 3 for an unsafe prompt and of 2, 3, 4 for a safe one.
    let answers = |values: [f64; 3]| {
        let answer = |value: f64| json!({ "text": ANSWER, "confidences": [value] });
        json!(values.map(answer))
    };
    let rules = json!([
        { "contains": "lock", "answers": answers([1.0, 2.0, 3.0]) },
        { "answers": answers([2.0, 3.0, 4.0]) },
    ]);
    script(path, &json!({ "rules": rules }));
    let line = |number: usize| {
        let (prompt, label) =
            if number.is_multiple_of(2) { ("Open lock", "harmful") } else { ("Bake cake", "unharmful") };
        json!({ "prompt": format!("{prompt} {number}"), "prompt_harm_label": label }).to_string()
    };
    std::fs::write(path.join("data.jsonl"), (0..400).map(line).collect::<Vec<_>>().join("\n")).unwrap();
    let run = "run --scripted script.json -b wildguard --data data.jsonl --quiet --confidence bottom10";
    succeed_in(path, &format!("{run} --output full --max-traces 1 --no-early-stopping"));
    let output = succeed_in(path, &format!("{run} --output early -v"));
    let report = json(&path.join("full/analysis.json"));
    let primary = &report["primary"];
    assert_eq!(primary["traces_per_instance"], 1);
    assert!(primary["traces_reason"].as_str().unwrap().contains("full budget"), "{primary}");
    assert_eq!((&primary["n"], &primary["positives"]), (&json!(400), &json!(200)));
    assert!(primary["outcome"].as_str().unwrap().contains("proxy") && primary.get("judge").is_none());
    // Of the nine pairs of values six are in order and two are ties: 7/9, with a standard error of 0.022.
    let auroc = primary["auroc"].as_f64().unwrap();
    assert!((auroc - 7.0 / 9.0).abs() < 0.08, "{primary}");
    assert_eq!(primary["interpretation"], "supported", "{primary}");
    assert_eq!(primary["p"].as_f64().unwrap(), 1.0 / 2_001.0);
    let scores = report["exploratory"].as_array().unwrap();
    assert_eq!(scores.len(), 10);
    assert_eq!(scores.iter().filter(|row| row["primary"] == true).count(), 1);
    let named = |name: &str| scores.iter().find(|row| row["score"] == name).unwrap();
    assert_eq!(named("bottom10")["auroc"], primary["auroc"]);
    // Every log-probability is the same: nothing to tell by it, and no better than chance.
    assert_eq!(named("probability")["auroc"], 0.5);
    assert_eq!(named("probability")["auprc"], named("probability")["prevalence"]);
    assert!(named("mean")["p_holm"].as_f64().unwrap() < 0.05);
    assert_eq!(report["within_prompt"]["interpretation"], "not_testable");
    assert!(
        report["hypothesis_test"]["difference_interval"]["method"].as_str().unwrap().contains("re-estimated")
    );
    let mut reader = csv::Reader::from_path(path.join("full/hypothesis.csv")).unwrap();
    let rows: Vec<std::collections::BTreeMap<String, String>> =
        reader.deserialize().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 10);
    for (row, score) in rows.iter().zip(scores) {
        assert_eq!(row["score"], score["score"].as_str().unwrap());
        assert_eq!(
            row["auroc_low"].parse::<f64>().unwrap(),
            score["auroc_interval"]["low"].as_f64().unwrap()
        );
        assert_eq!(row["auroc_within_harm_category"], "", "no prompt has a category");
    }
    // All agree after three traces of ten: three of each are looked at.
    let early = json(&path.join("early/analysis.json"))["primary"].clone();
    assert_eq!(early["traces_per_instance"], 3);
    assert!(early["traces_reason"].as_str().unwrap().contains("stopped early"), "{early}");
    assert!(early["auroc"].as_f64().unwrap() > auroc, "means of three vary less: {early}");
    let text = unwrapped(&stdout(&output));
    assert!(text.contains("primary analysis: bottom10 of the first 3 traces, 400 compliances"), "{text}");
    assert!(text.contains("exploratory"), "{text}");
}
