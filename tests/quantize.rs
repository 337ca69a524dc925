//! `quantize`: files of every level, what stands beside them, and what is refused.

#![allow(unsafe_code)]

use std::collections::BTreeMap;
use std::ffi::CString;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::support::gguf_writer::GgufFile;
use crate::support::{json, program, run_in, stderr, stdout, succeed_in};
use llama_cpp_2::{LogOptions, send_logs_to_tracing};
use safety_deepconf::engine::llama::LlamaEngine;
use safety_deepconf::model::digest::sha256_file;
use safety_deepconf::model::gguf::{Header, tensor_type_name};
use safety_deepconf::model::quantize::Level;
use safety_deepconf::model::{ModelFile, ModelSource};
use safety_deepconf::settings::EngineSettings;
use serde_json::{Value, json};

const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/models/demo-qwen3-3m-F16.gguf");

fn path_of(folder: &Path, level: &str) -> PathBuf {
    folder.join(format!("demo-qwen3-3m-{level}.gguf"))
}

fn every_level() -> String {
    Level::all().map(|level| level.name).collect::<Vec<_>>().join(",")
}

/// Types of the tensors.
fn types(path: &Path) -> BTreeMap<String, String> {
    let tensors = Header::read(path).unwrap().tensors;
    tensors.into_iter().map(|tensor| (tensor.name, tensor_type_name(tensor.kind))).collect()
}

/// What lies in a folder, but for the files of the names.
fn others(folder: &Path, names: &[&str]) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let found = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    found.filter(|name| !names.contains(&name.as_str())).collect()
}

/// Runs, expects a short error of status 2 that says this, and nothing on stdout.
fn refused(folder: &Path, arguments: &str, parts: &[&str]) {
    let output = run_in(folder, arguments);
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{arguments}\n{text}");
    assert_eq!(stdout(&output), "", "{arguments}");
    assert!(!text.contains("panicked"), "{text}");
    for part in parts {
        assert!(text.contains(part), "{arguments}: no {part:?} in\n{text}");
    }
}

/// llama.cpp's own function, asked for a level and nothing else.
fn by_llama_cpp(to: &Path, level: Level) {
    let path = |path: &Path| CString::new(path.to_str().unwrap()).unwrap();
    send_logs_to_tracing(LogOptions::default().with_logs_enabled(false));
    // SAFETY: both strings outlive the call, and the parameters are llama.cpp's own defaults.
    let code = unsafe {
        let mut params = llama_cpp_sys_2::llama_model_quantize_default_params();
        params.ftype = level.file_type;
        params.nthread = 1;
        llama_cpp_sys_2::llama_model_quantize(
            path(Path::new(DEMO)).as_ptr(),
            path(to).as_ptr(),
            &raw const params,
        )
    };
    assert_eq!(code, 0);
}

#[test]
fn every_level_is_what_llama_cpp_makes_and_opens() {
    let folder = tempfile::tempdir().unwrap();
    let all = every_level();
    let output = succeed_in(folder.path(), &format!("quantize demo --levels {all} -t 2 -q"));
    assert_eq!(stderr(&output), "");
    let lines = stdout(&output);
    assert_eq!(lines.lines().count(), Level::all().count());
    for (level, line) in Level::all().zip(lines.lines()) {
        let path = path_of(folder.path(), level.name);
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let sha256 = sha256_file(&path).unwrap();
        assert_eq!(line, format!("{sha256}  {}  {name}", bytes.len()));
        let reference = folder.path().join("reference.gguf");
        by_llama_cpp(&reference, level);
        assert!(bytes == std::fs::read(&reference).unwrap(), "{level}: other bytes than llama.cpp's");
        let file = ModelFile::open(&ModelSource::Path(path)).unwrap();
        assert_eq!(file.header.quantization(), level.name);
        LlamaEngine::load(&file, EngineSettings { threads: Some(1), ..EngineSettings::default() }, None)
            .unwrap();
    }
}

