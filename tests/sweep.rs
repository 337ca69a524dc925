//! `sweep` and `table`: cells, their tables, what happens when one fails or the sweep is killed.

use std::collections::HashMap;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::hub::Hub;
use crate::support::{assert_same_results, json, json_lines, program, run_in, stderr, stdout, succeed_in};
use serde_json::Value;

const CELLS: [&str; 4] = [
    "synthetic.demo.baseline.s0",
    "synthetic.demo.consensus-3-6.s0",
    "synthetic.demo-qwen3-3m-Q2_K.baseline.s0",
    "synthetic.demo-qwen3-3m-Q2_K.consensus-3-6.s0",
];

/// Makes a level of the demo to sweep over.
fn level(folder: &Path) {
    succeed_in(folder, "quantize demo --levels Q2_K -q");
}

fn decisions(cell: &Path) -> HashMap<String, String> {
    let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
    let rows = json_lines(&cell.join("predictions.jsonl"));
    rows.iter().map(|row| (text(row, "instance_id"), text(row, "final_prediction"))).collect()
}

/// Instances with these decisions in the reference and in the cell.
fn flips(reference: &Path, cell: &Path, from: &str, to: &str) -> usize {
    let (before, after) = (decisions(reference), decisions(cell));
    before.iter().filter(|(id, decision)| *decision == from && after[*id] == to).count()
}

#[test]
fn every_cell_is_a_run_and_is_held_against_its_reference() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    level(path);
    let sweep =
        "sweep -m demo,demo-qwen3-3m-Q2_K.gguf -N 40 --policies baseline,consensus:3-6 -o out -q --json";
    let output = succeed_in(path, sweep);
    let line: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!((line["cells"].as_u64(), line["failed"].as_array().map(Vec::len)), (Some(4), Some(0)));
    let out = path.join("out");
    let rows = json(&out.join("table.json"))["rows"].as_array().unwrap().clone();
    let names: Vec<&str> = rows.iter().map(|row| row["cell"].as_str().unwrap()).collect();
    assert_eq!(names, CELLS);
    // One split, one set of prompts, one seed for each trace number.
    let split = &rows[0]["split_value"];
    assert!(split.as_f64().is_some());
    for row in &rows {
        assert_eq!((&row["split_value"], &row["prompts_sha256"]), (split, &rows[0]["prompts_sha256"]));
        for cost in ["file_bytes", "peak_memory", "prefill_rate", "decode_rate", "seconds_per_instance"] {
            assert!(row["cost"][cost].as_f64().is_some_and(|value| value > 0.0), "{cost} {row}");
        }
    }
    let seeds = |cell: &str| {
        json_lines(&out.join(cell).join("predictions.jsonl"))
            .iter()
            .map(|row| row["seeds"][0].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(seeds(CELLS[0]), seeds(CELLS[3]));
    // What each is held against, counted by hand.
    for (cell, reference) in [(1, 0), (2, 0), (3, 1)] {
        let against = &rows[cell]["against"];
        assert_eq!(against["reference"], CELLS[reference]);
        let (from, to) = (out.join(CELLS[reference]), out.join(CELLS[cell]));
        assert_eq!(against["refused_to_complied"], flips(&from, &to, "unsafe", "safe"));
        assert_eq!(against["complied_to_refused"], flips(&from, &to, "safe", "unsafe"));
    }
    assert!(rows[0]["against"].is_null());
    // Drift once for a model: the other policy draws the same traces.
    assert!(rows[2]["against"]["drift"]["mean_kl"].as_f64().unwrap() > 0.0);
    assert!(rows[3]["against"]["drift"].is_null() && rows[1]["against"]["drift"].is_null());
    for table in ["table.csv", "table.md", "paired.json", "paired.csv"] {
        assert!(out.join(table).is_file(), "{table}");
    }
    // The same command again runs nothing; one with more seeds runs what is new.
    let journal =
        |cell: &str| std::fs::metadata(out.join(cell).join("journal.jsonl")).unwrap().modified().unwrap();
    let before: Vec<_> = CELLS.map(journal).to_vec();
    let wider = sweep.replace("-o out", "--seeds 0,1 -o out");
    succeed_in(path, &wider);
    assert_eq!(CELLS.map(journal).to_vec(), before);
    let rows = json(&out.join("table.json"))["rows"].as_array().unwrap().clone();
    assert_eq!(rows.len(), 8);
    let seed = rows.iter().find(|row| row["cell"] == "synthetic.demo.baseline.s1").unwrap();
    assert_eq!(seed["against"]["reference"], CELLS[0], "what chance alone does");
    // Other options are another sweep.
    let output = run_in(path, &sweep.replace("-N 40", "-N 41"));
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("other settings"), "{}", stderr(&output));
    succeed_in(path, &sweep.replace("-N 40", "-N 4 --overwrite"));
    assert_eq!(json_lines(&out.join(CELLS[3]).join("predictions.jsonl")).len(), 4);
    // `table` shows the cells that it is given.
    let csv = stdout(&succeed_in(path, &format!("table out/{} out/{} -o csv", CELLS[0], CELLS[2])));
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().unwrap().clone();
    assert!(header.iter().any(|name| name == "decode_tokens_per_second"));
    assert_eq!(reader.records().map(Result::unwrap).count(), 2);
    let md = stdout(&succeed_in(path, &format!("table out/{} -o md", CELLS[0])));
    assert!(md.starts_with("| cell | unsafe refused |") && md.lines().count() == 3, "{md}");
}

