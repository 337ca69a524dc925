//! Models in several files: the same answers as of the whole file, and errors that name the part.

use std::path::{Path, PathBuf};

use safety_deepconf::model::digest::{sha256_bytes, sha256_file};
use serde_json::Value;

use crate::support::gguf_split::{self, PartFile, Whole};
use crate::support::hub::{COMMIT, Hub};
use crate::support::{assert_same_results, json, refused_in, run_in, stderr, stdout, succeed_in, unwrapped};

const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/models/demo-qwen3-3m-F16.gguf");
const GUARD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/models/guard-demo-qwen3-1m-F16.gguf");
const RUN: &str = "--benchmark synthetic -N 4 --max-traces 3 -n 16 -q";

/// The demo model in three parts.
fn three() -> Vec<PartFile> {
    let whole = Whole::read(Path::new(DEMO));
    assert_eq!(whole.tensor_count(), 46);
    whole.split(&[10, 30])
}

fn folder_with(parts: &[PartFile]) -> (tempfile::TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().unwrap();
    let paths = gguf_split::write(folder.path(), "m-F16", parts);
    (folder, paths)
}

fn info(folder: &Path, file: &str) -> Value {
    serde_json::from_slice(&succeed_in(folder, &format!("info {file} --json")).stdout).unwrap()
}

/// The sha256 of a list, as `sha256sum PARTS | cut -d ' ' -f 1 | sha256sum` prints it.
fn of_list(paths: &[PathBuf]) -> String {
    let list: String = paths.iter().map(|path| format!("{}\n", sha256_file(path).unwrap())).collect();
    sha256_bytes(list.as_bytes())
}

#[test]
fn any_part_names_the_whole_model() {
    let (folder, paths) = folder_with(&three());
    let whole = info(folder.path(), "demo");
    let bytes: u64 = paths.iter().map(|path| path.metadata().unwrap().len()).sum();
    for number in 1..=3 {
        let found = info(folder.path(), &gguf_split::name("m-F16", number, 3));
        let model = &found["model"];
        for key in
            ["architecture", "parameters", "quantization", "context_length", "vocabulary", "template_sha256"]
        {
            assert_eq!(model[key], whole["model"][key], "{key}");
        }
        assert_eq!(found["tensor_types"], whole["tensor_types"]);
        assert_eq!(model["file"], "m-F16-00001-of-00003.gguf");
        assert_eq!(model["size"], bytes);
        assert_eq!(model["sha256"], of_list(&paths));
        let parts = model["parts"].as_array().unwrap();
        for (part, path) in parts.iter().zip(&paths) {
            assert_eq!(part["file"], path.file_name().unwrap().to_str().unwrap());
            assert_eq!(part["size"], path.metadata().unwrap().len());
            assert_eq!(part["sha256"], sha256_file(path).unwrap());
        }
        assert_eq!(parts.len(), 3);
    }
    assert_eq!(whole["model"]["sha256"], sha256_file(Path::new(DEMO)).unwrap(), "of one file its own");
    assert_eq!(whole["model"].get("parts"), None);
    let text = unwrapped(&stdout(&succeed_in(folder.path(), "info m-F16-00002-of-00003.gguf")));
    assert!(text.contains("m-F16-00003-of-00003.gguf") && text.contains(&of_list(&paths)), "{text}");
}

#[test]
fn parts_answer_as_the_whole_file_does() {
    let whole = Whole::read(Path::new(DEMO));
    let (folder, _) = folder_with(&whole.split(&[10, 30]));
    // The first part may have no tensors.
    gguf_split::write(folder.path(), "n-F16", &whole.split(&[0]));
    succeed_in(folder.path(), &format!("run demo {RUN} -o whole"));
    succeed_in(folder.path(), &format!("run m-F16-00002-of-00003.gguf {RUN} -o three"));
    succeed_in(folder.path(), &format!("run n-F16-00001-of-00002.gguf {RUN} -o two"));
    assert_same_results(&folder.path().join("whole"), &folder.path().join("three"));
    assert_same_results(&folder.path().join("whole"), &folder.path().join("two"));
    let manifest = json(&folder.path().join("three/manifest.json"));
    assert_eq!(manifest["model"]["parts"].as_array().unwrap().len(), 3);
}

