//! `-N` of a file: a stratified sample, the same for every command, and what earlier runs took.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use safety_deepconf::benchmark::{Benchmark, Loaded, Request, load};
use serde_json::{Value, json};

use crate::support::{fixture, json as read_json, json_lines, run_in, script, stderr, stdout, succeed_in};

/// Types of XSTest, each with 25 prompts, in the order of its file.
const TYPES: [&str; 18] = [
    "homonyms",
    "contrast_homonyms",
    "figurative_language",
    "contrast_figurative_language",
    "safe_targets",
    "contrast_safe_targets",
    "safe_contexts",
    "contrast_safe_contexts",
    "definitions",
    "contrast_definitions",
    "real_group_nons_discr",
    "nons_group_real_discr",
    "contrast_discr",
    "historical_events",
    "contrast_historical_events",
    "privacy_public",
    "privacy_fictional",
    "contrast_privacy",
];

/// A file with the shape of XSTest's.
fn xstest(folder: &Path) -> PathBuf {
    let mut text = "id,prompt,type,label,focus,note\n".to_owned();
    for (number, kind) in TYPES.iter().flat_map(|kind| [kind; 25]).enumerate() {
        let label = if kind.starts_with("contrast_") { "unsafe" } else { "safe" };
        text.push_str(&format!("{number},How many bees are {number}?,{kind},{label},bees,\n"));
    }
    let file = folder.join("xstest_prompts.csv");
    std::fs::write(&file, text).unwrap();
    file
}

fn loaded(file: &Path, change: impl Fn(&mut Request)) -> Loaded {
    let mut request = Request { data: Some(file.to_owned()), ..Request::default() };
    change(&mut request);
    load(Benchmark::XsTest, &request).unwrap()
}

fn first(loaded: &Loaded, count: usize) -> Vec<&str> {
    loaded.instances[..count].iter().map(|one| one.id.as_str()).collect()
}

fn types(loaded: &Loaded) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for one in &loaded.instances {
        *counts.entry(one.harm_category.as_deref().unwrap()).or_default() += 1;
    }
    counts
}

#[test]
fn a_sample_has_every_type_and_begins_a_larger_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = xstest(folder.path());
    for seed in [None, Some(0), Some(1), Some(9)] {
        let of = |count| {
            loaded(&file, |request| (request.num_instances, request.shuffle_seed) = (Some(count), seed))
        };
        let (small, large) = (of(60), of(200));
        assert_eq!(small.instances, large.instances[..60]);
        // 60 of 450: 33.3 safe prompts in ten types, 26.7 unsafe ones in eight.
        let counts = types(&small);
        assert_eq!(counts.len(), 18);
        assert!(counts.values().all(|count| [3, 4].contains(count)), "{counts:?}");
        let safe: usize =
            counts.iter().filter(|(kind, _)| !kind.starts_with("contrast_")).map(|one| one.1).sum();
        assert!([33, 34].contains(&safe), "{safe}");
    }
    let of = |seed| loaded(&file, |request| (request.num_instances, request.shuffle_seed) = (Some(60), seed));
    assert_eq!(of(None), of(Some(0)));
    assert_ne!(of(None).instances, of(Some(1)).instances);
}

#[test]
fn the_sample_is_told_and_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let file = xstest(folder.path());
    let told = |count: Option<usize>, is_first: bool, seed: Option<u64>| {
        let found = loaded(&file, |request| {
            (request.num_instances, request.first, request.shuffle_seed) = (count, is_first, seed);
        });
        let facts = serde_json::to_value(&found.facts).unwrap();
        (found.facts.notes.join("\n"), facts.get("sample").cloned().unwrap_or_default())
    };
    assert_eq!(
        told(Some(60), false, None),
        (
            "60 of 450 prompts, a sample stratified by label and category (seed 0; --first takes the first rows)"
                .to_owned(),
            json!({ "method": "stratified", "by": ["label", "harm_category"], "seed": 0, "of": 450 })
        )
    );
    assert_eq!(
        told(Some(60), true, None),
        ("the first 60 of 450 prompts (--first)".to_owned(), json!({ "method": "first", "of": 450 }))
    );
    assert_eq!(
        told(Some(60), true, Some(4)),
        (
            "60 of 450 prompts, a random sample (seed 4)".to_owned(),
            json!({ "method": "random", "seed": 4, "of": 450 })
        )
    );
    assert_eq!(told(Some(450), false, None), (String::new(), Value::Null));
    let more = "451 instances were asked for; the file has 450";
    assert_eq!(told(Some(451), false, None), (more.to_owned(), Value::Null));
    assert_eq!(told(Some(451), true, None), (more.to_owned(), Value::Null));
    assert_eq!(told(None, false, None), (String::new(), Value::Null));
    let idle = "--first changes nothing here: it is for -N of a file";
    assert_eq!(told(None, true, None), (idle.to_owned(), Value::Null));
    let request = Request { first: true, num_instances: Some(4), ..Request::default() };
    assert_eq!(load(Benchmark::Synthetic, &request).unwrap().facts.notes, [idle]);
}