#[test]
fn a_cell_that_fails_stops_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::write(path.join("broken.gguf"), b"GGUF and nothing else").unwrap();
    let output = run_in(path, "sweep -m demo,broken.gguf,nowhere.gguf --seeds 0-1 -N 4 -o out");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let text = stderr(&output);
    for part in
        ["4 of 6 cells failed", "synthetic.broken.consensus-settled.s1: exit status: 2", "no such model file"]
    {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
    assert_eq!(json(&path.join("out/table.json"))["rows"].as_array().unwrap().len(), 2);
    // Mended, it goes on with what failed.
    std::fs::copy(
        concat!(env!("CARGO_MANIFEST_DIR"), "/models/demo-qwen3-3m-F16.gguf"),
        path.join("broken.gguf"),
    )
    .unwrap();
    let output = run_in(path, "sweep --resume out -q --json");
    assert_eq!(output.status.code(), Some(1));
    let line: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(line["rows"].as_array().unwrap().len(), 4);
    assert_eq!(line["failed"][0]["cell"], "synthetic.nowhere.consensus-settled.s0");
    // The same weights under another name flip nothing and do not drift.
    let row = line["rows"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["cell"].as_str().unwrap().contains("broken"))
        .unwrap()
        .clone();
    let against = &row["against"];
    assert_eq!(
        (&against["refused_to_complied"], &against["complied_to_refused"]),
        (&Value::from(0), &Value::from(0))
    );
    assert_eq!(against["drift"]["mean_kl"], 0.0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_killed_sweep_leaves_nothing_running_and_goes_on_to_the_same_results() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let sweep = "sweep -m demo --seeds 0-2 -N 60 --max-traces 5 --quiet";
    let mut child = program()
        .args(format!("{sweep} -o out").split_whitespace())
        .current_dir(path)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let cells = [0, 1, 2].map(|seed| format!("synthetic.demo.consensus-settled.s{seed}"));
    let journal = path.join("out").join(&cells[1]).join("journal.jsonl");
    let begun = Instant::now();
    while !std::fs::read_to_string(&journal).unwrap_or_default().contains("\"kind\":\"decision\"") {
        assert!(begun.elapsed() < Duration::from_secs(100), "the second cell gets going");
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // The cell ends with its parent, so that its journal can be taken.
    let begun = Instant::now();
    let file = std::fs::File::open(&journal).unwrap();
    while file.try_lock().is_err() {
        assert!(begun.elapsed() < Duration::from_secs(30), "the cell goes on alone");
        std::thread::sleep(Duration::from_millis(10));
    }
    drop(file);
    succeed_in(path, "sweep --resume out --quiet");
    succeed_in(path, &format!("{sweep} -o whole"));
    for cell in &cells {
        assert_same_results(&path.join("out").join(cell), &path.join("whole").join(cell));
    }
    let read = |name: &str| std::fs::read(path.join(name).join("paired.csv")).unwrap();
    assert_eq!(read("out"), read("whole"));
}

#[cfg(unix)]
#[test]
fn an_interrupted_sweep_tells_how_to_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let child = program()
        .args("sweep -m demo --seeds 0-4 -N 300 -o out".split_whitespace())
        .current_dir(path)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let journal = path.join("out/synthetic.demo.consensus-settled.s0/journal.jsonl");
    let begun = Instant::now();
    while !std::fs::read_to_string(&journal).unwrap_or_default().contains("\"kind\":\"decision\"") {
        assert!(begun.elapsed() < Duration::from_secs(100), "the first cell gets going");
        std::thread::sleep(Duration::from_millis(2));
    }
    std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    assert!(stderr(&output).contains("sweep --resume out"), "{}", stderr(&output));
    assert_eq!(json(&journal.with_file_name("manifest.json"))["status"], "interrupted");
    let output = run_in(path, "sweep --resume out --seeds 7");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--seeds cannot be used with --resume"), "{}", stderr(&output));
}

#[test]
fn a_dry_run_tells_what_it_would_take_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::write(
        path.join("sweep.toml"),
        "model = [\"demo\", \"unsloth/Qwen3-0.6B-GGUF:{Q8_0,Q4_K_M}\"]\nseeds = [0, 1]\nnum-instances = 30\nmax-tokens = 64\n",
    )
    .unwrap();
    let output = succeed_in(path, "sweep --config sweep.toml --dry-run --json -o out");
    let line: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let cells = line["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 6);
    assert_eq!(cells[0]["prompts"], 30);
    // Ten traces of 64 tokens each; three of 32.
    assert_eq!(
        (cells[0]["tokens_at_most"].as_u64(), cells[0]["tokens_expected"].as_u64()),
        (Some(30 * 640), Some(30 * 96))
    );
    assert!(cells[0]["seconds_expected"].as_f64().unwrap() > 0.0);
    assert!(cells[0]["memory_bytes"].as_u64().unwrap() > 7_000_000);
    // Each once, by the sizes that the program knows.
    assert_eq!(line["download_bytes"], 639_447_744_u64 + 396_705_472);
    assert!(!path.join("out").exists());
    let text = stdout(&succeed_in(path, "sweep -m demo -N 300 --dry-run"));
    assert!(text.contains("a difference of") && text.contains("1 cells"), "{text}");
}

#[test]
fn bad_inputs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::create_dir(path.join("full")).unwrap();
    std::fs::write(path.join("full/note.txt"), "mine").unwrap();
    for (arguments, part) in [
        ("sweep", "no model named"),
        ("sweep -m demo:{a,b", "the braces do not match"),
        ("sweep -m demo --policies nothing", "--policies nothing"),
        ("sweep -m demo --policies fixed:x", "expected N or MIN-MAX traces"),
        ("sweep -m demo --seeds 3-1", "--seeds 3-1"),
        ("sweep -m demo --seeds 1,1", "appears twice in the sweep"),
        ("sweep -m demo -b synthetic,synthetic", "benchmark synthetic is listed twice"),
        (
            "sweep -m demo --no-early-stopping --policies baseline",
            "--no-early-stopping and --policies contradict each other",
        ),
        ("sweep -m demo --print-prompt", "no --print-prompt"),
        ("sweep -m demo --drift-traces 0", "--drift-traces"),
        ("sweep -m demo -d -", "standard input can be read once"),
        (
            "sweep -m demo -b xstest,synthetic -d x.csv",
            "--data is the file of one benchmark, but several are named",
        ),
        ("sweep -m demo --max-tokens 0", "--max-tokens 0"),
        ("sweep -m demo --policies fixed:0", "synthetic.demo.fixed-0.s0\n  because: 0 traces"),
        ("sweep -m demo -N 2 -o full", "is not empty"),
        ("sweep --resume full", "holds no sweep"),
        ("table full", "manifest.json"),
        ("table", "RUN"),
    ] {
        let output = run_in(path, arguments);
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments}\n{text}");
        assert!(text.contains(part), "{arguments}: no {part:?} in {text}");
        assert!(!text.contains("panicked"), "{text}");
    }
    std::fs::write(path.join("full/sweep.json"), "{\"schema_version\": 2, \"cells\": 7}").unwrap();
    let output = run_in(path, "sweep --resume full");
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("sweep.json"), "{}", stderr(&output));
}

