//! Formats of prompts: built-in templates against llama.cpp's own formatter, files, raw and few-shot prompts.

use std::ffi::{CStr, CString};
use std::path::Path;

use safety_deepconf::chat::{ChatTemplate, Message, TemplateOptions, built_in};
use serde_json::json;

use crate::support::{json, json_lines, run_in, script, stderr, stdout, succeed_in, unwrapped};

/// Names of llama.cpp's built-in templates.
#[expect(unsafe_code, reason = "the binding does not wrap the list")]
fn names() -> Vec<String> {
    let mut names = vec![std::ptr::null(); 256];
    // SAFETY: llama.cpp writes at most as many pointers as the list has room for, to constant strings.
    let count = unsafe { llama_cpp_sys_2::llama_chat_builtin_templates(names.as_mut_ptr(), names.len()) };
    let count = usize::try_from(count).unwrap();
    assert!(count < names.len());
    // SAFETY: the pointers below `count` were written.
    let text = |&name: &_| unsafe { CStr::from_ptr(name) }.to_str().unwrap().to_owned();
    names[..count].iter().map(text).collect()
}

/// A conversation as llama.cpp's formatter writes it.
#[expect(unsafe_code, reason = "the binding's wrapper needs a loaded model")]
fn formatted(name: &str, messages: &[Message]) -> String {
    let name = CString::new(name).unwrap();
    let text = |text: &str| CString::new(text).unwrap();
    let texts: Vec<_> = messages.iter().map(|one| (text(&one.role), text(&one.content))).collect();
    let turns: Vec<_> = texts
        .iter()
        .map(|(role, content)| llama_cpp_sys_2::llama_chat_message {
            role: role.as_ptr(),
            content: content.as_ptr(),
        })
        .collect();
    let mut bytes = vec![0_u8; 4_096];
    // SAFETY: all strings live until the end of the function, and the length of the buffer is its own.
    let length = unsafe {
        llama_cpp_sys_2::llama_chat_apply_template(
            name.as_ptr(),
            turns.as_ptr(),
            turns.len(),
            true,
            bytes.as_mut_ptr().cast(),
            4_096,
        )
    };
    bytes.truncate(usize::try_from(length).unwrap());
    String::from_utf8(bytes).unwrap()
}

#[test]
fn built_in_templates_write_what_llama_cpp_writes() {
    let names = names();
    assert_eq!(built_in::names().collect::<Vec<_>>(), names);
    let mut compared = 0;
    for name in &names {
        let template = ChatTemplate::compile(&built_in::source(name).unwrap()).unwrap();
        for user in ["What is tea?", " \n Two lines,\nand {{ braces }}. \n\n"] {
            for system in [None, Some("Be brief."), Some("\n Be {% kind %}.\n"), Some("")] {
                let turns = system.map(|text| Message::new("system", text)).into_iter();
                let messages: Vec<_> = turns.chain([Message::new("user", user)]).collect();
                let prompt = template.prompt(system, user, &TemplateOptions::default());
                // llama.cpp's formatter drops this system prompt without a word.
                if name == "yandex" && system.is_some() {
                    assert!(prompt.unwrap_err().to_string().contains("no place for a system prompt"));
                    continue;
                }
                let prompt = prompt.unwrap();
                assert_eq!(prompt.text, formatted(name, &messages), "{name}, {system:?}");
                // The user's words cannot become control tokens.
                assert_eq!(
                    prompt.outside_texts().map(str::trim).collect::<Vec<_>>(),
                    [user.trim()],
                    "{name}"
                );
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 2 * (4 * names.len() - 3));
}

/// The demo model under the name of a file without a template.
fn without_template(folder: &Path) {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/demo-qwen3-3m-F16.gguf");
    let mut bytes = std::fs::read(demo).unwrap();
    let key = b"tokenizer.chat_template";
    let at = bytes.windows(key.len()).position(|window| window == key).unwrap();
    bytes[at + key.len() - 1] = b'X';
    std::fs::write(folder.join("base.gguf"), bytes).unwrap();
}

#[test]
fn a_model_without_a_template_takes_another_format() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    without_template(path);
    let output = run_in(path, "run -m base.gguf -N 1");
    assert_eq!(output.status.code(), Some(2));
    let error = unwrapped(&stderr(&output));
    for part in ["base.gguf has no chat template", "--chat-template NAME", "--few-shot", "--raw"] {
        assert!(error.contains(part), "{part} in {error}");
    }
    let info = unwrapped(&stdout(&succeed_in(path, "info base.gguf")));
    assert!(info.contains("none: name one with --chat-template"), "{info}");
    let prompt =
        |options: &str| stdout(&succeed_in(path, &format!("run -m base.gguf --print-prompt {options}")));
    let raw = prompt("--raw");
    let chatml = format!("<|im_start|>user\n{raw}<|im_end|>\n<|im_start|>assistant\n");
    assert_eq!(prompt("--chat-template chatml"), chatml);
    assert_eq!(prompt("--few-shot").split_once(&raw).unwrap().1, "\nAnswer:");
    std::fs::write(path.join("own.jinja"), "Q: {{ messages[-1].content }}\nA:").unwrap();
    assert_eq!(prompt("--chat-template own.jinja"), format!("Q: {raw}\nA:"));
    assert_eq!(prompt("--chat-template-file own.jinja"), format!("Q: {raw}\nA:"));
}

#[test]
fn options_that_contradict_each_other_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("broken.jinja"), "{% if %}").unwrap();
    for (options, parts) in [
        ("--raw --system Hi", ["--raw and --system", "contradict"]),
        ("--raw --reasoning on", ["--raw and --reasoning on", "contradict"]),
        ("--few-shot --reasoning on", ["--few-shot and --reasoning on", "contradict"]),
        ("--raw --few-shot", ["--raw", "--few-shot"]),
        ("--raw --chat-template chatml", ["--raw", "--chat-template"]),
        ("--few-shot --chat-template chatml", ["--few-shot", "--chat-template"]),
        ("--reasoning-effort high", ["--reasoning-effort high", "--reasoning on"]),
        ("--reasoning on --reasoning-effort much", ["much", "low, medium, high"]),
        (
            "--chat-template chatlm",
            ["neither the name of a built-in template nor a file", "did you mean chatml?"],
        ),
        ("--chat-template broken.jinja", ["the chat template does not parse", "hint"]),
        ("--chat-template yandex --system Hi", ["no place for a system prompt", "hint"]),
    ] {
        let output = run_in(folder.path(), &format!("run -m demo -N 1 -o out {options}"));
        assert_eq!(output.status.code(), Some(2), "{options}");
        let error = unwrapped(&stderr(&output));
        assert!(parts.iter().all(|part| error.contains(part)), "{options}: {error}");
        assert!(!folder.path().join("out").exists(), "{options}");
    }
}

