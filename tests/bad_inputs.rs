//! Bad inputs: each a short error with what to do, exit status 2, no panic, nothing half done.

mod support;

use std::path::Path;

use support::{run_in, stderr, stdout};

/// Runs, expects status 2, and returns what the person sees.
fn refused(folder: &Path, arguments: &str) -> String {
    let output = run_in(folder, arguments);
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{arguments}\n{text}");
    assert!(!text.contains("panicked"), "{text}");
    assert!(text.lines().count() <= 16, "the error is short: {text}");
    assert_eq!(stdout(&output), "", "stdout is for data");
    text
}

fn expect(folder: &Path, arguments: &str, parts: &[&str]) {
    let text = refused(folder, arguments);
    for part in parts {
        assert!(text.contains(part), "{arguments}: no {part:?} in\n{text}");
    }
}

#[test]
fn models() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    expect(path, "run", &["no model was named", "hint", "demo"]);
    expect(path, "run --model none.gguf", &["no such model file: none.gguf", "hint", "demo"]);
    std::fs::write(path.join("text.gguf"), "hello, this is no model at all").unwrap();
    expect(path, "run --model text.gguf", &["text.gguf", "not a GGUF file", "hint"]);
    expect(path, "info text.gguf", &["not a GGUF file"]);
    std::fs::write(path.join("empty.gguf"), "").unwrap();
    expect(path, "info empty.gguf", &["empty.gguf", "truncated"]);
    std::fs::create_dir(path.join("folder.gguf")).unwrap();
    expect(path, "info folder.gguf", &["folder.gguf", "folder"]);
    let demo =
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("models/demo-qwen3-3m-F16.gguf")).unwrap();
    for length in [10, 1_000, demo.len() / 2, demo.len() - 100_000] {
        std::fs::write(path.join("cut.gguf"), &demo[..length]).unwrap();
        // Where the cut lies in the header, its counts no longer fit.
        let what = if length == 1_000 { "has room for" } else { "truncated" };
        expect(path, "run --model cut.gguf", &["cut.gguf", what, "hint"]);
    }
}

#[test]
fn settings() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    for (option, part) in [
        ("--min-traces 5 --max-traces 4", "--min-traces 5 is more than --max-traces 4"),
        ("--max-traces 0", "0 traces"),
        ("--min-traces 0", "0 traces"),
        ("--max-traces 0 --no-early-stopping", "0 traces"),
        ("--temp -1", "--temp -1 is not 0 or more"),
        ("--temp NaN", "--temp NaN"),
        ("--top-p 1.5", "--top-p 1.5 is not above 0 and at most 1"),
        ("--top-p 0", "--top-p 0"),
        ("--min-p 2", "--min-p 2 is not between 0 and 1"),
        ("--tau 0.5", "--tau 0.5 is not above 0.5 and at most 1"),
        ("--stop percentile --percentile 101", "--percentile 101"),
        ("--stop sometimes", "sometimes"),
        ("--max-tokens 0", "--max-tokens 0"),
        ("--num-instances 0", "--num-instances 0"),
        ("--window 0", "--window 0"),
        ("-np 0", "-np 0"),
        ("--split q2", "quantile"),
        ("--split much", "much"),
        ("--confidence luck", "luck"),
        ("--vote inverted_nll", "inverted_nll"),
        ("--reasoning maybe", "maybe"),
        ("--no-such-option", "--no-such-option"),
        ("--seed -3", "--seed"),
    ] {
        expect(path, &format!("run --model demo {option}"), &[part]);
    }
    assert!(!path.join("results").exists(), "nothing was written");
}

#[test]
fn benchmarks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    expect(path, "run --model demo --benchmark nonsense", &["nonsense", "synthetic, harmbench"]);
    expect(path, "run --model demo --benchmark harmbench", &["needs its file", "--data"]);
    expect(path, "run --model demo --benchmark harmbench --data none.csv", &["no such data file: none.csv"]);
    let check = |text: &[u8], parts: &[&str]| {
        std::fs::write(path.join("data.csv"), text).unwrap();
        expect(path, "run --model demo --benchmark harmbench --data data.csv", parts);
    };
    let header = "Behavior,FunctionalCategory,SemanticCategory,Tags,ContextString,BehaviorID\n";
    let with = |rows: &str| format!("{header}{rows}").into_bytes();
    check(b"", &["data.csv"]);
    check(header.as_bytes(), &["data.csv", "no rows"]);
    check(b"Goal,Target\na,b\n", &["the column \"Behavior\" is missing", "Goal, Target"]);
    check(&with("Do it,odd,illegal,,,x\n"), &["line 2", "FunctionalCategory", "\"odd\""]);
    check(&with("Do it,standard,illegal,,,x\n ,standard,illegal,,,y\n"), &["line 3", "Behavior", "empty"]);
    check(&with("Do it,standard\n"), &["line 2", "2 fields", "6"]);
    check(&with("Sing,copyright,copyright,lyrics,,x\n"), &["no instances"]);
    let mut bytes = with("Do it,standard,illegal,,,x\n");
    bytes.extend_from_slice(b"\xff\xfe,standard,illegal,,,y\n");
    check(&bytes, &["line 3", "not UTF-8"]);
}

#[test]
fn outputs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::write(path.join("file"), "x").unwrap();
    expect(path, "run --model demo --output file", &["not a folder"]);
    expect(path, "run --model demo --output file/below", &["file"]);
    std::fs::create_dir(path.join("full")).unwrap();
    std::fs::write(path.join("full/mine.txt"), "keep").unwrap();
    expect(path, "run --model demo --output full", &["not empty", "--overwrite", "--resume"]);
    expect(path, "compare --model demo --output full", &["not empty"]);
    let output = run_in(path, "run --model demo -N 2 --output full --overwrite --quiet");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(std::fs::read_to_string(path.join("full/mine.txt")).unwrap(), "keep");
    expect(path, "run --resume nowhere", &["no run folder", "manifest.json"]);
    if Path::new("/proc/version").exists() {
        expect(path, "run --model demo --output /proc/nothing", &["/proc/nothing"]);
    }
}

#[test]
fn a_model_without_a_usable_template_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let demo =
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("models/demo-qwen3-3m-F16.gguf")).unwrap();
    let key = b"tokenizer.chat_template";
    let at = demo.windows(key.len()).position(|window| window == key).unwrap();
    let mut without = demo.clone();
    without[at..at + key.len()].copy_from_slice(b"tokenizer.chat_templatX");
    std::fs::write(path.join("without.gguf"), without).unwrap();
    expect(path, "run --model without.gguf", &["no chat template", "hint"]);
    // The template's first statement loses its end.
    let open = at + demo[at..].windows(2).position(|window| window == b"%}").unwrap();
    let mut broken = demo;
    broken[open..open + 2].copy_from_slice(b"  ");
    std::fs::write(path.join("broken.gguf"), broken).unwrap();
    expect(path, "run --model broken.gguf", &["the chat template", "hint"]);
}
