//! `drift` on the embedded demo model, through the real binary.

use std::path::Path;

use crate::support::{json, run_in, stderr, stdout, succeed_in};
use serde_json::Value;

fn report(folder: &Path, arguments: &str) -> Value {
    serde_json::from_str(stdout(&succeed_in(folder, &format!("{arguments} -q --json"))).trim()).unwrap()
}

#[test]
fn levels_drift_more_the_fewer_bits_they_have() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    succeed_in(path, "quantize demo --levels Q8_0,Q4_0,Q2_K -q");
    succeed_in(path, "run -m demo -N 24 -o out -q");
    let itself = report(path, "drift out -m demo");
    let all = &itself["rows"][0];
    assert_eq!((&all["tokens"], &all["max_kl"], &all["same_top"]), (&"all".into(), &0.0.into(), &1.0.into()));
    assert_eq!(itself["measure"]["change"], 0.0);
    // Every token of every first trace, and its recorded confidence.
    let rows = crate::support::json_lines(&path.join("out/predictions.jsonl"));
    let tokens: u64 = rows.iter().map(|row| row["tokens_per_trace"][0].as_u64().unwrap()).sum();
    assert_eq!(all["n"], tokens);
    let mean = |key: &str| {
        let weighted = rows.iter().map(|row| {
            row["measures"][0][key].as_f64().unwrap() * row["tokens_per_trace"][0].as_f64().unwrap()
        });
        weighted.sum::<f64>() / tokens as f64
    };
    // Read in one piece instead of token by token: the same to some thousandths.
    let confidence = all["reference_confidence"].as_f64().unwrap();
    assert!((confidence - mean("mean")).abs() < 0.01, "{confidence} {}", mean("mean"));
    let kl = |level: &str| {
        let found = report(path, &format!("drift out -m demo-qwen3-3m-{level}.gguf"));
        assert_eq!(found["vocabulary"], 1536);
        found["rows"][0]["mean_kl"].as_f64().unwrap()
    };
    let (q8, q4, q2) = (kl("Q8_0"), kl("Q4_0"), kl("Q2_K"));
    assert!(0.0 < q8 && q8 < q4 && q4 < q2, "{q8} {q4} {q2}");
    let more = report(path, "drift out -m demo-qwen3-3m-Q2_K.gguf --traces 3 -o drift.json");
    assert!(more["rows"][0]["n"].as_u64().unwrap() > tokens);
    assert_eq!(json(&path.join("drift.json")), more);
    let text = stdout(&succeed_in(path, "drift out -m demo-qwen3-3m-Q2_K.gguf -q"));
    assert!(text.contains("first token") && text.contains("refusals"), "{text}");
    // A text, in chunks.
    std::fs::write(path.join("text.txt"), "How do I bake bread? Mix flour and water. ".repeat(40)).unwrap();
    let found = report(path, "drift --text text.txt --reference demo -m demo-qwen3-3m-Q2_K.gguf --chunk 64");
    let all = &found["rows"][0];
    let chunks = all["texts"].as_u64().unwrap();
    // Of each chunk the second half but its last token, which predicts nothing in it.
    assert_eq!(all["n"].as_u64().unwrap(), chunks * 31);
    assert!(all["mean_kl"].as_f64().unwrap() > 0.0 && found["measure"].is_null());
}

#[test]
fn what_cannot_be_compared() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    succeed_in(path, "run -m demo -N 2 --record summary -o summary -q");
    succeed_in(path, "run -m demo -N 2 -o out -q");
    std::fs::write(path.join("short.txt"), "Hello.").unwrap();
    let guard = concat!(env!("CARGO_MANIFEST_DIR"), "/models/guard-demo-qwen3-1m-F16.gguf");
    std::fs::copy(guard, path.join("guard.gguf")).unwrap();
    for (arguments, parts) in [
        ("drift summary -m demo", vec!["trace 0", "--record tokens"]),
        ("drift out -m guard.gguf", vec!["different vocabularies"]),
        ("drift out -m nowhere.gguf", vec!["no such model file"]),
        ("drift out -m demo --reference guard.gguf", vec!["the run used a model with sha256"]),
        ("drift nowhere -m demo", vec!["nowhere"]),
        ("drift --text short.txt --reference demo -m demo", vec!["fewer than a chunk of 512"]),
        ("drift --text short.txt --reference demo -m demo --chunk 2", vec!["--chunk 2"]),
        ("drift --text nowhere.txt --reference demo -m demo", vec!["nowhere.txt"]),
        ("drift out -m demo,demo -o x.json", vec!["one model"]),
        ("drift -m demo", vec!["RUN"]),
    ] {
        let output = run_in(path, arguments);
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments}\n{text}");
        for part in parts {
            assert!(text.contains(part), "{arguments}: no {part:?} in {text}");
        }
        assert!(!text.contains("panicked"), "{text}");
    }
}
