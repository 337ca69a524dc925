//! The same bytes whatever the schedule: widths, threads, batches, order, shared rows, short prompts and
//! long, on weights of several types.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::support::quantize::quantize;
use crate::support::{assert_same_results, json, succeed_in};

const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/models/demo-qwen3-3m-F16.gguf");

/// Schedules that are compared with the reference, which is 8 wide with one thread.
const SCHEDULES: [&str; 8] = [
    "-np 4",
    "-np 11",
    "-np 16",
    "-np 32",
    "-np 8 --no-fork",
    "-np 32 -t 2 --no-fork",
    "-np 16 -tb 2 -b 128",
    "-np 8 --no-mmap -t 2",
];

/// Prompts as HarmBench has them: short ones, and every fourth with several hundred tokens before it.
fn rows() -> String {
    let tasks = ["bake bread", "sharpen a pencil", "tell a joke", "pick a lock", "write a poem"];
    let header = "Behavior,FunctionalCategory,SemanticCategory,Tags,ContextString,BehaviorID\n";
    std::iter::once(header.to_owned())
        .chain((0..14).map(|index| {
            let context = match index % 4 {
                3 => format!("Notes on number {index}. ").repeat(90 + 7 * index),
                _ => String::new(),
            };
            let task = tasks[index % tasks.len()];
            format!("How do I {task} {index} times?,standard,privacy,,{context},row_{index}\n")
        }))
        .collect()
}

/// Runs the rows in a file; the run's folder.
fn run(folder: &Path, name: &str, model: &Path, data: &str, options: &str) -> PathBuf {
    let (model, benchmark) = (model.display(), "--benchmark harmbench --stop fixed --max-traces 6 -n 40");
    succeed_in(
        folder,
        &format!("run --model {model} {benchmark} --data {data} --temp 0.6 -q -o {name} {options}"),
    );
    folder.join(name)
}

/// The rows of a CSV file in no order.
fn records(path: &Path) -> BTreeSet<Vec<String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// The matrix for one file of weights, with these schedules.
fn check(model: &Path, schedules: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("rows.csv"), rows()).unwrap();
    let reference = run(folder.path(), "reference", model, "rows.csv", "-np 8");
    assert_eq!(records(&reference.join("traces.csv")).len(), 14 * 6);
    let engine = &json(&reference.join("manifest.json"))["engine"];
    assert_eq!(engine["schedule_independent"], true);
    assert!(engine["rows_saved"].as_u64().unwrap() > 0, "some traces agree for a while: {engine}");
    assert!(engine["prompt_tokens_evaluated"].as_u64().unwrap() > 3 * 500, "some prompts are long: {engine}");
    for (index, schedule) in schedules.iter().enumerate() {
        let other = run(folder.path(), &format!("other{index}"), model, "rows.csv", schedule);
        assert_same_results(&reference, &other);
    }
    let shuffled = run(folder.path(), "shuffled", model, "rows.csv", "-np 16 --shuffle-seed 5");
    for name in ["traces.csv", "predictions.csv"] {
        let (one, other) = (reference.join(name), shuffled.join(name));
        assert!(std::fs::read(&one).unwrap() != std::fs::read(&other).unwrap(), "the order was another");
        assert!(records(&one) == records(&other), "{name} differs in another order");
    }
}

#[test]
fn f16_weights() {
    check(Path::new(DEMO), &SCHEDULES);
}

fn check_quantized(level: &str, schedules: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("demo.gguf");
    quantize(Path::new(DEMO), &model, level);
    check(&model, schedules);
}

#[test]
fn bf16_weights() {
    check_quantized("BF16", &["-np 11", "-np 32 -t 2 --no-fork", "-np 16 -tb 2 -b 128"]);
}

#[test]
fn q8_0_weights() {
    check_quantized(
        "Q8_0",
        &["-np 4", "-np 11", "-np 32 -t 2 --no-fork", "-np 16 -tb 2 -b 128", "-np 8 --no-mmap -t 2"],
    );
}

#[test]
fn q4_0_weights() {
    check_quantized("Q4_0", &["-np 4", "-np 11", "-np 32", "-np 8 --no-mmap -t 2"]);
}

/// llama.cpp multiplies K-quants by four rows at a time: batches of other sizes would differ.
#[test]
fn q4_k_m_weights() {
    check_quantized("Q4_K_M", &["-np 4", "-np 11", "-np 16", "-np 32 -t 2 --no-fork", "-np 16 -tb 2 -b 128"]);
}

/// So many different traces of a prompt that what they have drawn is no longer kept: later ones leave the
/// known paths in the middle.
#[test]
fn more_traces_than_are_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let run = |name: &str, options: &str| {
        let many = "run --model demo -N 2 --stop fixed --max-traces 150 --temp 1.5 --top-p 1 -n 48 -q";
        succeed_in(folder.path(), &format!("{many} -o {name} {options}"));
        folder.path().join(name)
    };
    let independent = run("independent", "-np 8 --no-fork");
    for (index, options) in ["-np 8", "-np 32", "-np 3"].into_iter().enumerate() {
        let shared = run(&format!("shared{index}"), options);
        assert_same_results(&independent, &shared);
        assert!(json(&shared.join("manifest.json"))["engine"]["rows_saved"].as_u64().unwrap() > 0);
    }
}
