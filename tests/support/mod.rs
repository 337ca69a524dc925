//! What the tests of the whole program share.

pub mod adapters;
pub mod browser;
pub mod charts;
pub mod gguf_split;
pub mod gguf_writer;
pub mod hostile;
pub mod hub;
pub mod many;
pub mod pages;
pub mod python;
pub mod quantize;
pub mod smollm2;
pub mod tables;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// The files that must be byte-identical for the same build, model, settings and seed.
pub const RENDERED: [&str; 6] = [
    "predictions.jsonl", "predictions.csv", "traces.csv", "subgroups.csv", "hypothesis.csv", "analysis.json",
];

/// The real binary.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_safety-deepconf"));
    command.env("NO_COLOR", "1").env_remove("SAFETY_DEEPCONF_LOG");
    // No test reaches for the real hub, nor for what is cached on this machine.
    command
        .env("HF_ENDPOINT", "http://127.0.0.1:9")
        .env("GITHUB_RAW_ENDPOINT", "http://127.0.0.1:9")
        .env("HF_HUB_CACHE", std::env::temp_dir().join("no-hub-cache"));
    // Tests run side by side, and llama.cpp's threads wait for each other by spinning.
    command.env("LLAMA_ARG_THREADS", "1").env("OMP_WAIT_POLICY", "passive");
    command
}

/// Runs the binary with arguments separated by blanks, in a folder.
pub fn run_in(folder: &Path, arguments: &str) -> Output {
    program().args(arguments.split_whitespace()).current_dir(folder).output().unwrap()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Runs and expects success.
pub fn succeed_in(folder: &Path, arguments: &str) -> Output {
    let output = run_in(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments}\n{}", stderr(&output));
    output
}

/// Runs and expects the exit status of wrong input, and all parts of a text on stderr.
#[track_caller]
pub fn refused_in(folder: &Path, arguments: &str, parts: &[&str]) {
    let output = run_in(folder, arguments);
    let text = unwrapped(&stderr(&output));
    assert_eq!(output.status.code(), Some(2), "{arguments}\n{text}");
    for part in parts {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
}

pub fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

pub fn json_lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Asserts that two run folders have the same rendered files.
pub fn assert_same_results(one: &Path, other: &Path) {
    for name in RENDERED {
        let (a, b) = (std::fs::read(one.join(name)).unwrap(), std::fs::read(other.join(name)).unwrap());
        assert!(!a.is_empty());
        assert!(a == b, "{name} differs between {} and {}", one.display(), other.display());
    }
}

pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// Writes a script for the scripted engine and returns its path.
pub fn script(folder: &Path, script: &Value) -> PathBuf {
    let path = folder.join("script.json");
    std::fs::write(&path, script.to_string()).unwrap();
    path
}

/// Says that a test was skipped, also where the output of tests is captured.
pub fn skipped(why: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
}

/// A text with its line breaks and runs of blanks as single blanks: where lines end depends on the width.
pub fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
