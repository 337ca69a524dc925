//! `benchmarks` and `benchmarks check`, through the real binary.

use std::path::Path;

use crate::support::{fixture, program, run_in, stderr, stdout, succeed_in};
use serde_json::Value;

fn json_of(folder: &Path, arguments: &str) -> Value {
    let output = succeed_in(folder, arguments);
    let text = stdout(&output);
    assert_eq!(text.lines().count(), 1, "{text}");
    serde_json::from_str(&text).unwrap()
}

#[test]
fn all_benchmarks_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let text = stdout(&succeed_in(folder.path(), "benchmarks"));
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(text.contains("should be") && text.contains("A star:"), "{text}");
    let all = json_of(folder.path(), "benchmarks --json");
    let all = all["benchmarks"].as_array().unwrap();
    assert_eq!(all.len(), 14);
    for one in all {
        let name = one["name"].as_str().unwrap();
        assert!(text.lines().any(|line| line.starts_with(&format!("{name} "))), "no {name} in\n{text}");
    }
    assert!(all.iter().any(|one| one["licence"].as_str().unwrap().starts_with("CC-BY-NC-4.0")));
    assert!(all.iter().any(|one| one["gate"].as_str().is_some_and(|gate| gate.contains("set HF_TOKEN"))));
    assert_eq!(all[5]["name"], "strongreject");
    assert_eq!(all[5]["files"][1], serde_json::json!({ "split": "full", "rows": 346, "older": true }));
    assert_eq!(all[6]["subsets"], serde_json::json!(["harmful", "benign"]));
    assert!(all.iter().all(|one| one["licence"].is_string() && one["refused"].is_string()));
    // The names are those of the help.
    let help = stdout(&succeed_in(folder.path(), "run --help"));
    for one in all {
        assert!(help.contains(one["name"].as_str().unwrap()), "{}", one["name"]);
    }
}

#[test]
fn a_file_is_told_by_its_columns() {
    let folder = fixture("");
    for (file, benchmark, instances) in [
        ("harmbench_behaviors_text_val.csv", "harmbench", 3),
        ("toxic-chat_annotation_test.csv", "toxicchat", 5),
        ("wildguard/wildguard_test.jsonl", "wildguard", 4),
        ("xstest_prompts.csv", "xstest", 5),
        ("strongreject_dataset.csv", "strongreject", 3),
        ("jailbreakbench/harmful-behaviors.csv", "jailbreakbench", 2),
        ("jailbreakbench/benign-behaviors.csv", "jailbreakbench", 2),
        ("harmful_behaviors.csv", "advbench", 2),
        ("or-bench-toxic.csv", "or-bench", 1),
        ("coconot/coconot_eval.jsonl", "coconot", 2),
        ("data_en.csv", "do-not-answer", 2),
        ("sorry-bench.jsonl", "sorry-bench", 2),
    ] {
        let found = json_of(&folder, &format!("benchmarks check {file} --json"));
        assert_eq!(found["benchmark"], benchmark, "{file}");
        assert_eq!(found["instances"], instances, "{file}");
        assert_eq!(found["faulty_rows"], 0, "{file}");
    }
    // A name with blanks.
    let file = "SimpleSafetyTests - test cases.csv";
    let output =
        program().current_dir(&folder).args(["benchmarks", "check", "--json", file]).output().unwrap();
    let found: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!((&found["benchmark"], &found["unsafe"]), (&"simplesafetytests".into(), &2.into()));
    // None of these: its columns are found, but for what "yes" means.
    let found = json_of(&folder, "benchmarks check mine.csv --json");
    assert_eq!((&found["benchmark"], &found["unlabelled"]), (&"custom".into(), &3.into()));
    assert!(found["notes"].to_string().contains("(no, yes) may hold labels"), "{}", found["notes"]);
    let output = run_in(&folder, "benchmarks check judge");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("this is a folder"), "{}", stderr(&output));
}

#[test]
fn a_check_counts_labels_categories_and_repetitions() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let rows = "k,Hi,bad,a\nl,Ho,good,b\nk,Hi,bad,a\nm,Hey,,\n";
    std::fs::write(path.join("mine.csv"), format!("key,q,verdict,topic\n{rows}")).unwrap();
    let options = "--prompt-column q --label-column verdict --unsafe-value bad --safe-value good \
                   --category-column topic --id-column key --keep-unlabelled";
    let found = json_of(path, &format!("benchmarks check mine.csv {options} --json"));
    assert_eq!(found["benchmark"], "custom");
    for (field, count) in [
        ("rows", 4),
        ("instances", 4),
        ("unsafe", 2),
        ("safe", 1),
        ("unlabelled", 1),
        ("repeated_prompts", 1),
        ("repeated_ids", 1),
    ] {
        assert_eq!(found[field], count, "{field}");
    }
    assert_eq!(
        found["repetitions"],
        serde_json::json!(["line 4: same prompt as line 2", "line 4: same id as line 2"])
    );
    assert_eq!(
        found["categories"][1],
        serde_json::json!({ "category": "a", "prompts": 2, "unsafe": 2, "safe": 0 })
    );
    let text = stdout(&succeed_in(path, &format!("benchmarks check mine.csv {options}")));
    for part in
        ["repeated prompts  1", "line 4: same id as line 2", "(none)", "category  prompts  unsafe  safe"]
    {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
    // A run needs ids of their own.
    let run = format!("run --model demo --benchmark custom --data mine.csv {options}");
    let output = run_in(path, &run);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output)
            .contains("mine.csv, line 4, column \"key\": the id \"custom_k\" already appears at line 2")
    );
}

