//! A cascade on recorded traces: the lexicon, and a guard where it is unsure and for control.

use std::path::Path;

use crate::support::{json, json_lines, run_in, stderr, stdout, succeed_in, unwrapped};
use serde_json::{Value, json};

const FILE: &str = "guard-demo-qwen3-1m-F16.gguf";
const RUN: &str = "run --model demo -N 30 --seed 6 --quiet --no-early-stopping --max-traces 3";

fn guard() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(FILE).display().to_string()
}

fn entries(path: &Path) -> Vec<Value> {
    json_lines(path).into_iter().map(|mut line| line["entry"].take()).collect()
}

fn votes(entry: &Value) -> bool {
    ["refusal", "partial_refusal", "compliance"].iter().any(|verdict| entry["verdict"] == *verdict)
}

fn refuses(verdict: &Value) -> bool {
    verdict != "compliance"
}

#[test]
fn a_guard_is_asked_for_control_and_the_lexicon_decides() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let (guard, name) = (guard(), format!("cascade:{FILE}"));
    succeed_in(path, &format!("{RUN} --output out"));
    let output = succeed_in(path, &format!("judge out --judge cascade:{guard} -v"));
    let said = unwrapped(&stdout(&output));
    assert!(said.contains("control sample of 50 sure answers: guard and lexicon differ on"), "{said}");
    let verdicts = path.join("out/verdicts.jsonl");
    let whole = std::fs::read(&verdicts).unwrap();
    let lines = entries(&verdicts);
    let judge = &lines[0];
    assert_eq!((&judge["name"], &judge["family"]), (&json!(name), &json!("qwen3guard")));
    assert_eq!(judge["speaks_of"], json!({ "refusal": true, "harm": false }));
    assert_eq!(judge["control_share"], 0.05);
    let lengths = ["sha256", "lexicon_sha256"].map(|field| judge[field].as_str().unwrap().len());
    assert_eq!(lengths, [64, 64]);
    assert!(judge["rules"].as_str().unwrap().parse::<u32>().is_ok(), "a revision: {judge}");
    assert_eq!(judge["named"], json!([guard]), "as it was named, to be found again");
    // Every answer once: fifty of those of which the lexicon is sure were asked about, and every unsure one.
    let opinions = &lines[1..];
    assert_eq!(opinions.len(), 90);
    let of = |route: &str| opinions.iter().filter(|one| one["cascade"]["route"] == route).collect::<Vec<_>>();
    let (control, unsure) = (of("control"), of("unsure"));
    let sure = opinions.iter().filter(|one| votes(one) && one["cascade"]["route"] != "unsure").count();
    assert_eq!(control.len(), sure.min(50));
    for one in control.iter().chain(&unsure) {
        assert!(one["reply"].is_string() && one["harmful"].is_null(), "{one}");
        let step = &one["cascade"];
        assert!(step["guard"].is_string() && step["lexicon"].is_string(), "{one}");
    }
    // On all but unsure answers it says what the lexicon says.
    succeed_in(path, "judge out --judge lexicon --quiet");
    let both = entries(&verdicts);
    let lexicon: Vec<&Value> = both.iter().filter(|one| one["judge"] == "lexicon").collect();
    for one in opinions.iter().filter(|one| one["cascade"]["route"] != "unsure") {
        let same = |other: &&&Value| ["instance_id", "number"].iter().all(|key| other[*key] == one[*key]);
        let other = lexicon.iter().find(same).unwrap();
        assert_eq!((&one["verdict"], &one["p_refusal"]), (&other["verdict"], &other["p_refusal"]));
    }
    // The report counts the same.
    succeed_in(path, &format!("analyze out --judge {name} --output seen --quiet"));
    let report = json(&path.join("seen/analysis.json"));
    let cascade = &report["cascade"][0];
    assert_eq!((&cascade["judge"], &cascade["control"]), (&json!(name), &json!(control.len())));
    assert_eq!(cascade["unsure"], unsure.len());
    let parsed: Vec<&&Value> = control.iter().filter(|one| one["cascade"]["guard"] != "unparsed").collect();
    let differ = |one: &&&&Value| refuses(&one["cascade"]["guard"]) != refuses(&one["cascade"]["lexicon"]);
    let share = parsed.iter().filter(differ).count() as f64 / parsed.len() as f64;
    let (all, interval) = (&cascade["disagreement"]["all"], &cascade["disagreement"]["all_interval"]);
    assert_eq!(
        (&interval["n"], all, &interval["method"]),
        (&json!(parsed.len()), &json!(share), &json!("wilson"))
    );
    let sides = ["lexicon_refuses_interval", "lexicon_complies_interval"]
        .map(|side| cascade["disagreement"][side]["n"].as_u64());
    assert_eq!(sides.iter().flatten().sum::<u64>(), parsed.len() as u64);
    assert_eq!(cascade["calibration"]["platt"].is_null(), cascade["calibration"]["why_not"].is_string());
    assert!(report["primary"].get("judge").is_none(), "it says nothing of harm");
    // A panel with it, and what cannot be done with it.
    succeed_in(path, &format!("analyze out --judge lexicon,{name} --output both --quiet"));
    assert_eq!(run_in(path, &format!("replay out --judge {name} --max-tokens 8")).status.code(), Some(2));
    succeed_in(path, &format!("replay out --judge {name} --quiet"));
    // In one command the same verdicts.
    succeed_in(path, &format!("{RUN} --judge cascade:{guard} --output one"));
    assert_eq!(std::fs::read(path.join("one/verdicts.jsonl")).unwrap(), whole);
    // Broken off among the lexicon's, in the control sample, or at the end: it goes on with the same sample.
    let one = path.join("one/verdicts.jsonl");
    for kept in [10, 60, 90] {
        let head: Vec<u8> =
            whole.split_inclusive(|byte| *byte == b'\n').take(kept).flatten().copied().collect();
        std::fs::write(&one, head).unwrap();
        succeed_in(path, "run --resume one --quiet");
        assert_eq!(std::fs::read(&one).unwrap(), whole, "{kept} lines");
    }
    // Another share is another judge.
    let more = format!("judge one --judge cascade:{guard} --control-share 0.9 --quiet");
    let output = run_in(path, &more);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--again"), "{}", stderr(&output));
    succeed_in(path, &format!("{more} --again"));
    let last = entries(&one);
    let asked = last[91..].iter().filter(|one| one["cascade"]["route"] == "control").count();
    assert_eq!((last[91]["control_share"].as_f64(), asked), (Some(0.9), (0.9 * sure as f64).ceil() as usize));
}