#[test]
fn the_bytes_do_not_depend_on_threads() {
    let folder = tempfile::tempdir().unwrap();
    let all = every_level();
    for threads in ["1", "3"] {
        std::fs::create_dir(folder.path().join(threads)).unwrap();
        succeed_in(folder.path(), &format!("quantize demo --levels {all} -t {threads} -o {threads} -q"));
    }
    for level in Level::all() {
        let read = |threads: &str| std::fs::read(path_of(&folder.path().join(threads), level.name)).unwrap();
        assert!(read("1") == read("3"), "{level}");
    }
}

#[test]
fn types_are_those_of_the_level_and_mixes_are_no_misfits() {
    let folder = tempfile::tempdir().unwrap();
    let output = succeed_in(folder.path(), "quantize demo --levels q4_0,Q4_k_m,Q8_0");
    assert!(!stderr(&output).contains("note:"), "{}", stderr(&output));
    let of = |level: &str, tensor: &str| types(&path_of(folder.path(), level))[tensor].clone();
    assert_eq!(of("Q4_0", "blk.0.attn_q.weight"), "Q4_0");
    assert_eq!(of("Q4_0", "token_embd.weight"), "Q6_K");
    assert_eq!(of("Q4_K_M", "blk.0.attn_q.weight"), "Q4_K");
    assert_eq!(of("Q4_K_M", "blk.3.ffn_down.weight"), "Q6_K");
    assert_eq!(of("Q8_0", "token_embd.weight"), "Q8_0");
    assert_eq!(of("Q8_0", "blk.0.attn_norm.weight"), "F32");
    let sidecar = json(&folder.path().join("demo-qwen3-3m-Q4_K_M.gguf.json"));
    let others = sidecar["other_types"].as_array().unwrap();
    assert_eq!(others.len(), 5);
    assert!(others.iter().all(|other| other["why"] == "mix" && other["type"] == "Q6_K"), "{sidecar}");
    assert_eq!(others[0]["name"], "token_embd.weight");
    assert_eq!(others[0]["shape"], json!([256, 1536]));
}

#[test]
fn what_stands_beside_a_file() {
    let folder = tempfile::tempdir().unwrap();
    succeed_in(folder.path(), &format!("quantize {DEMO} --levels Q5_1 -q"));
    let path = path_of(folder.path(), "Q5_1");
    let sidecar = json(&folder.path().join("demo-qwen3-3m-Q5_1.gguf.json"));
    assert_eq!(sidecar["schema_version"], 3);
    assert_eq!(sidecar["file"], "demo-qwen3-3m-Q5_1.gguf");
    assert_eq!(sidecar["level"], "Q5_1");
    assert_eq!(sidecar["sha256"], sha256_file(&path).unwrap());
    assert_eq!(sidecar["size"], path.metadata().unwrap().len());
    let source = json!({
        "file": "demo-qwen3-3m-F16.gguf",
        "sha256": sha256_file(Path::new(DEMO)).unwrap(),
        "size": Path::new(DEMO).metadata().unwrap().len(),
        "level": "F16",
    });
    assert_eq!(sidecar["source"], source);
    let parameters =
        json!({ "file_type": 9, "allow_requantize": false, "quantize_output_tensor": true, "pure": false });
    assert_eq!(sidecar["parameters"], parameters);
    let cargo = include_str!("../Cargo.toml");
    let binding = sidecar["build"]["llama_cpp_2"].as_str().unwrap();
    assert!(cargo.contains(&format!("llama-cpp-2 = {{ version = \"={binding}\"")));
    assert_eq!(sidecar["matrices"], 29);
    assert_eq!(others(folder.path(), &["demo-qwen3-3m-Q5_1.gguf", "demo-qwen3-3m-Q5_1.gguf.json"]).len(), 0);
}

