//! Benchmarks from the hub, through the real binary and a hub on loopback.

use std::path::Path;

use crate::support::hub::{Answer, COMMIT, Hook, Hub, Request, refused};
use crate::support::{fixture, json, stderr};
use safety_deepconf::model::digest::sha256_bytes;
use serde_json::Value;

/// The pinned commit and sha256 of ToxicChat's test split.
const TOXIC_COMMIT: &str = "29df8e4dba60e1f4af4b4075c0705c5b313548a8";
const TOXIC_SHA256: &str = "3c2e49889626f7738dca0a29bface0ba0a0595b2ffdd17f0e02f19df7c3c4c9b";
const TEST: &str = "data/0124/toxic-chat_annotation_test.csv";
const TRAIN: &str = "data/0124/toxic-chat_annotation_train.csv";
const EARLY: &str = "data/1123/toxic-chat_annotation_test.csv";
const WILD: &str = "test/wildguard_test.parquet";

const SHORT: &str = "--max-traces 1 --min-traces 1 -n 4 -N 2 --first";

fn expect(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
}

fn toxic_bytes() -> Vec<u8> {
    std::fs::read(fixture("toxic-chat_annotation_test.csv")).unwrap()
}

/// The same rows stand in for every file of ToxicChat.
fn toxic(hook: Hook) -> Hub {
    let files = [TEST, TRAIN, EARLY].map(|file| (file, toxic_bytes()));
    Hub::dataset("lmsys/toxic-chat", TOXIC_COMMIT, &files, hook)
}

fn wild(hook: Hook) -> Hub {
    let bytes = std::fs::read(fixture("wildguard/wildguard_test.parquet")).unwrap();
    Hub::dataset("allenai/wildguardmix", "main", &[(WILD, bytes)], hook)
}

fn always(status: u16) -> Hook {
    Box::new(move |_, _| Some(Answer::new(status, &[("Retry-After", "0")], b"<html>")))
}

fn never() -> Hook {
    Box::new(|_, _| None)
}

/// A run's benchmark in its manifest.
fn ran(hub: &Hub, options: &str) -> Value {
    hub.succeed(&format!("run --model demo {SHORT} --overwrite -o out {options}"));
    json(&hub.home.path().join("out/manifest.json"))["benchmark"].clone()
}

fn refuse_hints_of_models(text: &str) {
    for hint in ["--model", ".gguf", "GGUF", "models/manifest.toml", "model's page"] {
        assert!(!text.contains(hint), "{hint} in\n{text}");
    }
}

#[test]
fn a_subset_is_fetched_once_into_the_hub_s_own_layout() {
    let hub = toxic(never());
    let facts = ran(&hub, "--benchmark toxicchat --subset train");
    let folder = hub.cache().join("datasets--lmsys--toxic-chat");
    let path = folder.join("snapshots").join(TOXIC_COMMIT).join(TRAIN);
    let sha256 = sha256_bytes(&toxic_bytes());
    assert_eq!(std::fs::read(&path).unwrap(), toxic_bytes());
    assert_eq!(std::fs::read_link(&path).unwrap(), Path::new("../../../../blobs").join(&sha256));
    assert!(!folder.join("refs").exists(), "a commit is no branch");
    assert_eq!(facts["repository"], "lmsys/toxic-chat");
    assert_eq!(facts["revision"], TOXIC_COMMIT);
    assert_eq!(facts["pinned"], false, "its commit is pinned, its sha256 is not");
    assert_eq!(facts["sha256"], sha256);
    assert_eq!(facts["file"], "toxic-chat_annotation_train.csv");
    expect(&facts["notes"].to_string(), &[TRAIN, "lmsys/toxic-chat", "not pinned", "CC-BY-NC-4.0"]);
    let rows = std::fs::read_to_string(hub.home.path().join("out/predictions.csv")).unwrap();
    expect(&rows, &["toxicchat_train_0"]);
    assert_eq!(hub.requests("cdn GET").len(), 1);
    assert_eq!(hub.requests("hub").len(), 3);

    // A pinned commit cannot change: nobody is asked.
    assert_eq!(ran(&hub, "--benchmark toxicchat --subset train"), facts);
    assert_eq!(ran(&hub, "--benchmark toxicchat --subset train --offline"), facts);
    assert_eq!(hub.requests("").len(), 4);
    // The other version has the same names of files.
    let early = ran(&hub, "--benchmark toxicchat --subset 1123-test");
    expect(&early["notes"].to_string(), &[EARLY]);
    let settings = json(&hub.home.path().join("out/manifest.json"))["settings"].clone();
    assert_eq!(settings["benchmark"]["subset"], "1123-test");
}

