//! Shards of a run, merged: byte for byte what one run writes.

use std::path::Path;

use crate::support::{assert_same_results, json, run_in, stderr, succeed_in, unwrapped};

const RUN: &str = "run -m demo -N 42 --seed 3 -q";

fn shard(folder: &Path, number: u32, of: u32, options: &str) {
    succeed_in(folder, &format!("{RUN} --shard {number}/{of} -o s{number} {options}"));
}

fn fails(folder: &Path, command: &str) -> String {
    let output = run_in(folder, command);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    unwrapped(&stderr(&output))
}

#[test]
fn four_shards_merged_are_the_single_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    succeed_in(path, &format!("{RUN} -o whole"));
    for (number, options) in [(1, "-np 8"), (2, "-t 1"), (3, "-np 32 --no-fork"), (4, "")] {
        shard(path, number, 4, options);
    }
    // In any order.
    succeed_in(path, "merge s3 s1 s4 s2 -o merged");
    assert_same_results(&path.join("whole"), &path.join("merged"));
    let (whole, merged) = (json(&path.join("whole/manifest.json")), json(&path.join("merged/manifest.json")));
    assert_eq!(whole["benchmark"], merged["benchmark"]);
    assert_eq!(whole["judge"], merged["judge"]);
    assert_eq!(whole["settings"]["benchmark"], merged["settings"]["benchmark"]);
    let of = |manifest: &serde_json::Value, key: &str| manifest["engine"][key].as_u64().unwrap();
    assert_eq!(of(&merged, "prompts"), 42);
    let shards = merged["merged"].as_array().unwrap();
    assert_eq!(shards.len(), 4);
    assert_eq!((&shards[2]["shard"], &shards[2]["folder"]), (&"3/4".into(), &"s3".into()));
    // A merged run is a run.
    for command in
        ["analyze merged", "show merged --json", "diff whole merged", "table merged whole", "replay merged"]
    {
        succeed_in(path, command);
    }
    let error = fails(path, "merge merged s1 -o twice");
    assert!(error.contains("merged is not a shard of a run"), "{error}");
}

#[test]
fn verdicts_of_judges_after_the_run_are_merged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let judges = "--judge rules,lexicon --max-traces 3";
    succeed_in(path, &format!("{RUN} -o whole {judges}"));
    shard(path, 1, 2, judges);
    shard(path, 2, 2, judges);
    succeed_in(path, "merge s1 s2 -o merged");
    assert_same_results(&path.join("whole"), &path.join("merged"));
    for run in ["whole", "merged"] {
        succeed_in(path, &format!("analyze {run} --judge lexicon -o {run}-lexicon"));
    }
    assert_same_results(&path.join("whole-lexicon"), &path.join("merged-lexicon"));
}

#[test]
fn what_is_no_set_of_shards_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    for bad in ["0/4", "5/4", "1", "a/b"] {
        let error = fails(path, &format!("{RUN} --shard {bad} -o bad"));
        assert!(error.contains("is not a shard"), "{error}");
    }
    let error = fails(path, "run -m demo -N 2 --shard 3/3 -o bad");
    assert!(error.contains("shard 3/3 of 2 instances is empty"), "{error}");
    shard(path, 1, 3, "");
    shard(path, 2, 3, "");
    let error = fails(path, "merge s1 s2 -o merged");
    assert!(error.contains("shards are missing: 3/3"), "{error}");
    std::fs::create_dir(path.join("again")).unwrap();
    for name in ["manifest.json", "journal.jsonl"] {
        std::fs::copy(path.join("s2").join(name), path.join("again").join(name)).unwrap();
    }
    let error = fails(path, "merge s1 s2 again -o merged");
    assert!(error.contains("are both shard 2/3"), "{error}");
    succeed_in(path, "run -m demo -N 42 --seed 4 -q --shard 3/3 -o s3");
    let error = fails(path, "merge s1 s2 s3 -o merged");
    assert!(error.contains("not shards of one run") && error.contains("seed is 3"), "{error}");
    succeed_in(path, &format!("{RUN} --shard 3/3 -o s3 --overwrite"));
    // A journal that lacks its end.
    let journal = path.join("s3/journal.jsonl");
    let text = std::fs::read_to_string(&journal).unwrap();
    let cut: String = text.lines().take(25).flat_map(|line| [line, "\n"]).collect();
    std::fs::write(&journal, cut).unwrap();
    let error = fails(path, "merge s1 s2 s3 -o merged");
    assert!(error.contains("s3 is incomplete") && error.contains("run --resume"), "{error}");
    assert!(!path.join("merged").exists());
    succeed_in(path, "run --resume s3 -q");
    succeed_in(path, "merge s1 s2 s3 -o merged");
}
