//! A run that lacks instances says so, and is not pooled or paired unasked.

use std::path::Path;

use crate::support::{json, run_in, stderr, stdout, succeed_in};

/// Drops all that was learned of the instances after the first 7, as a crash and a careless copy would.
fn shorten(run: &Path, with_prompts: bool) {
    let journal = run.join("journal.jsonl");
    let text = std::fs::read_to_string(&journal).unwrap();
    let ids: Vec<String> = text
        .lines()
        .filter(|line| line.contains("\"kind\":\"instance\""))
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["entry"]["id"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    let kept = |line: &&str| {
        let entry = &serde_json::from_str::<serde_json::Value>(line).unwrap()["entry"];
        let (is_prompt, id) = match entry["id"].as_str() {
            Some(id) => (true, id),
            None => (false, entry["instance_id"].as_str().unwrap()),
        };
        (is_prompt && with_prompts) || ids[..7].iter().any(|one| one == id)
    };
    let lines: Vec<&str> = text.lines().filter(kept).collect();
    std::fs::write(&journal, lines.join("\n") + "\n").unwrap();
}

#[test]
fn it_is_said_everywhere_and_not_pooled_or_paired() {
    for with_prompts in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        for run in ["a", "b"] {
            succeed_in(
                path,
                &format!("run -m demo -N 20 --max-traces 1 --stop fixed -q --no-report -o {run}"),
            );
        }
        shorten(&path.join("b"), with_prompts);
        let output = succeed_in(path, "analyze b");
        assert!(stdout(&output).contains("incomplete: 7 of 20"), "{}", stdout(&output));
        let overall = json(&path.join("b/analysis.json"))["overall"].clone();
        assert_eq!(
            (&overall["planned"], &overall["open"], &overall["num_instances"]),
            (&20.into(), &13.into(), &7.into())
        );
        assert!(
            json(&path.join("b/analysis.json"))["notes"][0].as_str().unwrap().contains("incomplete: 7 of 20")
        );
        let output = succeed_in(path, "table a b");
        assert!(stdout(&output).contains("7 of 20"), "{}", stdout(&output));
        assert!(succeed_in(path, "report b").status.success());
        assert!(std::fs::read_to_string(path.join("b/report.html")).unwrap().contains("incomplete: 7 of 20"));
        for command in ["diff a b", "analyze a b --pool -o pooled"] {
            let output = run_in(path, command);
            assert_eq!(output.status.code(), Some(2), "{command}");
            let said = stderr(&output);
            assert!(said.contains("b is incomplete: 7 of 20 instances"), "{command}: {said}");
            assert!(said.contains("--allow-incomplete"), "{command}: {said}");
        }
        succeed_in(path, "diff a b --allow-incomplete");
        let output = succeed_in(path, "analyze a b --pool --allow-incomplete -o pooled");
        assert!(stdout(&output).contains("incomplete: 27 of 40"), "{}", stdout(&output));
        assert!(stdout(&output).contains("pooled from 2 runs: a, b"), "{}", stdout(&output));
    }
}