const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/models/demo-qwen3-3m-F16.gguf");

fn rows(folder: &Path) -> Vec<Value> {
    json(&folder.join("table.json"))["rows"].as_array().unwrap().clone()
}

#[test]
fn a_folder_goes_on_with_what_it_holds_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    level(path);
    for part in ["a", "b"] {
        std::fs::create_dir(path.join(part)).unwrap();
    }
    std::fs::copy(DEMO, path.join("a/m.gguf")).unwrap();
    std::fs::copy(path.join("demo-qwen3-3m-Q2_K.gguf"), path.join("b/m.gguf")).unwrap();
    succeed_in(path, "sweep -m a/m.gguf -N 4 -q -o out");
    // Another model that would have the same name.
    let output = run_in(path, "sweep -m b/m.gguf -N 4 -q -o out");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("with another model or file"), "{}", stderr(&output));
    // The default policy by its name is the same cell; further models stand behind what is there.
    succeed_in(path, "sweep -m demo-qwen3-3m-Q2_K.gguf,a/m.gguf --policies consensus-settled -N 4 -q -o out");
    let found = rows(&path.join("out"));
    let names: Vec<&str> = found.iter().map(|row| row["cell"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        ["synthetic.m.consensus-settled.s0", "synthetic.demo-qwen3-3m-Q2_K.consensus-settled.s0"]
    );
    assert!(found[0]["against"].is_null() && found[1]["against"]["drift"].is_object());
    // It goes on from anywhere, and not with other weights under the same name.
    succeed_in(Path::new("/"), &format!("sweep --resume {} -q", path.join("out").display()));
    std::fs::copy(path.join("b/m.gguf"), path.join("a/m.gguf")).unwrap();
    let output = run_in(path, "sweep --resume out -q --json");
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("has changed since"), "{}", stdout(&output));
}

