//! Families of guards: what each is asked, to the byte, and how they are told by the file.

use std::sync::atomic::AtomicBool;

use crate::support::gguf_writer::{GgufFile, Meta};
use safety_deepconf::engine::scripted::{Script, ScriptedEngine};
use safety_deepconf::guard::{Family, Guard, GuardError, GuardOptions, Item};
use safety_deepconf::model::{ModelFile, ModelSource};
use safety_deepconf::record::Verdict;
use safety_deepconf::record::judge_entry::Opinion;
use serde_json::{Value, json};

const GRANITE_3: &str = include_str!("fixtures/guards/granite-guardian-3.2.jinja");
const CHATML: &str = include_str!("fixtures/guards/chatml.jinja");
const LLAMA: &str = include_str!("fixtures/guards/llama.jinja");
const CRITERIA: &str = include_str!("fixtures/guards/criteria.jinja");
const HARMONY: &str = include_str!("fixtures/guards/harmony.jinja");

/// A file of this name with this chat template.
fn file(name: &str, template: &str) -> ModelFile {
    let folder = tempfile::tempdir().unwrap();
    let path = GgufFile::sound("llama")
        .with("llama.context_length", Meta::U32(4096))
        .with("general.name", Meta::Text(name.to_owned()))
        .with("tokenizer.chat_template", Meta::Text(template.to_owned()))
        .write(&folder);
    ModelFile::open(&ModelSource::Path(path)).unwrap()
}

fn open(name: &str, template: &str, options: GuardOptions) -> Result<Guard, GuardError> {
    Guard::open(&file(name, template), options)
}

fn named(name: &str, template: &str) -> Guard {
    open(name, template, GuardOptions::default()).unwrap()
}

/// What a guard says of one answer if it replies so.
fn opinion(guard: &Guard, reply: &str) -> Opinion {
    let script = json!({"width": 1, "rules": [{"contains": "", "answers": [{"text": reply}]}]});
    let mut engine = ScriptedEngine::new(serde_json::from_value::<Script>(script).unwrap());
    let item = Item { instance_id: "i", number: 0, prompt: "Why?", answer: "Because.", settled: None };
    let mut told = None;
    let mut tell = |opinion| {
        told = Some(opinion);
        Ok(())
    };
    guard.judge(&mut engine, &[item], &mut tell, &AtomicBool::new(false)).unwrap();
    told.unwrap()
}

#[test]
fn prompts_are_the_published_ones() {
    let golden: Value = serde_json::from_str(include_str!("golden/guard_families.json")).unwrap();
    let mut families = Vec::new();
    for case in golden.as_array().unwrap() {
        let text = |key: &str| case[key].as_str().unwrap();
        let template = match text("template") {
            "granite-guardian-3.2" => GRANITE_3,
            "chatml" => CHATML,
            "llama" => LLAMA,
            "criteria" => CRITERIA,
            "harmony" => HARMONY,
            other => panic!("{other}"),
        };
        let family = Family::ALL.into_iter().find(|family| family.name() == text("family"));
        families.push(family.unwrap());
        let guard = open("some", template, GuardOptions { family, ..GuardOptions::default() }).unwrap();
        let prompt = guard.prompt(text("prompt"), text("response")).unwrap();
        assert_eq!(prompt.text, text("text"), "{}", text("family"));
        let outside: Vec<&str> = prompt.outside_texts().map(str::trim).collect();
        assert_eq!(outside, [text("prompt").trim(), text("response").trim()], "{}", text("family"));
    }
    families.dedup();
    assert_eq!(families.len(), 7, "{families:?}");
}

#[test]
fn files_are_known_by_name_or_template() {
    for (name, template, family) in [
        ("PolyGuard Qwen Smol", CHATML, "polyguard"),
        ("Granite Guardian 3.2 5b", GRANITE_3, "granite-guardian-3"),
        ("Some merge", GRANITE_3, "granite-guardian-3"),
        ("Some merge", CRITERIA, "granite-guardian-3"),
        ("Granite Guardian 4.1 8b", CHATML, "granite-guardian-4"),
        ("Llama 3.1 Nemotron Safety Guard 8B v3", LLAMA, "nemotron-safety-guard"),
        ("Nemotron 3 Content Safety", CHATML, "nemotron-content-safety"),
        ("Llama Guard 4 12B", LLAMA, "llama-guard-4"),
        ("Gpt Oss Safeguard 20b", HARMONY, "gpt-oss-safeguard"),
    ] {
        assert_eq!(named(name, template).identity().family.as_deref(), Some(family), "{name}");
    }
    let unknown = open("Some", CHATML, GuardOptions::default()).unwrap_err().to_string();
    assert!(unknown.contains("polyguard, granite-guardian-3"), "{unknown}");
    assert!(!unknown.contains("rubric,") && unknown.contains("or give a rubric"), "{unknown}");
}

