//! `doctor` says what it found, and fails where something does not work.

use serde_json::Value;

use crate::support::hub::Hub;
use crate::support::{program, run_in, stderr, stdout};

const REPO: &str = "Qwen/Qwen3-0.6B-GGUF";

fn findings(text: &str) -> Vec<Value> {
    serde_json::from_str::<Value>(text).unwrap()["findings"].as_array().unwrap().clone()
}

fn of<'a>(findings: &'a [Value], subject: &str) -> &'a Value {
    findings
        .iter()
        .find(|one| one["subject"] == subject)
        .unwrap_or_else(|| panic!("no {subject}: {findings:?}"))
}

#[test]
fn this_machine_and_the_demo_model_work() {
    let folder = tempfile::tempdir().unwrap();
    let output = run_in(folder.path(), "doctor --json");
    assert!(output.status.success(), "{}", stderr(&output));
    let all = findings(&stdout(&output));
    for subject in ["program", "processor", "other programs", "GPU", "memory", "cache", "model", "speed"] {
        assert_ne!(of(&all, subject)["state"], "bad", "{all:?}");
    }
    assert!(!all.iter().any(|one| one["subject"] == "hub"), "nobody is asked unless --hub is given");
    let speed = of(&all, "speed")["found"].as_str().unwrap();
    let rate: f64 = speed.split(' ').next().unwrap().parse().unwrap();
    assert!(rate > 1.0, "{speed}");
    let threads = of(&all, "processor")["found"].as_str().unwrap();
    assert!(threads.contains("threads by default"), "{threads}");
    let text = stdout(&run_in(folder.path(), "doctor"));
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(text.contains("model: demo-qwen3-3m-F16.gguf: qwen3"), "{text}");
}

#[test]
fn what_does_not_work_fails() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("broken.gguf"), b"GGUF").unwrap();
    let output = run_in(folder.path(), "doctor -m broken.gguf --json");
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    let all = findings(&stdout(&output));
    let model = of(&all, "model");
    assert_eq!(model["state"], "bad");
    assert!(model["found"].as_str().unwrap().contains("broken.gguf"), "{model}");
}

#[test]
fn the_hub_is_asked_when_told_to() {
    let hub = Hub::new(REPO, &["m-Q8_0.gguf"]);
    let all = findings(&hub.succeed("doctor --hub --json"));
    assert_eq!(of(&all, "hub")["state"], "good");
    assert_eq!(hub.requests("").len(), 1);
    let command = |name: &str, value: &str| {
        program()
            // A model that is missing is not measured.
            .args(["doctor", "--hub", "--json", "-m", "missing.gguf"])
            .env(name, value)
            .env("HF_TOKEN", "hf_secret")
            .output()
            .unwrap()
    };
    let output = command("HF_ENDPOINT", "http://127.0.0.1:9");
    assert_eq!(output.status.code(), Some(3));
    let text = stdout(&output);
    assert!(!text.contains("hf_secret"), "{text}");
    assert_eq!(of(&findings(&text), "hub")["state"], "bad");
    let all = findings(&stdout(&command("HF_HUB_OFFLINE", "1")));
    assert_eq!(of(&all, "hub")["state"], "advice");
}