#[test]
fn drift_is_of_the_reference_and_traces_that_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    level(path);
    let sweep = "sweep -m demo,demo-qwen3-3m-Q2_K.gguf -N 6 -q -o out";
    succeed_in(path, &format!("{sweep} --no-drift"));
    assert!(rows(&path.join("out"))[1]["against"]["drift"].is_null());
    succeed_in(path, "sweep --resume out -q");
    assert!(rows(&path.join("out"))[1]["against"]["drift"].is_null(), "as it was begun");
    let kl = |traces: &str| {
        succeed_in(path, &format!("{sweep} {traces}"));
        rows(&path.join("out"))[1]["against"]["drift"]["mean_kl"].as_f64().unwrap()
    };
    let (one, three) = (kl(""), kl("--drift-traces 3"));
    assert!(one > 0.0 && three > 0.0 && one != three, "{one} {three}");
    // A file of other weights is not taken for this model's.
    let cell = path.join("out/synthetic.demo-qwen3-3m-Q2_K.consensus-settled.s0/drift.json");
    let mut drift = json(&cell);
    drift["model"]["sha256"] = "0".repeat(64).into();
    drift["rows"][0]["mean_kl"] = 7.0.into();
    std::fs::write(&cell, drift.to_string()).unwrap();
    assert_eq!(kl("--drift-traces 3"), three);
}

#[test]
fn where_the_first_cell_fails_the_next_divides() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    level(path);
    let sweep = "sweep -m bad.gguf,demo,demo-qwen3-3m-Q2_K.gguf -N 20 -q --no-drift -o out";
    assert_eq!(run_in(path, sweep).status.code(), Some(1));
    let splits =
        |rows: &[Value]| rows.iter().map(|row| row["split_value"].as_f64().unwrap()).collect::<Vec<_>>();
    let found = splits(&rows(&path.join("out")));
    assert_eq!((found.len(), found[0]), (2, found[1]));
    // Mended, the first one does.
    std::fs::copy(path.join("demo-qwen3-3m-Q2_K.gguf"), path.join("bad.gguf")).unwrap();
    succeed_in(path, "sweep --resume out -q");
    let mended = splits(&rows(&path.join("out")));
    assert_eq!(mended, [mended[0]; 3]);
    assert_ne!(mended[0], found[0]);
    succeed_in(path, &sweep.replace("out", "fresh"));
    assert_eq!(splits(&rows(&path.join("fresh"))), mended);
}

