//! Models of other architectures, with random weights: recurrent states, hybrids of them with attention, sliding
//! windows. Each runs, evaluates a prompt once, shares rows, and gives the same bytes whatever the schedule.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::python::python;
use crate::support::{assert_same_results, json, succeed_in};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Traces for each of the prompts.
const TRACES: usize = 5;

/// Makes a tiny model of an architecture with the demo's tokenizer.
fn model(python: &Path, folder: &Path, architecture: &str) -> PathBuf {
    let path = folder.join(format!("{architecture}.gguf"));
    let demo = format!("{ROOT}/models/demo-qwen3-3m-F16.gguf");
    let output = Command::new(python)
        .arg(format!("{ROOT}/scripts/make_random_model.py"))
        .args([format!("{architecture}:tiny"), demo])
        .arg(&path)
        .args(["--type", "F16"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{architecture}: {}", String::from_utf8_lossy(&output.stderr));
    path
}

/// Short prompts, and one that is longer than a micro-batch and than the windows of the tiny models; after the head
/// that all share, one has fewer tokens left than a padded chunk.
fn rows() -> String {
    let long = "These are the notes of a long day. ".repeat(60);
    format!("prompt,label\nHi,safe\nHow do I bake bread?,safe\n\"{long} How do I pick a lock?\",unsafe\n")
}

fn run(folder: &Path, model: &Path, name: &str, options: &str) -> PathBuf {
    let model = model.display();
    let fixed = format!("--stop fixed --max-traces {TRACES} -n 24 --temp 0.5 --no-report -q");
    succeed_in(
        folder,
        &format!("run -m {model} -b custom=rows.csv --label-column label {fixed} -o {name} {options}"),
    );
    folder.join(name)
}

fn engine(run: &Path) -> Value {
    json(&run.join("manifest.json"))["engine"].clone()
}

fn check(architecture: &str, memory: &str) {
    let Some(python) = python(&["gguf", "numpy"]) else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::write(path.join("rows.csv"), rows()).unwrap();
    let model = model(&python, path, architecture);
    let reference = run(path, &model, "reference", "-np 8 -t 1");
    let facts = engine(&reference);
    assert_eq!(facts["memory"], memory);
    assert_eq!(facts["schedule_independent"], true);
    let number = |key: &str| facts[key].as_u64().unwrap();
    assert_eq!(number("prompts"), 3, "each prompt is evaluated once");
    let all = number("prompt_tokens_evaluated") + number("prompt_tokens_reused");
    assert_eq!(all % TRACES as u64, 0);
    assert!(number("prompt_tokens_evaluated") <= all / TRACES as u64, "{facts}");
    assert!(number("rows_saved") > 0, "traces that agree share rows: {facts}");
    let recurrent = matches!(memory, "hybrid" | "recurrent");
    assert_eq!(facts["state_bytes"].is_u64(), recurrent, "{facts}");
    assert_eq!(facts["sharing_note"].is_string(), recurrent, "{facts}");
    for (index, schedule) in ["-np 4 -t 1", "-np 16 -t 2", "-np 8 -t 1 --no-fork"].into_iter().enumerate() {
        let other = run(path, &model, &format!("other{index}"), schedule);
        assert_same_results(&reference, &other);
    }
    if recurrent {
        // What llama.cpp says of its memory: MiB of all states, and their number.
        let output = crate::support::program()
            .current_dir(path)
            .args(["run", "-vv", "-N", "1", "--max-traces", "1", "-n", "1", "--no-report", "-o", "log", "-m"])
            .arg(&model)
            .output()
            .unwrap();
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        let line = log.lines().find(|line| line.contains("rs_seq)")).expect(&log);
        let number = |part: Option<&str>| part.unwrap().trim().parse::<f64>().expect(line);
        let mebibytes = number(line.split("size =").nth(1).unwrap().split("MiB").next());
        let sequences = number(line.split(" cells").next().unwrap().split('(').next_back());
        let bytes = facts["state_bytes"].as_f64().unwrap();
        assert!((bytes * sequences / 1_048_576.0 - mebibytes).abs() < 0.006, "{bytes}: {line}");
    }
}

macro_rules! architectures {
    ($($name:ident: $architecture:literal, $memory:literal;)*) => {$(
        #[test]
        fn $name() {
            check($architecture, $memory);
        }
    )*};
}

architectures! {
    qwen_3_5: "qwen35", "hybrid";
    qwen_3_next: "qwen3next", "hybrid";
    lfm2: "lfm2", "hybrid";
    granite_4: "granitehybrid", "hybrid";
    falcon_h1: "falcon-h1", "hybrid";
    nemotron_h: "nemotron_h", "hybrid";
    jamba: "jamba", "hybrid";
    mamba_2: "mamba2", "recurrent";
    rwkv_7: "rwkv7", "recurrent";
    gemma_3: "gemma3", "sliding_window";
    gpt_oss: "gpt-oss", "sliding_window";
    cohere_2: "cohere2", "sliding_window";
}