#[test]
fn shapes_that_do_not_fit_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    GgufFile::sound("llama").write(&folder);
    let output = succeed_in(path, "quantize model.gguf --levels Q4_K_S,Q4_0 --json");
    let text = stderr(&output);
    // Rows of 64 and 96; the embedding is the output matrix too.
    for note in [
        "note: Q4_K_S: 1 of 8 weight matrices has rows of 64, not a multiple of 256: it is Q8_0 instead of Q6_K \
         (token_embd.weight)",
        "rows of 64, not a multiple of 256: they are Q5_0 instead of Q4_K (blk.0.attn_k.weight, …)",
        "not a multiple of 256: it is Q5_1 instead of Q5_K (blk.0.attn_v.weight)",
        "note: Q4_K_S: 1 of 8 weight matrices has rows of 96, not a multiple of 256: it is Q5_0 instead of Q4_K",
        "note: Q4_0: 1 of 8 weight matrices has rows of 64, not a multiple of 256: it is Q8_0 instead of Q6_K",
    ] {
        assert!(text.contains(note), "no {note:?} in\n{text}");
    }
    let lines: Vec<Value> = stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["level"], &lines[0]["misfits"]), (&json!("Q4_K_S"), &json!(8)));
    assert_eq!((&lines[1]["path"], &lines[1]["misfits"]), (&json!("model-Q4_0.gguf"), &json!(1)));
    let sidecar = json(&path.join("model-Q4_K_S.gguf.json"));
    let found = types(&path.join("model-Q4_K_S.gguf"));
    for other in sidecar["other_types"].as_array().unwrap() {
        assert_eq!(other["why"], "shape");
        assert_eq!(other["multiple_of"], 256);
        assert_eq!(other["type"], found[other["name"].as_str().unwrap()]);
    }
}

#[test]
fn quantized_weights_are_taken_only_if_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    succeed_in(path, "quantize demo --levels Q8_0 -q");
    let from = "quantize demo-qwen3-3m-Q8_0.gguf --levels Q4_0";
    let hints = ["holds quantized weights (Q8_0)", "demo-qwen3-3m-F16.gguf", "--allow-requantize"];
    refused(path, from, &hints);
    assert!(!path_of(path, "Q4_0").exists());
    succeed_in(path, &format!("{from} --allow-requantize"));
    let sidecar = json(&path.join("demo-qwen3-3m-Q4_0.gguf.json"));
    assert_eq!(sidecar["parameters"]["allow_requantize"], true);
    assert_eq!(sidecar["source"]["level"], "Q8_0");
}

#[test]
fn what_is_there_is_kept_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let file = path_of(path, "Q4_1");
    succeed_in(path, "quantize demo --levels Q4_1");
    let first = std::fs::metadata(&file).unwrap().modified().unwrap();
    // What a flag allows makes no difference where there is nothing to allow.
    let again = succeed_in(path, "quantize demo --levels Q4_1,q4_1 --allow-requantize --json");
    assert!(stderr(&again).contains("already exists"), "{}", stderr(&again));
    let line: Value = serde_json::from_str(&stdout(&again)).unwrap();
    assert_eq!(line["made"], false);
    assert_eq!(line["sha256"], sha256_file(&file).unwrap());
    assert_eq!(std::fs::metadata(&file).unwrap().modified().unwrap(), first);

    let mut bytes = std::fs::read(&file).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&file, &bytes).unwrap();
    // Nothing is made where something is refused.
    let more = "quantize demo --levels Q8_0,Q4_1";
    refused(path, more, &["demo-qwen3-3m-Q4_1.gguf already exists", "sha256", "--overwrite", "--output"]);
    std::fs::remove_file(path.join("demo-qwen3-3m-Q4_1.gguf.json")).unwrap();
    refused(path, more, &["no .json next to it"]);
    assert!(!path_of(path, "Q8_0").exists());
    succeed_in(path, "quantize demo --levels Q4_1 --overwrite");
    assert_eq!(sha256_file(&file).unwrap(), line["sha256"].as_str().unwrap());

    succeed_in(path, "quantize demo --levels Q8_0 -q");
    let other = "quantize demo-qwen3-3m-Q8_0.gguf --allow-requantize --levels";
    refused(path, &format!("{other} Q4_1"), &["was made from another file (demo-qwen3-3m-F16.gguf)"]);
    refused(path, &format!("{other} Q8_0 --overwrite"), &["would replace its own source"]);
}