#[test]
fn a_branch_s_commit_is_recorded_and_asked_for_again() {
    let hub = wild(never());
    let facts = ran(&hub, "--benchmark wildguard");
    let folder = hub.cache().join("datasets--allenai--wildguardmix");
    assert!(folder.join("snapshots").join(COMMIT).join(WILD).is_file());
    assert_eq!(std::fs::read_to_string(folder.join("refs/main")).unwrap(), COMMIT);
    assert_eq!(facts["repository"], "allenai/wildguardmix");
    assert_eq!(facts["revision"], COMMIT);
    assert_eq!(facts["pinned"], false);
    expect(&facts["notes"].to_string(), &["ODC-BY", "not pinned"]);
    assert_eq!(ran(&hub, "--benchmark wildguard"), facts);
    assert_eq!(hub.requests("cdn").len(), 1, "downloaded once");
    assert_eq!(hub.requests("/api/").len(), 2);
    let asked = hub.requests("").len();
    assert_eq!(ran(&hub, "--benchmark wildguard --offline"), facts);
    assert_eq!(hub.requests("").len(), asked, "nobody was asked");
    // A hub out of reach.
    let arguments = format!("run --model demo {SHORT} -o away --benchmark wildguard");
    let mut program = hub.program();
    let output = program.args(arguments.split(' ')).env("HF_ENDPOINT", "http://127.0.0.1:9").output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    expect(&stderr(&output), &["out of reach", "using the cached test/wildguard_test.parquet"]);
    assert_eq!(json(&hub.home.path().join("away/manifest.json"))["benchmark"], facts);
}

#[test]
fn another_file_than_the_pinned_one_is_an_error_with_both_hashes() {
    let found = sha256_bytes(&toxic_bytes());
    let hub = toxic(never());
    let text = hub.refuse("run --model demo --benchmark toxicchat");
    expect(&text, &["toxicchat", TEST, TOXIC_SHA256, &found, "this program pins", "--data"]);
    refuse_hints_of_models(&text);
    assert!(hub.requests("cdn").is_empty(), "the hub says so before the download");
    // Where the hub states no sha256, after it.
    let small = |request: &Request, _| {
        let head = request.line.contains("HEAD");
        let headers = [("ETag", "\"0123456789abcdef0123456789abcdef01234567\"")];
        let bytes = request.line.contains("/resolve/");
        match (head, bytes) {
            (true, _) => Some(Answer::new(200, &headers, &toxic_bytes())),
            (_, true) => Some(Answer::bytes(&toxic_bytes(), request.start)),
            _ => None,
        }
    };
    let hub = toxic(Box::new(small));
    let text = hub.refuse("run --model demo --benchmark toxicchat --quiet");
    expect(&text, &[TEST, TOXIC_SHA256, &found, "deleted"]);
    let folder = hub.cache().join("datasets--lmsys--toxic-chat");
    assert_eq!(std::fs::read_dir(folder.join("blobs")).unwrap().count(), 0);
    assert!(!folder.join("snapshots").exists());
    ran(&hub, "--benchmark toxicchat --subset train");
}

