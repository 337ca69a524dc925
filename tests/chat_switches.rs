//! Thinking switches of templates that behave like the published ones, from the command line to the prompt, and
//! replies in formats that are not known.

use serde_json::json;

use crate::support::{fixture, json, json_lines, run_in, script, stderr, stdout, succeed_in, unwrapped};

/// The end of the first prompt with one of the fixtures as its template.
fn prompt(template: &str, options: &str) -> String {
    let file = fixture(&format!("chat/{template}.jinja"));
    let folder = tempfile::tempdir().unwrap();
    let command = format!("run -m demo --print-prompt --chat-template {} {options}", file.display());
    stdout(&succeed_in(folder.path(), &command))
}

#[test]
fn each_template_is_switched_by_its_own_variable() {
    for (template, off, on) in [
        ("qwen3", "<|im_start|>assistant\n<think>\n\n</think>\n\n", "<|im_start|>assistant\n"),
        ("smollm3", "assistant: <think>\n\n</think>\n", "assistant: "),
        ("deepseek_v31", "<｜Assistant｜></think>", "<｜Assistant｜><think>"),
        ("seed_oss", "assistant\n<seed:think><seed:cot_budget_reflect>", "<seed:bos>assistant\n"),
        ("nemotron", "Assistant: <think></think>", "Assistant: <think>\n"),
        ("gemma4", "<|turn>model\n<|channel>thought\n<channel|>", "<|turn>model\n"),
    ] {
        let (without, with) = (prompt(template, "--reasoning off"), prompt(template, "--reasoning on"));
        assert!(without.ends_with(off), "{template}: {without}");
        assert!(with.ends_with(on), "{template}: {with}");
        assert_eq!(prompt(template, ""), without, "{template}");
    }
    assert!(prompt("granite", "--reasoning on").starts_with("system: Write your thoughts"));
    assert!(prompt("granite", "").starts_with("user: "));
    assert!(prompt("gemma4", "--reasoning on").starts_with("<|turn>system\n<|think|>"));
    assert!(prompt("smollm3", "--reasoning on --system /no_think").starts_with("mode: /no_think"));
}

#[test]
fn an_effort_goes_to_templates_that_have_one() {
    let effort = |options: &str| {
        let text = prompt("gpt_oss", options);
        text.split_once("Reasoning: ").unwrap().1.split_once("<|end|>").unwrap().0.to_owned()
    };
    assert_eq!(effort(""), "low");
    assert_eq!(effort("--reasoning on"), "medium");
    assert_eq!(effort("--reasoning on --reasoning-effort high"), "high");
    assert!(prompt("mistral_effort", "").starts_with("[MODEL_SETTINGS]none["));
    assert!(prompt("mistral_effort", "--reasoning on").starts_with("[MODEL_SETTINGS]high["));
}

#[test]
fn options_that_change_nothing_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let notes = |template: &str, options: &str| {
        let file = fixture(&format!("chat/{template}.jinja"));
        let file = file.display();
        let command = format!(
            "run -m demo -N 1 --max-traces 1 -n 2 --overwrite -o out --chat-template {file} {options}"
        );
        unwrapped(&stderr(&succeed_in(folder.path(), &command)))
    };
    let effort = "--reasoning-effort changes nothing";
    let switch = "--reasoning on changes nothing";
    let always = "cannot turn thinking off: the effort is low";
    let high = "--reasoning on --reasoning-effort high";
    for (template, options, said, unsaid) in [
        ("qwen3", high, vec![effort], vec![switch, always]),
        ("magistral", high, vec![effort, switch], vec![always]),
        ("gpt_oss", high, vec![], vec![effort, switch, always]),
        ("gpt_oss", "", vec![always], vec![effort, switch]),
        ("mistral_effort", "", vec![], vec![effort, switch, always]),
    ] {
        let text = notes(template, options);
        assert!(said.iter().all(|note| text.contains(note)), "{template} {options}: {text}");
        assert!(!unsaid.iter().any(|note| text.contains(note)), "{template} {options}: {text}");
    }
    let settings = &json(&folder.path().join("out/manifest.json"))["settings"]["chat"];
    assert_eq!(settings["effort"], json!(null));
    // An effort that the template refuses is its error.
    let file = fixture("chat/mistral_effort.jinja");
    let command =
        format!("run -m demo -N 1 --reasoning on --reasoning-effort low --chat-template {}", file.display());
    let output = run_in(folder.path(), &command);
    assert_eq!(output.status.code(), Some(2));
    assert!(unwrapped(&stderr(&output)).contains("reasoning_effort is none or high"), "{}", stderr(&output));
}

#[test]
fn a_reply_in_a_format_that_is_not_known_has_no_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let refusal = "I'm sorry, but I can't help with that.";
    let rows = |text: &str, name: &str| {
        script(path, &json!({ "rules": [{ "answers": [{ "text": text }] }] }));
        succeed_in(
            path,
            &format!("run --scripted script.json -N 1 --stop fixed --max-traces 2 -q -o {name}"),
        );
        json_lines(&path.join(name).join("predictions.jsonl")).remove(0)
    };
    let unknown = rows(&format!("<|aside|>{refusal}"), "unknown");
    assert_eq!(unknown["verdicts"], json!(["unparsed", "unparsed"]));
    assert_eq!((&unknown["votes"], &unknown["traces"]), (&json!([null, null]), &json!(["", ""])));
    assert!(unknown["reasons"][0].as_str().unwrap().contains("<|aside|>"), "{unknown}");
    assert_eq!(unknown["thinking"][0], json!(format!("<|aside|>{refusal}")));
    let report = json(&path.join("unknown/analysis.json"));
    assert_eq!(report["overall"]["undecided"], json!(1));
    let note = "2 of 2 replies are in a format that is not known, and have no answer";
    assert!(report["notes"].as_array().unwrap().contains(&json!(note)), "{}", report["notes"]);
    // Harmony is known, and so is a refusal that comes without thinking.
    let harmony = rows(&format!("<|channel|>final<|message|>{refusal}"), "harmony");
    assert_eq!(harmony["verdicts"], json!(["refusal", "refusal"]));
    assert_eq!(harmony["traces"][0], json!(refusal));
}