#[test]
fn resume_refuses_a_part_that_changed() {
    let (folder, paths) = folder_with(&three());
    let path = folder.path();
    succeed_in(path, &format!("run m-F16-00001-of-00003.gguf {RUN} -o run"));
    // As if the run had been killed.
    let journal = path.join("run/journal.jsonl");
    let text = std::fs::read_to_string(&journal).unwrap();
    let kept: Vec<&str> = text.lines().take(text.lines().count() / 2).collect();
    std::fs::write(&journal, kept.join("\n") + "\n").unwrap();
    let original = std::fs::read(&paths[1]).unwrap();
    let mut changed = original.clone();
    let last = changed.len() - 9;
    changed[last] ^= 1;
    std::fs::write(&paths[1], &changed).unwrap();
    let (now, then) = (sha256_bytes(&changed), sha256_bytes(&original));
    let names = ["m-F16-00002-of-00003.gguf", &now, &then];
    refused_in(path, "run --resume run", &names);
    let text = unwrapped(&stderr(&run_in(path, "run --resume run")));
    assert!(!text.contains("00001-of-00003.gguf has") && !text.contains("00003-of-00003.gguf has"), "{text}");
    std::fs::write(&paths[1], &original).unwrap();
    succeed_in(path, "run --resume run -q");
    std::fs::write(&journal, kept.join("\n") + "\n").unwrap();
    // A manifest that recorded the first part alone is read, but says nothing about the others.
    let file = path.join("run/manifest.json");
    let mut manifest = json(&file);
    manifest["model"].as_object_mut().unwrap().remove("parts");
    manifest["model"]["sha256"] = sha256_file(&paths[0]).unwrap().into();
    std::fs::write(&file, manifest.to_string()).unwrap();
    succeed_in(path, "analyze run -q");
    refused_in(
        path,
        "run --resume run",
        &["recorded the sha256 of m-F16-00001-of-00003.gguf only", "other 2 parts"],
    );
}

#[test]
fn parts_that_do_not_fit_are_named() {
    let parts = three();
    let (folder, paths) = folder_with(&parts);
    let path = folder.path();
    let first = "info m-F16-00001-of-00003.gguf";
    let with = |number: usize, bytes: &[u8]| std::fs::write(&paths[number - 1], bytes).unwrap();
    let good = |number: usize| with(number, &parts[number - 1].bytes());

    std::fs::rename(&paths[1], path.join("kept.gguf")).unwrap();
    refused_in(
        path,
        first,
        &["1 of 3 parts", "missing", ": m-F16-00002-of-00003.gguf", "hint: put all parts"],
    );
    refused_in(path, "info kept.gguf", &["kept.gguf is part 2 of 3", "split.no", "-00002-of-00003.gguf"]);
    std::fs::copy(path.join("kept.gguf"), path.join("m-F16-00001-of-00002.gguf")).unwrap();
    refused_in(path, "info m-F16-00001-of-00002.gguf", &["part 2 of 3 by its keys", "-00002-of-00003.gguf"]);

    let guard = Whole::read(Path::new(GUARD));
    let foreign = &guard.split(&[5, 9])[1];
    with(2, &foreign.bytes());
    let count = guard.tensor_count().to_string();
    refused_in(
        path,
        first,
        &["m-F16-00002-of-00003.gguf: split.tensors.count is", &count, "expected 46", "not part 2"],
    );
    with(2, &PartFile { count: 4, ..parts[1].clone() }.bytes());
    refused_in(path, first, &["m-F16-00002-of-00003.gguf: split.count is 4, expected 3"]);
    with(2, &PartFile { number: 2, ..parts[1].clone() }.bytes());
    refused_in(path, first, &["m-F16-00002-of-00003.gguf: split.no is 2, expected 1"]);
    with(2, &PartFile { number: 1, ..parts[2].clone() }.bytes());
    refused_in(path, first, &["m-F16-00001-of-00003.gguf and the parts next to it", "is in two parts"]);
    with(2, &std::fs::read(DEMO).unwrap());
    refused_in(path, first, &["m-F16-00002-of-00003.gguf: split.count is missing, expected 3"]);
    let cut = parts[1].bytes();
    with(2, &cut[..cut.len() - 100]);
    refused_in(path, first, &["m-F16-00002-of-00003.gguf: the file is truncated"]);
    with(2, b"");
    refused_in(path, first, &["m-F16-00002-of-00003.gguf", "truncated"]);
    good(2);
    with(3, &Whole::read(Path::new(DEMO)).split(&[10, 31])[2].bytes());
    refused_in(path, first, &["the parts have 45 tensors together", "split.tensors.count is 46"]);
    good(3);
    succeed_in(path, first);
}