#[test]
fn a_damaged_file_in_the_cache_is_an_error() {
    let hub = toxic(never());
    ran(&hub, "--benchmark toxicchat --subset train");
    let path = hub.cache().join("datasets--lmsys--toxic-chat/snapshots").join(TOXIC_COMMIT).join(TRAIN);
    std::fs::write(path, "conv_id,user_input").unwrap();
    let text = hub.refuse("run --model demo --benchmark toxicchat --subset train --offline");
    expect(&text, &["damaged", &sha256_bytes(&toxic_bytes()), "hint: delete"]);
}

#[test]
fn a_gated_data_set_says_what_to_do() {
    for status in [401, 403] {
        // The description is public, the file is not.
        let gate = move |request: &Request, _| {
            request.line.contains("/resolve/").then(|| Answer::new(status, &[], b"gated"))
        };
        let hub = wild(Box::new(gate));
        let text = hub.refuse("run --model demo --benchmark wildguard");
        let page = format!("{}/datasets/allenai/wildguardmix", hub.endpoint);
        expect(&text, &["wildguard", &status.to_string(), "accept the terms", "form", &page, "HF_TOKEN"]);
        expect(&text, &["--data"]);
        refuse_hints_of_models(&text);
        let arguments = ["run", "--model", "demo", "--benchmark", "wildguard"];
        let output = hub.program().args(arguments).env("HF_TOKEN", "hf_secret").output().unwrap();
        let text = refused("with a token", &output);
        expect(&text, &["HF_TOKEN, which was sent"]);
        assert!(!text.contains("hf_secret"));
        assert_eq!(hub.requests("hub").last().unwrap().token.as_deref(), Some("Bearer hf_secret"));
    }
    let hub = wild(never());
    let arguments = format!("run --model demo {SHORT} --benchmark wildguard");
    let output = hub.program().args(arguments.split(' ')).env("HF_TOKEN", "hf_x").output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(hub.requests("hub").iter().all(|request| request.token.is_some()));
    assert!(hub.requests("cdn").iter().all(|request| request.token.is_none()));
}

