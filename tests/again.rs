//! The same command on the same folder: finished runs are rendered, unfinished ones continued, others
//! refused.

use crate::support::{json, run_in, stderr, succeed_in};

#[test]
fn a_run_is_continued_by_the_command_that_began_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let command = "run -m demo -N 4 --seed 5 -o out";
    succeed_in(path, &format!("{command} -q"));
    let first = std::fs::read(path.join("out/predictions.jsonl")).unwrap();
    // Finished: rendered again.
    std::fs::remove_file(path.join("out/predictions.jsonl")).unwrap();
    let output = run_in(path, &format!("{command} -t 1"));
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains("complete"), "{}", stderr(&output));
    assert_eq!(std::fs::read(path.join("out/predictions.jsonl")).unwrap(), first);
    // Cut off behind half of its journal, as if it had been killed.
    let journal = path.join("out/journal.jsonl");
    let text = std::fs::read_to_string(&journal).unwrap();
    let kept: Vec<&str> = text.lines().take(text.lines().count() / 2).collect();
    std::fs::write(&journal, kept.join("\n") + "\n").unwrap();
    succeed_in(path, &format!("{command} -q"));
    assert_eq!(std::fs::read(path.join("out/predictions.jsonl")).unwrap(), first);
    // Other settings are named.
    let output = run_in(path, "run -m demo -N 4 --seed 6 --temp 0.5 -o out");
    assert_eq!(output.status.code(), Some(2));
    for part in [
        "seed is 5 in the run and 6 here",
        "sampling.temperature is 0.7 in the run and 0.5 here",
        "--overwrite",
    ] {
        assert!(stderr(&output).contains(part), "{part}: {}", stderr(&output));
    }
    assert_eq!(json(&path.join("out/manifest.json"))["settings"]["seed"], 5);
}

#[test]
fn a_file_of_prompts_that_has_changed_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::write(path.join("p.csv"), "prompt,label\nHow do I bake bread?,safe\n").unwrap();
    let command = "run -m demo -b custom -d p.csv --label-column label --stop fixed --max-traces 1 -o out -q";
    succeed_in(path, command);
    succeed_in(path, command);
    std::fs::write(path.join("p.csv"), "prompt,label\nHow do I boil rice?,safe\n").unwrap();
    let output = run_in(path, command);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("p.csv has changed"), "{}", stderr(&output));
}

#[test]
fn a_comparison_is_continued_by_the_command_that_began_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let command = "compare -m demo -N 3 -o out -q";
    succeed_in(path, command);
    let first = std::fs::read(path.join("out/comparison.csv")).unwrap();
    succeed_in(path, command);
    assert_eq!(std::fs::read(path.join("out/comparison.csv")).unwrap(), first);
    let output = run_in(path, "compare -m demo -N 3 --seed 9 -o out -q");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("baseline_n1: seed is 0 in the run and 9 here"), "{}", stderr(&output));
}

/// Models are named with -m or without, and a comparison stands for its runs wherever a run is named.
#[test]
fn a_comparison_stands_for_its_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    succeed_in(path, "compare demo -N 6 --max-traces 4 -q -o both");
    let output = succeed_in(path, "judge both --judge rules");
    assert!(stderr(&output).contains("rules"), "{}", stderr(&output));
    let found = succeed_in(path, "judge agreement both");
    let text = String::from_utf8_lossy(&found.stdout).into_owned();
    for cell in ["baseline_n1", "fixed_n5", "deepconf_adaptive"] {
        assert!(text.contains(cell), "{text}");
    }
    succeed_in(path, "judge review both --sample 4");
    assert!(
        path.join("both/baseline_n1/review.csv").is_file()
            && path.join("both/deepconf_adaptive/review.csv").is_file()
    );
    let output = run_in(path, "judge review both --sample 4 --overwrite -o one.csv");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("each has its own sheet"), "{}", stderr(&output));
    succeed_in(path, "drift both -m demo");
    let output = run_in(path, "run demo other.gguf -N 2");
    assert!(stderr(&output).contains("run takes one --model, but 2 are named"), "{}", stderr(&output));
}