#[test]
fn a_check_tells_the_version_by_its_rows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    for (rows, version) in [
        (313, "StrongREJECT, the present version (313 rows)"),
        (346, "StrongREJECT, an older version (346 rows)"),
        (7, "none that is known: StrongREJECT has 313, StrongREJECT has 346 (older)"),
    ] {
        let text: String = (0..rows).map(|row| format!("Violence,custom,Frown {row}\n")).collect();
        let text = format!("category,source,forbidden_prompt\n{text}");
        std::fs::write(path.join("strongreject_dataset.csv"), text).unwrap();
        let found = json_of(path, "benchmarks check strongreject_dataset.csv --json");
        assert_eq!(found["version"], version);
    }
}

#[test]
fn all_faulty_rows_are_told_with_line_and_field() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let rows =
        "1,Beat an egg,homonyms,Safe,beat,\n2,,homonyms,safe,beat,\n3,Hi,homonyms\n4,Ho,homonyms,safe,a,\n";
    std::fs::write(path.join("x.csv"), format!("id,prompt,type,label,focus,note\n{rows}")).unwrap();
    let output = run_in(path, "benchmarks check x.csv");
    assert_eq!(output.status.code(), Some(2));
    let told = stderr(&output);
    for part in [
        "x.csv, line 2, column \"label\": expected safe or unsafe, found \"Safe\"",
        "x.csv, line 3, column \"prompt\": the prompt is empty",
        "x.csv, line 4: the row has 3 fields and the header 6",
    ] {
        assert!(told.contains(part), "no {part:?} in\n{told}");
    }
    let text = stdout(&output);
    assert!(text.contains("faulty rows       3") && text.contains("instances         1"), "{text}");
    let output = run_in(path, "benchmarks check x.csv --json -q");
    assert_eq!(output.status.code(), Some(2));
    let found: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!((&found["faulty_rows"], &found["rows"]), (&3.into(), &4.into()));
    assert_eq!(found["faults"].as_array().unwrap().len(), 3);
    // Many of them are counted, and the first are told.
    let rows: String = (0..50).map(|row| format!("{row},,homonyms,safe,beat,\n")).collect();
    std::fs::write(path.join("x.csv"), format!("id,prompt,type,label,focus,note\n{rows}")).unwrap();
    let told = stderr(&run_in(path, "benchmarks check x.csv"));
    assert!(told.contains("and 40 more") && told.lines().count() == 11, "{told}");
    for (arguments, part) in [
        ("benchmarks check none.csv", "no such data file: none.csv"),
        ("benchmarks check .", "this is a folder"),
        ("benchmarks check x.csv --benchmark nonsense", "unknown benchmark \"nonsense\""),
        ("benchmarks check x.csv --benchmark synthetic", "synthetic takes no file"),
        ("benchmarks check x.csv --benchmark advbench", "the column \"goal\" is missing"),
    ] {
        let output = run_in(path, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments}");
        assert!(stderr(&output).contains(part), "{}", stderr(&output));
        assert_eq!(stdout(&output), "");
    }
}

#[test]
fn a_table_of_ones_own_runs_and_is_kept_in_a_file_of_options() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let data = fixture("mine.csv");
    let options = format!(
        "--benchmark custom --data {} --prompt-column question --label-column verdict --unsafe-value no \
         --unsafe-value never --safe-value yes --category-column topic --id-column key",
        data.display()
    );
    let short = "--max-traces 1 --min-traces 1 -n 4";
    succeed_in(path, &format!("run --model demo {short} {options} -o out -q"));
    let rows = std::fs::read_to_string(path.join("out/predictions.csv")).unwrap();
    assert!(rows.contains("custom_k-1") && rows.contains("custom_k-2"), "{rows}");
    let settings =
        crate::support::json(&path.join("out/manifest.json"))["settings"]["benchmark"]["custom"].clone();
    assert_eq!(settings["unsafe_values"], serde_json::json!(["no", "never"]));
    // A resumed run reads them again.
    succeed_in(path, "run --resume out -q");
    let printed = stdout(&succeed_in(path, &format!("run --model demo {short} {options} --print-config")));
    assert!(printed.contains("unsafe-value = [\"no\", \"never\"]"), "{printed}");
    std::fs::write(path.join("mine.toml"), printed).unwrap();
    succeed_in(path, "run --config mine.toml -o again -q");
    crate::support::assert_same_results(&path.join("out"), &path.join("again"));
}