#[test]
fn without_the_hub_the_message_names_the_file_and_data() {
    let hub = toxic(never());
    let text = hub.refuse("run --model demo --benchmark toxicchat --offline");
    expect(&text, &["toxicchat", TEST, "not in the cache", "--data FILE", "toxic-chat_annotation_test.csv"]);
    refuse_hints_of_models(&text);
    assert!(hub.requests("").is_empty());
    let arguments = ["run", "--model", "demo", "--benchmark", "toxicchat"];
    let output = hub.program().args(arguments).env("HF_ENDPOINT", "http://127.0.0.1:9").output().unwrap();
    let text = refused("out of reach", &output);
    expect(&text, &["out of reach", "127.0.0.1:9", TEST, "--data FILE", "HF_ENDPOINT"]);
    refuse_hints_of_models(&text);
    assert!(text.lines().count() <= 3, "{text}");
    for (status, part) in [(404, "no such repository"), (503, "status 503"), (429, "429")] {
        let text = toxic(always(status)).refuse("run --model demo --benchmark toxicchat -q");
        expect(&text, &[part, "hint"]);
        refuse_hints_of_models(&text);
    }
    // The repository is there, the file is not.
    let hub = Hub::dataset("lmsys/toxic-chat", TOXIC_COMMIT, &[], never());
    let text = hub.refuse("run --model demo --benchmark toxicchat");
    expect(&text, &["lmsys/toxic-chat has no file", TEST, "--data FILE"]);
    // Another commit than the pinned one.
    let body = format!(r#"{{"sha":"{COMMIT}","siblings":[]}}"#);
    let hub = toxic(Box::new(move |_, _| Some(Answer::new(200, &[], body.as_bytes()))));
    expect(&hub.refuse("run --model demo --benchmark toxicchat"), &[COMMIT, TOXIC_COMMIT]);
}

#[test]
fn subsets_are_named_and_files_need_no_hub() {
    let hub = toxic(never());
    let text = hub.refuse("run --model demo --benchmark toxicchat --subset 0123");
    expect(&text, &["toxicchat has no subset \"0123\"", "test, train, 1123-test, 1123-train"]);
    for benchmark in ["synthetic", "xstest", "strongreject", "advbench", "coconot", "sorry-bench", "custom"] {
        let text = hub.refuse(&format!("run --model demo --benchmark {benchmark} --subset test"));
        expect(&text, &[benchmark, "no subset \"test\""]);
    }
    let file = fixture("toxic-chat_annotation_test.csv");
    let data = format!("--benchmark toxicchat --data {}", file.display());
    expect(&hub.refuse(&format!("run --model demo {data} --subset test")), &["--subset", "--data"]);
    let facts = ran(&hub, &data);
    assert_eq!((facts.get("repository"), facts.get("pinned")), (None, None), "absent is absent");
    assert!(hub.requests("").is_empty());
}

#[test]
fn jailbreakbench_is_both_files_of_the_hub_unless_one_is_named() {
    let file = |name: &str| std::fs::read(fixture("jailbreakbench").join(name)).unwrap();
    let files = [
        ("data/harmful-behaviors.csv", file("harmful-behaviors.csv")),
        ("data/benign-behaviors.csv", file("benign-behaviors.csv")),
    ];
    let hub = Hub::dataset("JailbreakBench/JBB-Behaviors", "main", &files, never());
    hub.succeed("run --model demo --max-traces 1 --min-traces 1 -n 4 --overwrite -o out -b jailbreakbench");
    let facts = json(&hub.home.path().join("out/manifest.json"))["benchmark"].clone();
    assert_eq!((&facts["instances"], &facts["pinned"]), (&4.into(), &false.into()));
    assert_eq!(facts["file"], "harmful-behaviors.csv");
    assert_eq!(facts["more_files"][0]["file"], "benign-behaviors.csv");
    assert_eq!(facts["more_files"][0]["sha256"], sha256_bytes(&file("benign-behaviors.csv")));
    expect(&facts["notes"].to_string(), &["data/benign-behaviors.csv of the data set", "MIT"]);
    let rows = std::fs::read_to_string(hub.home.path().join("out/predictions.csv")).unwrap();
    expect(&rows, &["jailbreakbench_harmful_1", "jailbreakbench_benign_1"]);
    let facts = ran(&hub, "--benchmark jailbreakbench --subset benign --offline");
    assert_eq!((&facts["instances"], facts.get("more_files")), (&2.into(), None));
}

#[test]
fn or_bench_and_do_not_answer_come_from_the_hub() {
    let hard = std::fs::read(fixture("or-bench-hard-1k.csv")).unwrap();
    let hub = Hub::dataset("bench-llm/or-bench", "main", &[("or-bench-hard-1k.csv", hard)], never());
    let facts = ran(&hub, "--benchmark or-bench");
    assert_eq!((&facts["instances"], &facts["repository"]), (&2.into(), &"bench-llm/or-bench".into()));
    expect(&hub.refuse("run --model demo -b or-bench --subset 1k"), &["hard-1k, 80k, toxic"]);
    let text = std::fs::read(fixture("data_en.csv")).unwrap();
    let hub = Hub::dataset("LibrAI/do-not-answer", "main", &[("data_en.csv", text)], never());
    let facts = ran(&hub, "--benchmark do-not-answer --subset en");
    expect(&facts["notes"].to_string(), &["CC-BY-NC-SA-4.0", "no commercial use"]);
}

#[test]
fn a_gated_data_set_without_a_known_file_is_asked_for() {
    let hub = toxic(never());
    let text = hub.refuse("run --model demo --benchmark sorry-bench");
    expect(&text, &["sorry-bench needs its file", "--data", "accepted their terms", "HF_TOKEN"]);
    assert!(hub.requests("").is_empty());
}

#[test]
fn compare_takes_its_prompts_from_the_hub_too() {
    let hub = wild(never());
    hub.succeed(&format!("compare --model demo {SHORT} -q -o out --benchmark wildguard"));
    assert_eq!(hub.requests("cdn").len(), 1);
}
