//! The loops in scripts/, as a shell runs them.

#![cfg(unix)]

use std::path::Path;
use std::process::{Command, Output};

use crate::support::{json, program, stderr, stdout, succeed_in};
use serde_json::Value;

fn script(folder: &Path, name: &str, arguments: &[&str]) -> Output {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts").join(name);
    let mut command = Command::new("bash");
    // As the other tests run the program.
    for (key, value) in program().get_envs() {
        match value {
            Some(value) => command.env(key, value),
            None => command.env_remove(key),
        };
    }
    let command =
        command.arg(path).args(arguments).env("SAFETY_DEEPCONF", env!("CARGO_BIN_EXE_safety-deepconf"));
    command.current_dir(folder).output().unwrap()
}

fn rows(output: &Output) -> Vec<csv::StringRecord> {
    assert_eq!(output.status.code(), Some(0), "{}", stderr(output));
    let text = stdout(output);
    csv::Reader::from_reader(text.as_bytes()).records().map(Result::unwrap).collect()
}

#[test]
fn levels() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let output = script(path, "loop_levels.sh", &["demo", "out", "-N", "4", "-q"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let table = json(&path.join("out/runs/table.json"));
    let levels: Vec<&str> =
        table["rows"].as_array().unwrap().iter().map(|row| row["quantization"].as_str().unwrap()).collect();
    assert_eq!(levels.len(), 7);
    assert_eq!(levels[0], "F16", "the reference");
    let again = script(path, "loop_levels.sh", &["demo", "out", "-N", "4", "-q"]);
    assert_eq!(again.status.code(), Some(0), "{}", stderr(&again));
    assert_eq!(stdout(&again), stdout(&output), "the same command changes nothing");
}

#[test]
fn sizes_and_seeds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let output = script(path, "loop_sizes.sh", &["sizes", "demo nowhere.gguf", "-N", "4"]);
    assert_eq!(rows(&output).len(), 1);
    assert!(stderr(&output).contains("nowhere.gguf: exit status 2"), "{}", stderr(&output));
    let again = script(path, "loop_sizes.sh", &["sizes", "demo nowhere.gguf", "-N", "4"]);
    assert_eq!(rows(&again), rows(&output), "the same command changes nothing");
    let seeds = || rows(&script(path, "loop_seeds.sh", &["seeds", "0 7", "--model", "demo", "-N", "4"]));
    let found = seeds();
    assert_eq!(found.len(), 2);
    assert_eq!(seeds(), found, "the same command changes nothing");
}

#[test]
fn thresholds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    succeed_in(path, "run -m demo -N 12 -o run -q");
    let loops = || script(path, "loop_thresholds.sh", &["run", "out", "q0.25 q0.75"]);
    let output = loops();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stdout(&loops()), stdout(&output), "the same command changes nothing");
    let uncertain: Vec<u64> = stdout(&output)
        .lines()
        .map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            let count = |name: &str| line["categories"][name]["count"].as_u64().unwrap_or(0);
            count("uncertain_refusal") + count("uncertain_compliance")
        })
        .collect();
    assert_eq!(uncertain.len(), 2);
    assert!(uncertain[0] < uncertain[1], "{uncertain:?}");
}