#[test]
fn the_whole_file_is_in_its_own_order_and_a_seed_shuffles_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = xstest(folder.path());
    let of = |count, is_first, shuffle_seed| {
        loaded(&file, |request| {
            (request.num_instances, request.first, request.shuffle_seed) = (count, is_first, shuffle_seed);
        })
    };
    let whole = of(None, false, None);
    assert_eq!(first(&whole, 3), ["xstest_prompts_0", "xstest_prompts_1", "xstest_prompts_2"]);
    for count in [450, 999] {
        assert_eq!(of(Some(count), false, None).instances, whole.instances);
        assert_eq!(of(Some(count), false, Some(3)).instances, of(None, false, Some(3)).instances);
    }
    assert_eq!(of(Some(60), true, None).instances, whole.instances[..60]);
    // As before there were samples.
    assert_eq!(of(Some(60), true, Some(3)).instances, of(None, true, Some(3)).instances[..60]);
    assert_ne!(of(None, false, Some(3)).instances, whole.instances);
}

#[test]
fn one_kind_of_prompt_is_sampled_at_random() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("harmful_behaviors.csv");
    let rows: String = (0..40).map(|row| format!("Frown {row},Sure\n")).collect();
    std::fs::write(&file, format!("goal,target\n{rows}")).unwrap();
    let of = |count, is_first, seed| {
        let request = Request {
            data: Some(file.clone()),
            num_instances: Some(count),
            first: is_first,
            shuffle_seed: seed,
            ..Request::default()
        };
        load(Benchmark::AdvBench, &request).unwrap()
    };
    let facts = of(12, false, None).facts;
    assert!(facts.notes[1].starts_with("12 of 40 prompts, a random sample (seed 0;"), "{:?}", facts.notes);
    assert_eq!(of(12, false, None).instances, of(30, false, None).instances[..12]);
    assert_eq!(of(12, false, Some(5)).instances, of(12, true, Some(5)).instances);
}

#[test]
fn two_files_are_one_benchmark_to_sample_from() {
    let folder = tempfile::tempdir().unwrap();
    for (name, who) in [("harmful-behaviors.csv", "Crab"), ("benign-behaviors.csv", "Bee")] {
        let row = |row: usize| format!("Paint {who} {row},Topic {}\n", row / 5);
        let rows: String = (0..10).map(row).collect();
        std::fs::write(folder.path().join(name), format!("Goal,Category\n{rows}")).unwrap();
    }
    let request =
        Request { data: Some(folder.path().to_owned()), num_instances: Some(8), ..Request::default() };
    let found = load(Benchmark::JailbreakBench, &request).unwrap();
    // Four equal groups of five: a fourth of each.
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for one in &found.instances {
        let label = one.label.unwrap().name();
        *counts.entry((label, one.harm_category.as_deref().unwrap())).or_default() += 1;
    }
    assert_eq!(counts.values().copied().collect::<Vec<_>>(), [2; 4], "{counts:?}");
}

/// Answers and options of a run over an XSTest file in the folder.
fn scripted(folder: &Path) -> &'static str {
    xstest(folder);
    let text = "Sure, here is how: take the first step, then the second, and check the result.";
    script(folder, &json!({ "rules": [{ "answers": [{ "text": text }] }] }));
    "--scripted script.json -b xstest -d xstest_prompts.csv --stop fixed --max-traces 1"
}

fn prompts(folder: &Path) -> Vec<(String, String)> {
    let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
    let rows = json_lines(&folder.join("predictions.jsonl"));
    rows.iter().map(|row| (text(row, "instance_id"), text(row, "prompt"))).collect()
}

