//! Another program as the engine: the protocol of `--engine command:`, kept and broken.

use std::path::Path;

use serde_json::Value;

use crate::support::{assert_same_results, fixture, json, run_in, skipped, stderr, succeed_in, unwrapped};

/// Whether Python, in which the program is written, is there.
fn has_python() -> bool {
    let found = std::process::Command::new("python3").arg("--version").output();
    let has = found.is_ok_and(|output| output.status.success());
    if !has {
        assert!(std::env::var_os("REQUIRE_PYTHON").is_none(), "python3 is missing");
        skipped("another program as the engine: python3 is missing");
    }
    has
}

fn arguments(name: &str, options: &str, parallel: usize, fault: &str) -> Vec<String> {
    let program = fixture("command/answers.py");
    let engine = format!("command:python3 {} {parallel} {fault}", program.display());
    let words = format!("run --seed 5 -q -o {name} {options} --engine");
    words.split_whitespace().map(str::to_owned).chain([engine]).collect()
}

fn run(folder: &Path, name: &str, options: &str, parallel: usize, fault: &str) -> std::process::Output {
    crate::support::program()
        .args(arguments(name, options, parallel, fault))
        .current_dir(folder)
        .output()
        .unwrap()
}

#[test]
fn answers_are_the_same_however_many_at_once() {
    if !has_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    for (name, parallel) in [("one", 1), ("many", 7)] {
        let output = run(path, name, "-N 30", parallel, "");
        assert!(output.status.success(), "{}", stderr(&output));
    }
    assert_same_results(&path.join("one"), &path.join("many"));
    let manifest = json(&path.join("many/manifest.json"));
    assert_eq!(manifest["engine"]["width"], 7);
    assert_eq!(manifest["engine"]["schedule_independent"], false);
    assert!(manifest["engine"].get("confidence_tokens").is_none(), "all 20 were given");
    assert!(manifest["settings"]["source"]["command"].as_str().unwrap().contains("answers.py"));
    // Traces that the stop rule no longer needs are cancelled: 40 % refuse, so many prompts are clear early.
    assert!(manifest["engine"]["tokens_decoded"].as_u64().unwrap() > 1_000);
    let report = json(&path.join("many/analysis.json"));
    assert_eq!(report["overall"]["num_instances"], 30);
    for command in ["show many --json", "analyze many", "replay many", "report many", "diff one many"] {
        succeed_in(path, command);
    }
    // The same command on the same folder returns at once, and the command that a page shows is this one.
    let again = run(path, "many", "-N 30", 7, "");
    assert!(again.status.success(), "{}", stderr(&again));
}

#[test]
fn an_interrupted_run_goes_on() {
    if !has_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    assert!(run(path, "whole", "-N 20", 3, "").status.success());
    // The program dies in the middle.
    let broken = run(path, "broken", "-N 20", 3, "dies");
    assert_ne!(broken.status.code(), Some(0));
    let text = unwrapped(&stderr(&broken));
    assert!(text.contains("exit status: 9") && text.contains("the last words"), "{text}");
    let manifest = path.join("broken/manifest.json");
    // As if the program had been repaired: the command is the same, its fault is gone.
    let repaired = std::fs::read_to_string(&manifest).unwrap().replace("3 dies", "3 ");
    let mut value: Value = serde_json::from_str(&repaired).unwrap();
    value["model"] = json(&path.join("whole/manifest.json"))["model"].clone();
    std::fs::write(&manifest, value.to_string()).unwrap();
    succeed_in(path, "run --resume broken -q");
    assert_same_results(&path.join("whole"), &path.join("broken"));
}

#[test]
fn what_a_program_does_wrong_is_told() {
    if !has_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    for (fault, message) in [
        ("late", "no memory for the weights"),
        ("garbage", "does not keep to the protocol: it wrote \"not a message\""),
    ] {
        let output = run(path, fault, "-N 20", 2, fault);
        let text = unwrapped(&stderr(&output));
        assert!(!output.status.success() && text.contains(message), "{fault}: {text}");
    }
    // A prompt fails, the others go on.
    for (fault, message) in [("error", "out of memory"), ("positive", "5 is not a log-probability")] {
        let output = run(path, fault, "-N 20", 2, fault);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        assert!(unwrapped(&stderr(&output)).contains(message), "{}", stderr(&output));
        let decided =
            json(&path.join(fault).join("analysis.json"))["overall"]["num_instances"].as_u64().unwrap();
        assert!((5..20).contains(&decided), "{decided} of 20 decided");
    }
    // Confidence over fewer tokens than DeepConf takes is recorded.
    assert!(run(path, "few", "-N 5", 2, "few").status.success());
    assert_eq!(json(&path.join("few/manifest.json"))["engine"]["confidence_tokens"], 5);
    for (engine, message) in [
        ("vllm", "expected command:PROGRAM"),
        ("command:no-such-program-is-there", "cannot start no-such-program-is-there"),
    ] {
        let output = run_in(path, &format!("run -N 2 -o wrong --engine {engine}"));
        let text = unwrapped(&stderr(&output));
        assert!(!output.status.success() && text.contains(message), "{text}");
    }
    let output = run_in(path, "run -N 2 --reasoning on -o wrong --engine command:true");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--reasoning on has no effect"), "{}", stderr(&output));
}