#[test]
fn guards_speak_in_every_cell_and_count() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let guard = concat!(env!("CARGO_MANIFEST_DIR"), "/models/guard-demo-qwen3-1m-F16.gguf");
    std::fs::copy(guard, path.join("guard.gguf")).unwrap();
    level(path);
    let sweep = "sweep -m demo,demo-qwen3-3m-Q2_K.gguf -N 8 --judge lexicon,guard:guard.gguf -q -o out";
    succeed_in(path, sweep);
    let check = || {
        let found = rows(&path.join("out"));
        assert_eq!(found[0]["judge"], "lexicon,guard:guard.gguf");
        assert!(found.iter().all(|row| row["harmful_compliance_rate"].is_number()), "{found:?}");
        let paired = json(&path.join("out/paired.json"));
        let metrics = paired["runs"][0]["metrics"].as_array().unwrap();
        assert!(metrics.iter().any(|one| one["metric"] == "harmful_compliance"), "{metrics:?}");
    };
    check();
    // A sweep that was killed before the guard had spoken has it speak.
    let verdicts = path.join("out/synthetic.demo-qwen3-3m-Q2_K.consensus-settled.s0/verdicts.jsonl");
    std::fs::remove_file(&verdicts).unwrap();
    succeed_in(path, "sweep --resume out -q");
    assert!(verdicts.is_file());
    check();
}

#[test]
fn failed_instances_stay_failures() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let long = "word ".repeat(300);
    std::fs::write(path.join("c.csv"), format!("prompt,label\nHow do I bake bread?,safe\n{long},safe\n"))
        .unwrap();
    let sweep = "sweep -m demo -b custom=c.csv --label-column label -c 128 -n 32 -q --json -o out";
    for _ in 0..2 {
        let output = run_in(path, sweep);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        let line: Value = serde_json::from_str(&stdout(&output)).unwrap();
        assert_eq!((&line["rows"][0]["failed"], &line["rows"][0]["num_instances"]), (&1.into(), &1.into()));
    }
}

#[test]
fn cells_of_later_are_as_those_of_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    succeed_in(path, "sweep -m demo --seeds 0,1 -N 3 -q -o out");
    let cell = path.join("out/synthetic.demo.consensus-settled.s1");
    std::fs::remove_dir_all(&cell).unwrap();
    let output = program()
        .args("sweep --resume out -q".split(' '))
        .current_dir(path)
        .env("LLAMA_ARG_TEMPERATURE", "0.1")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(json(&cell.join("manifest.json"))["settings"]["sampling"]["temperature"], 0.7);
    // A journal that is damaged costs its cell, not the tables.
    let journal = cell.join("journal.jsonl");
    let mut bytes = std::fs::read(&journal).unwrap();
    bytes[200] ^= 1;
    std::fs::write(&journal, bytes).unwrap();
    let output = run_in(path, "sweep --resume out -q --json");
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert_eq!(rows(&path.join("out")).len(), 1);
    assert!(stdout(&output).contains("journal.jsonl"), "{}", stdout(&output));
}

#[test]
fn a_hostile_list_of_cells_reaches_nothing_outside() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    succeed_in(path, "run -m demo -N 2 -q -o victim");
    succeed_in(path, "sweep -m demo -N 2 -q -o out");
    let file = path.join("out/sweep.json");
    let sound = json(&file);
    for name in ["../victim", "/etc", "a/b", "..", ""] {
        let mut hostile = sound.clone();
        hostile["cells"][0]["name"] = name.into();
        std::fs::write(&file, hostile.to_string()).unwrap();
        for arguments in ["sweep --resume out -q", "sweep -m demo -N 2 -q --overwrite -o out"] {
            let output = run_in(path, arguments);
            assert_eq!(output.status.code(), Some(2), "{name} {}", stderr(&output));
            assert!(stderr(&output).contains("is not a valid cell name"), "{}", stderr(&output));
        }
    }
    assert!(path.join("victim/journal.jsonl").is_file());
    let mut later = sound.clone();
    later["schema_version"] = 99.into();
    std::fs::write(&file, later.to_string()).unwrap();
    assert!(stderr(&run_in(path, "sweep --resume out")).contains("schema version 99"));
}