#[test]
fn the_template_of_a_run_is_recorded_and_may_not_change() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let source = "{{ messages[-1].content }}!";
    std::fs::write(path.join("own.jinja"), source).unwrap();
    succeed_in(path, "run -m demo -N 2 --max-traces 1 -n 8 -q --chat-template own.jinja -o out");
    let manifest = json(&path.join("out/manifest.json"));
    assert_eq!(manifest["settings"]["chat"]["format"], json!({ "file": "own.jinja" }));
    // printf '%s' '{{ messages[-1].content }}!' | sha256sum
    let sha256 = "11a2493046b5a5b95e376d8d7e5cbf89c86be73abb20b6d2ac2690d492ee0aac";
    assert_eq!(manifest["model"]["template_sha256"], json!(sha256));
    // The last instance is not decided yet, and the file is another one.
    let journal = path.join("out/journal.jsonl");
    let text = std::fs::read_to_string(&journal).unwrap();
    std::fs::write(&journal, &text[..=text.trim_end().rfind('\n').unwrap()]).unwrap();
    std::fs::write(path.join("own.jinja"), "{{ messages[-1].content }}?").unwrap();
    let output = run_in(path, "run --resume out");
    assert_eq!(output.status.code(), Some(2));
    assert!(unwrapped(&stderr(&output)).contains("the chat template has changed"), "{}", stderr(&output));
    std::fs::write(path.join("own.jinja"), source).unwrap();
    succeed_in(path, "run --resume out -q");
    // Another format is another run.
    let output = run_in(path, "run -m demo -N 2 --max-traces 1 -n 8 -q --raw -o out");
    assert_eq!(output.status.code(), Some(2));
    assert!(unwrapped(&stderr(&output)).contains("chat.format is {\"file\":\"own.jinja\"} in the run"));
}

#[test]
fn a_manifest_without_a_format_used_the_models_template() {
    let text = r#"{ "system": null, "thinking": false }"#;
    let chat: safety_deepconf::settings::ChatSettings = serde_json::from_str(text).unwrap();
    assert_eq!(chat, safety_deepconf::settings::ChatSettings::default());
}

#[test]
fn a_few_shot_answer_ends_at_the_next_question() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let text = " Tea is a drink made of leaves.\n\nQuestion: What is coffee?\nAnswer: A drink too.";
    script(path, &json!({ "rules": [{ "answers": [{ "text": text, "confidences": [1.0, 2.0] }] }] }));
    let row = |options: &str, name: &str| {
        succeed_in(path, &format!("run --scripted script.json -N 1 --max-traces 2 -q -o {name} {options}"));
        json_lines(&path.join(name).join("predictions.jsonl")).remove(0)
    };
    let shot = row("--few-shot", "shot");
    assert_eq!(shot["traces"], json!(vec!["Tea is a drink made of leaves."; 2]));
    assert_eq!(shot["finish_reasons"], json!(["stop", "stop"]));
    assert_eq!(shot["verdicts"], json!(["compliance", "compliance"]));
    // The engine's words: "", "Tea", "is", "a", "drink", "made", "of", "leaves.\n\nQuestion:".
    assert_eq!(shot["tokens_per_trace"], json!([8, 8]));
    let raw = row("--raw", "raw");
    assert_eq!(raw["traces"][0], json!(text.trim()));
}

#[test]
fn a_few_shot_run_of_the_engine_ends_and_repeats() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    without_template(path);
    for (name, options) in [("one", "-np 1"), ("two", "-np 8")] {
        succeed_in(path, &format!("run -m base.gguf -N 3 --few-shot -n 24 -q -o {name} {options}"));
    }
    crate::support::assert_same_results(&path.join("one"), &path.join("two"));
}