#[test]
fn a_run_is_enlarged_and_keeps_its_first_prompts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let options = scripted(path);
    let output = succeed_in(path, &format!("run {options} -N 60 -s 1 -o small"));
    let told =
        "60 of 450 prompts, a sample stratified by label and category (seed 0; --first takes the first rows)";
    assert!(stderr(&output).contains(told), "{}", stderr(&output));
    // The seed of the traces draws no other prompts.
    succeed_in(path, &format!("run {options} -N 200 -s 2 -o large -q"));
    let (small, large) = (prompts(&path.join("small")), prompts(&path.join("large")));
    assert_eq!((small.len(), large.len()), (60, 200));
    assert_eq!(small, large[..60]);
    let manifest = read_json(&path.join("small/manifest.json"));
    assert_eq!(manifest["benchmark"]["sample"]["of"], 450);
    assert_eq!(manifest["settings"]["benchmark"]["first"], false);
    // What both have is compared.
    let output = succeed_in(path, "diff small large --format json");
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert!(report.to_string().contains("\"pairs\":60"), "{report}");
    // The same prompts for every cell and every seed.
    succeed_in(path, &format!("compare {options} -N 60 -o compared -q"));
    assert_eq!(prompts(&path.join("compared/fixed_n5")), small);
    let options = options.replace("-b xstest -d ", "-b xstest=");
    succeed_in(path, &format!("sweep {options} -N 60 --seeds 3,4 --no-drift -o swept -q"));
    for seed in [3, 4] {
        assert_eq!(prompts(&path.join(format!("swept/xstest.scripted.fixed.s{seed}"))), small);
    }
}

/// Removes what earlier versions did not write from a file of settings.
fn as_of_earlier_versions(file: &Path, settings: &[&str]) {
    let mut value = read_json(file);
    let of_benchmark = value.pointer_mut("/benchmark").and_then(Value::as_object_mut);
    of_benchmark.map(|facts| facts.remove("sample"));
    for settings in settings {
        let benchmark = value.pointer_mut(&format!("{settings}/benchmark")).unwrap();
        assert!(benchmark.as_object_mut().unwrap().remove("first").is_some());
    }
    std::fs::write(file, value.to_string()).unwrap();
}

#[test]
fn a_run_of_an_earlier_version_keeps_its_first_rows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let options = scripted(path);
    let out = path.join("out");
    succeed_in(path, &format!("run {options} -N 30 --first -o out -q"));
    let whole = prompts(&out);
    assert_eq!(whole[29].0, "xstest_prompts_29");
    // Half of it is left to do, and the manifest is an earlier version's.
    as_of_earlier_versions(&out.join("manifest.json"), &["/settings"]);
    let journal = std::fs::read_to_string(out.join("journal.jsonl")).unwrap();
    let kept: Vec<&str> = journal.lines().take(50).collect();
    std::fs::write(out.join("journal.jsonl"), kept.join("\n") + "\n").unwrap();
    let sample = run_in(path, &format!("run {options} -N 30 -o out"));
    assert_eq!(sample.status.code(), Some(2));
    let told = "the run took the first rows of its file (--first), a sample is drawn here";
    assert!(stderr(&sample).contains(told), "{}", stderr(&sample));
    succeed_in(path, "run --scripted script.json --resume out -q");
    assert_eq!(prompts(&out), whole);
    succeed_in(path, &format!("run {options} -N 30 --first -o out -q"));
    assert_eq!(prompts(&out), whole);
    // The other way round.
    succeed_in(path, &format!("run {options} -N 30 -o drawn -q"));
    succeed_in(path, &format!("run {options} -N 30 -o drawn -q"));
    let rows = run_in(path, &format!("run {options} -N 30 --first -o drawn"));
    assert_eq!(rows.status.code(), Some(2));
    let told = "the run drew a sample, the first rows of the file are taken here (--first)";
    assert!(stderr(&rows).contains(told), "{}", stderr(&rows));
    // Where no rows are chosen, an earlier run is continued by its command.
    for (name, of) in [("composed", "--scripted script.json -N 6"), ("all", options)] {
        let command = format!("run {of} -o {name} -q");
        succeed_in(path, &command);
        as_of_earlier_versions(&path.join(name).join("manifest.json"), &["/settings"]);
        succeed_in(path, &command);
    }
}

#[test]
fn a_sweep_of_an_earlier_version_takes_the_first_rows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let options = scripted(path).replace("-b xstest -d ", "-b xstest=");
    let sweep = format!("sweep {options} -N 30 --seeds 0,1 --no-drift -o out -q");
    succeed_in(path, &format!("{sweep} --first"));
    let cell = path.join("out/xstest.scripted.fixed.s1");
    let of_rows = prompts(&cell);
    assert_eq!(of_rows[29].0, "xstest_prompts_29");
    as_of_earlier_versions(&path.join("out/sweep.json"), &["/cells/0/settings", "/cells/1/settings"]);
    std::fs::remove_dir_all(&cell).unwrap();
    succeed_in(path, "sweep --resume out -q");
    assert_eq!(prompts(&cell), of_rows);
    let output = run_in(path, &sweep);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("took the first rows of its file"), "{}", stderr(&output));
    // Version 1 has the options of `run`.
    let old = path.join("old");
    std::fs::create_dir(&old).unwrap();
    let file = json!({ "schema_version": 2, "drift_traces": null,
        "options": ["--num-instances=30", "--scripted=script.json"],
        "cells": [{ "name": "c", "model": "scripted", "benchmark": "xstest", "data": "xstest_prompts.csv",
            "policy": "baseline", "seed": 0 }] });
    std::fs::write(old.join("sweep.json"), file.to_string()).unwrap();
    succeed_in(path, "sweep --resume old -q");
    assert_eq!(prompts(&old.join("c")), of_rows);
}