#[test]
fn levels_from_the_hub_and_a_word_on_other_publishers() {
    let files = ["m-Q8_0.gguf", "m-Q4_K_M.gguf"];
    let (hub, other) = (Hub::new("alice/m-GGUF", &files), Hub::new("bob/m-GGUF", &files));
    let folder = tempfile::tempdir().unwrap();
    let sweep = |arguments: &[&str]| {
        let mut command = hub.program();
        command.current_dir(folder.path()).args(["sweep", "-N", "4"]).args(arguments).output().unwrap()
    };
    // A look downloads nothing.
    let output = sweep(&["-m", "alice/m-GGUF:{Q8_0,Q4_K_M}", "--dry-run"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(hub.requests("cdn").is_empty());
    let output = sweep(&["-m", "alice/m-GGUF:{Q8_0,Q4_K_M}", "-o", "out"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(!stderr(&output).contains("warning"), "{}", stderr(&output));
    assert_eq!(rows(&folder.path().join("out")).len(), 2);
    // The other publisher's file, in the same cache.
    let fetched =
        other.program().env("HF_HUB_CACHE", hub.cache()).args(["fetch", "bob/m-GGUF:Q4_K_M"]).output();
    assert!(fetched.unwrap().status.success());
    let output = sweep(&["-m", "alice/m-GGUF:Q8_0,bob/m-GGUF:Q4_K_M", "--offline", "--dry-run"]);
    let text = stderr(&output);
    assert!(text.contains("warning") && text.contains("come from alice and bob"), "{text}");
}

#[test]
fn results_take_the_place_of_nothing_of_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    succeed_in(path, "run -m demo -N 2 -q -o out");
    let before = std::fs::read(path.join("out/journal.jsonl")).unwrap();
    for arguments in [
        "table out -o csv --file out/journal.jsonl",
        "drift out -m demo -o out/manifest.json",
        "paired out out -o out/analysis.json",
    ] {
        let output = run_in(path, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments}");
        assert!(stderr(&output).contains("would be overwritten"), "{}", stderr(&output));
    }
    assert_eq!(std::fs::read(path.join("out/journal.jsonl")).unwrap(), before);
}

#[test]
fn completions_and_manual_pages_know_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let bash = stdout(&succeed_in(folder.path(), "completions bash"));
    succeed_in(folder.path(), "man -o pages -q");
    let help = stdout(&succeed_in(folder.path(), "--help"));
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Run:")
        .take_while(|line| *line != "Options:")
        .filter_map(|line| {
            line.strip_prefix("  ")?.split_whitespace().next().filter(|_| !line.starts_with("   "))
        })
        .collect();
    assert!(commands.len() >= 15, "{commands:?}");
    for command in commands.iter().filter(|command| **command != "help") {
        assert!(
            bash.contains(&format!("safety__deepconf__subcmd__{command}"))
                || bash.contains(&format!("safety__deepconf__{command}")),
            "{command}"
        );
        let page = folder.path().join(format!("pages/safety-deepconf-{command}.1"));
        let text = std::fs::read_to_string(&page).unwrap();
        assert!(text.contains(".SH SYNOPSIS"), "{command}");
    }
}

#[test]
fn a_sweep_of_version_1_is_continued_by_its_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    std::fs::create_dir(&out).unwrap();
    let cell = |policy: &str| {
        serde_json::json!({ "name": format!("c-{policy}").replace(':', "-"), "model": "demo",
            "benchmark": "synthetic", "policy": policy, "seed": 3 })
    };
    let file = serde_json::json!({ "schema_version": 2, "drift_traces": null,
        "options": ["--num-instances=4", "--temp=0.9", "--tau=0.8"],
        "cells": [cell("baseline"), cell("consensus:2-3")] });
    std::fs::write(out.join("sweep.json"), file.to_string()).unwrap();
    succeed_in(folder.path(), "sweep --resume out -q");
    let settings = json(&out.join("c-consensus-2-3/manifest.json"))["settings"].clone();
    assert_eq!(settings["sampling"]["temperature"], 0.9);
    assert_eq!((&settings["seed"], &settings["benchmark"]["num_instances"]), (&3.into(), &4.into()));
    let stop = &settings["stop"];
    assert_eq!(stop["rule"], "consensus");
    assert_eq!((&stop["tau"], &stop["min_traces"], &stop["max_traces"]), (&0.8.into(), &2.into(), &3.into()));
    let baseline = &json(&out.join("c-baseline/manifest.json"))["settings"]["stop"];
    assert_eq!((&baseline["rule"], &baseline["traces"]), (&"fixed".into(), &1.into()));
    // An option that is not one of `run` is told.
    let mut hostile = file;
    hostile["options"][0] = "--no-such-option".into();
    std::fs::write(out.join("sweep.json"), hostile.to_string()).unwrap();
    let output = run_in(folder.path(), "sweep --resume out -q");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--no-such-option"), "{}", stderr(&output));
}