#[test]
fn a_guard_that_does_not_speak_of_refusal_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let guard = guard();
    succeed_in(path, "run --model demo -N 2 --quiet --output out");
    let of_harm = format!("cascade:{guard} --judge-family llama-guard-3");
    for bad in [
        format!("judge out --judge {of_harm}"),
        format!("judge out --judge rules,{of_harm}"),
        format!("{RUN} --judge {of_harm} --output new"),
    ] {
        let output = run_in(path, &bad);
        assert_eq!(output.status.code(), Some(2), "{bad}");
        let said = stderr(&output);
        assert!(said.contains("llama-guard-3 does not judge refusal"), "{said}");
        assert!(!path.join("out/verdicts.jsonl").exists() && !path.join("new").exists(), "{bad}");
    }
    for bad in [
        format!("judge out --judge cascade:{guard} --control-share 2"),
        "judge out --judge rules --control-share 0.1".to_owned(),
        "judge out --judge cascade:".to_owned(),
        "judge out --judge cascade:nowhere.gguf".to_owned(),
        format!("judge out --judge cascade:{guard},cascade:{guard}"),
    ] {
        assert_eq!(run_in(path, &bad).status.code(), Some(2), "{bad}");
        assert!(!path.join("out/verdicts.jsonl").exists(), "{bad}");
    }
}