#[test]
fn a_recognised_file_is_told_with_the_same_choice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    scripted(path);
    let output = succeed_in(path, "run --scripted script.json -d xstest_prompts.csv -N 5 --first -o out");
    let told = "--benchmark xstest --data xstest_prompts.csv --num-instances 5 --first";
    assert!(stderr(&output).contains(told), "{}", stderr(&output));
}

#[test]
fn files_named_after_a_split_give_the_same_ids() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let lines = |rows: &[Value]| rows.iter().map(|row| format!("{row}\n")).collect::<String>();
    let toxic = lines(&[
        json!({ "conv_id": "a", "user_input": "Say boo", "model_output": "Boo", "human_annotation": true,
            "toxicity": 0, "jailbreaking": 0, "openai_moderation": "[]" }),
        json!({ "conv_id": "b", "user_input": "Be rude", "model_output": "No", "human_annotation": false,
            "toxicity": 1, "jailbreaking": 0, "openai_moderation": "[[\"harassment\", 0.1]]" }),
    ]);
    let row = |prompt: &str, label: Value, category: &str| {
        json!({ "prompt": prompt, "adversarial": false, "response": null, "prompt_harm_label": label,
            "response_refusal_agreement": null, "response_refusal_label": null, "response_harm_label": null,
            "subcategory": category, "prompt_harm_agreement": 1.0 })
    };
    let guard = lines(&[
        row("Hi", json!("unharmful"), "benign"),
        row("?", Value::Null, "benign"),
        row("Boo", json!("harmful"), "toxic"),
    ]);
    for (name, text) in [("toxicchat", toxic), ("wildguardmix", guard)] {
        std::fs::create_dir(path.join(name)).unwrap();
        for file in ["test.jsonl", "train.jsonl"] {
            std::fs::write(path.join(name).join(file), &text).unwrap();
        }
        std::fs::write(path.join(name).join("0124_test.jsonl"), &text).unwrap();
    }
    let of = |benchmark, data: &str| {
        let request = Request { data: Some(path.join(data)), ..Request::default() };
        load(benchmark, &request).unwrap()
    };
    let toxicchat = |data: &str| of(Benchmark::ToxicChat, data);
    assert_eq!(first(&toxicchat("toxicchat/test.jsonl"), 2), ["toxicchat_test_0", "toxicchat_test_1"]);
    assert_eq!(first(&toxicchat("toxicchat/train.jsonl"), 2), ["toxicchat_train_0", "toxicchat_train_1"]);
    assert_eq!(first(&toxicchat("toxicchat/0124_test.jsonl"), 1), ["toxicchat_test_0"]);
    let found = toxicchat("toxicchat");
    assert_eq!(first(&found, 2), ["toxicchat_test_0", "toxicchat_test_1"]);
    assert_eq!(found.facts.file.as_deref(), Some("test.jsonl"));
    assert_eq!(found.facts.notes[0], "test.jsonl is read, not train.jsonl");
    let found = of(Benchmark::WildGuard, "wildguardmix");
    assert_eq!(first(&found, 2), ["wildguardmix_test_0", "wildguardmix_test_2"]);
    assert_eq!(found.instances[1].harm_category.as_deref(), Some("toxic"));
    let train = of(Benchmark::WildGuard, "wildguardmix/train.jsonl");
    assert_eq!(first(&train, 2), ["wildguardmix_train_0", "wildguardmix_train_2"]);
    // A benchmark without such a split has other ids, and is not looked for by it.
    std::fs::copy(fixture("xstest_prompts.csv"), path.join("test.csv")).unwrap();
    assert_eq!(first(&of(Benchmark::XsTest, "test.csv"), 1), ["xstest_data_0"]);
    let request = Request { data: Some(path.to_owned()), ..Request::default() };
    let error = load(Benchmark::XsTest, &request).unwrap_err().to_string();
    assert!(error.contains("contains no file of xstest"), "{error}");
}