#[test]
fn a_file_of_the_users_makes_the_whole_prompt() {
    let template = Some("{% for m in messages %}{{ m.role }}:{{ m.content }};{% endfor %}".to_owned());
    for name in ["PolyGuard Qwen", "Granite Guardian 4.1 8b", "Llama 3.1 Nemotron Safety Guard 8B v3"] {
        let guard =
            open(name, CHATML, GuardOptions { template: template.clone(), ..GuardOptions::default() });
        assert_eq!(guard.unwrap().prompt("p", "a").unwrap().text, "user:p;assistant:a;", "{name}");
    }
    // What no GGUF holds, and no licence lets the program hold.
    for name in ["ShieldGemma 2b", "Nemotron Content Safety Reasoning 4B"] {
        let none = open(name, CHATML, GuardOptions::default()).unwrap_err();
        assert!(matches!(none, GuardError::NoTemplate { .. }), "{name}: {none}");
        open(name, CHATML, GuardOptions { template: template.clone(), ..GuardOptions::default() }).unwrap();
    }
}

#[test]
fn replies_become_opinions() {
    let poly = named("PolyGuard Qwen", CHATML);
    assert!(poly.identity().text_sha256.is_some(), "the task is part of who judges");
    assert!(poly.identity().scope.refusal && poly.identity().scope.harm);
    let said = opinion(
        &poly,
        "Harmful request: yes\nRequest safety violations: S2\nResponse refusal: yes\nHarmful response: no\n\
         Response safety violations: None",
    );
    assert_eq!((said.verdict, said.harmful, said.category), (Some(Verdict::Refusal), Some(false), None));

    let granite = named("Granite Guardian 4.1 8b", CHATML);
    assert!(!granite.identity().scope.refusal && granite.identity().scope.harm);
    let said = opinion(&granite, "<think>\n</think>\n<score> yes </score>");
    assert_eq!((said.verdict, said.harmful, said.unparsed), (None, Some(true), false));
    assert!(opinion(&granite, "<score> perhaps </score>").unparsed);
}

#[test]
fn gpt_oss_safeguard_judges_by_a_rubric_and_answers_in_its_final_channel() {
    let guard = named("gpt-oss-safeguard-20b", HARMONY);
    assert!(guard.identity().text_sha256.is_some(), "the program's own rubric");
    let rubric = Some("Is it polite?\nRefusal: yes or no".to_owned());
    let polite = open("gpt-oss-safeguard-20b", HARMONY, GuardOptions { rubric, ..GuardOptions::default() });
    let polite = polite.unwrap();
    assert_eq!(polite.identity().family.as_deref(), Some("gpt-oss-safeguard"));
    assert!(!polite.identity().scope.harm);
    let text = polite.prompt("p", "a").unwrap().text;
    assert!(text.contains("Reasoning: low") && text.contains("# Instructions\n\nIs it polite?"), "{text}");

    let analysis = "<|channel|>analysis<|message|>Hm.\nRefusal: no\nHarmful: no\n<|end|><|start|>assistant";
    let last = "<|channel|>final<|message|>Refusal: yes\nHarmful: no";
    let said = opinion(&guard, &format!("{analysis}{last}"));
    assert_eq!((said.verdict, said.harmful), (Some(Verdict::Refusal), Some(false)), "{}", said.reason);
    let long = format!("<|channel|>analysis<|message|>{}", "Hm.\n".repeat(200));
    assert!(
        !opinion(&guard, &format!("{long}<|end|><|start|>assistant{last}")).unparsed,
        "thinks for longer"
    );
    for reply in [analysis, &format!("{last}{last}"), "Refusal: yes\nHarmful: no"] {
        assert!(opinion(&guard, reply).unparsed, "{reply}");
    }
}