/// A process that makes many levels, and has begun to write one.
fn begun(folder: &Path) -> Child {
    let levels = "IQ4_XS,IQ4_NL,IQ3_S,IQ3_M,Q2_K,Q3_K_L,Q4_K_M,Q5_K_M,TQ1_0,Q6_K,Q3_K_S,Q3_K_M,Q5_K_S";
    let mut command = program();
    command.args(["quantize", "demo", "-t", "1", "--levels", levels]).current_dir(folder);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let waiting = Instant::now();
    while others(folder, &[]).iter().all(|name| !name.starts_with(".quantizing-")) {
        assert!(waiting.elapsed() < Duration::from_secs(60), "nothing is written");
        std::thread::sleep(Duration::from_millis(1));
    }
    child
}

/// Every file that has its name is whole, as what stands beside it says.
fn all_are_whole(folder: &Path) {
    for name in others(folder, &[]).iter().filter(|name| name.ends_with(".gguf")) {
        let sidecar = json(&folder.join(format!("{name}.json")));
        assert_eq!(sidecar["sha256"], sha256_file(&folder.join(name)).unwrap(), "{name}");
    }
}

#[test]
fn a_killed_process_leaves_no_half_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = begun(folder.path());
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
    all_are_whole(folder.path());
    succeed_in(folder.path(), "quantize demo --levels Q6_K -q");
    let left = others(folder.path(), &[]);
    assert!(left.iter().all(|name| !name.starts_with('.')), "{left:?}");
}

#[test]
fn an_interrupted_process_cleans_up() {
    for signal in ["-INT", "-TERM"] {
        let folder = tempfile::tempdir().unwrap();
        let mut child = begun(folder.path());
        std::process::Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130));
        all_are_whole(folder.path());
        let left = others(folder.path(), &[]);
        assert!(left.iter().all(|name| !name.starts_with('.')), "{left:?}");
    }
}

#[test]
fn a_running_process_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = begun(folder.path());
    succeed_in(folder.path(), "quantize demo --levels Q8_0 -q");
    assert!(child.wait().unwrap().success());
    all_are_whole(folder.path());
}

#[test]
fn bad_inputs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    refused(path, "quantize demo --levels Q7_K", &["unknown level \"Q7_K\"; did you mean", "Q4_K_M, Q4_K_S"]);
    refused(path, "quantize demo --levels Q8_0,iq2_xs", &["IQ2_XS needs an importance matrix"]);
    refused(path, "quantize demo", &["--levels"]);
    refused(path, "quantize none.gguf --levels Q8_0", &["no such model file: none.gguf"]);
    std::fs::write(path.join("text.gguf"), "hello, this is no model at all").unwrap();
    refused(path, "quantize text.gguf --levels Q8_0", &["text.gguf", "not a GGUF file"]);
    refused(path, "quantize demo --levels Q8_0 -o text.gguf", &["text.gguf is not a folder", "hint"]);
    let demo = std::fs::read(DEMO).unwrap();
    std::fs::write(path.join("cut.gguf"), &demo[..demo.len() / 2]).unwrap();
    refused(path, "quantize cut.gguf --levels Q8_0", &["cut.gguf", "truncated"]);
    GgufFile::sound("no-such-architecture").write(&folder);
    refused(path, "quantize model.gguf --levels Q8_0", &["llama.cpp could not make Q8_0", "architecture"]);
    assert_eq!(others(path, &["text.gguf", "cut.gguf", "model.gguf"]), Vec::<String>::new());
}