#[test]
fn keys_of_another_kind_and_hostile_counts_are_errors() {
    let parts = three();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let most = PartFile { count: u16::MAX, ..parts[0].clone() };
    std::fs::write(path.join("m-00001-of-65535.gguf"), most.bytes()).unwrap();
    let begin = std::time::Instant::now();
    refused_in(path, "info m-00001-of-65535.gguf", &["65534 of 65535 parts", "m-00002-of-65535.gguf", ", …"]);
    assert!(begin.elapsed().as_secs() < 20);
    let far = PartFile { number: u16::MAX, ..parts[0].clone() };
    std::fs::write(path.join("m-00001-of-00003.gguf"), far.bytes()).unwrap();
    refused_in(path, "info m-00001-of-00003.gguf", &["part 65536 of 3"]);
    // llama.cpp asserts the type of the key.
    let bytes = parts[0].bytes();
    let at = bytes.windows(8).position(|window| window == b"split.no").unwrap() + 8;
    let mut wrong = bytes.clone();
    wrong[at] = 3;
    std::fs::write(path.join("wrong.gguf"), &wrong).unwrap();
    refused_in(path, "info wrong.gguf", &["split.no has the value type 3, expected 2 (u16)"]);
}

#[test]
fn levels_of_parts_are_those_of_the_whole_file() {
    let (folder, paths) = folder_with(&three());
    succeed_in(folder.path(), "quantize m-F16-00003-of-00003.gguf --levels Q8_0,Q4_K_M -q");
    succeed_in(folder.path(), "quantize demo --levels Q8_0,Q4_K_M -o whole -q");
    for level in ["Q8_0", "Q4_K_M"] {
        let made = std::fs::read(folder.path().join(format!("m-{level}.gguf"))).unwrap();
        let whole = std::fs::read(folder.path().join(format!("whole/demo-qwen3-3m-{level}.gguf"))).unwrap();
        assert!(made == whole, "{level}");
    }
    let sidecar = json(&folder.path().join("m-Q8_0.gguf.json"));
    assert_eq!(sidecar["source"]["sha256"], of_list(&paths));
    assert_eq!(sidecar["source"]["parts"].as_array().unwrap().len(), 3);
}

/// A repository with the demo model in parts in a folder of its own.
fn hub(skip: Option<usize>) -> (Hub, Vec<(String, Vec<u8>)>) {
    let parts = three();
    let name = |index: usize| format!("F16/{}", gguf_split::name("m-F16", index + 1, 3));
    let mut files: Vec<_> =
        parts.iter().enumerate().map(|(index, part)| (name(index), part.bytes())).collect();
    if let Some(skip) = skip {
        files.remove(skip);
    }
    (Hub::models("user/repo-GGUF", &files, Box::new(|_, _| None)), files)
}

#[test]
fn all_parts_are_fetched_from_the_hub() {
    let (hub, files) = hub(None);
    let printed = hub.succeed("fetch user/repo-GGUF:F16");
    let snapshot = hub.folder().join("snapshots").join(COMMIT);
    let lines = files
        .iter()
        .map(|(name, bytes)| format!("{}  {}\n", sha256_bytes(bytes), snapshot.join(name).display()));
    assert_eq!(printed, lines.collect::<String>(), "as sha256sum prints them");
    for name in ["F16", "F16/m-F16-00002-of-00003.gguf"] {
        assert_eq!(hub.succeed(&format!("fetch user/repo-GGUF:{name} --offline")), printed);
    }
    assert_eq!(hub.requests("cdn GET").len(), 3);
    hub.succeed(&format!("run user/repo-GGUF:F16 --offline {RUN} -o here"));
    hub.succeed(&format!("run demo {RUN} -o whole"));
    assert_same_results(&hub.home.path().join("here"), &hub.home.path().join("whole"));
    let list: Value = serde_json::from_str(&hub.succeed("models --json")).unwrap();
    let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    assert_eq!(list["cached"].as_array().unwrap().len(), 1, "a model in parts is one model");
    assert_eq!(list["cached"][0]["size"], bytes);
    assert_eq!(list["cached"][0]["level"], "F16");

    // Without a part there is no model in the cache; the next command fetches that part alone.
    std::fs::remove_file(snapshot.join(&files[1].0)).unwrap();
    assert!(hub.refuse("fetch user/repo-GGUF:F16 --offline").contains("is not in the cache"));
    std::fs::remove_file(hub.folder().join("blobs").join(sha256_bytes(&files[1].1))).unwrap();
    assert_eq!(hub.succeed("fetch user/repo-GGUF:F16"), printed);
    assert_eq!(hub.requests("cdn GET").len(), 4);
    // A damaged part is named.
    std::fs::write(snapshot.join(&files[2].0), b"damaged").unwrap();
    let text = hub.refuse("info user/repo-GGUF:F16 --offline");
    assert!(text.contains("m-F16-00003-of-00003.gguf") && text.contains("damaged"), "{text}");
}

#[test]
fn a_repository_that_lacks_a_part_is_an_error() {
    let (hub, _) = hub(Some(1));
    let text = unwrapped(&hub.refuse("fetch user/repo-GGUF:F16"));
    assert!(text.contains("1 of its 3 parts are missing there: F16/m-F16-00002-of-00003.gguf"), "{text}");
    assert!(hub.requests("cdn").is_empty());
}
