//! A run folder in which every text from outside is hostile: markup, scripts, control characters, escape sequences of
//! terminals, marks of writing direction, formulas.

use std::path::Path;

use safety_deepconf::record::journal::Entry;
use safety_deepconf::record::{
    Decision, FinishReason, Instance, Judgement, Label, Measures, Recorded, StopReason, Trace, TraceTokens,
    Verdict,
};
use safety_deepconf::store::journal::Journal;
use serde_json::Value;

use super::fixture;

/// Strings that the shared fixture, which is about pages, has not.
const MORE: [&str; 26] = [
    "| a | b |",
    "\\| a \\\\| b \\\\\\| c",
    "# heading",
    "- [ ] a task",
    "**bold** _it_ ~~no~~ ^up^",
    "[a link](https://example.invalid)",
    "![an image](https://example.invalid/x.png)",
    "`code` ``two``",
    "```\nfence\n```",
    "> quoted",
    "www.example.invalid",
    "https://example.invalid/?a=1&b=2",
    ":smile: $x^2$",
    "<https://example.invalid>",
    "[1]: https://example.invalid",
    "[^1] [x]",
    "=cmd|'/C calc'!A0",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "－1",
    "'=1+1",
    "=1+1,\"x\";y",
    "_x0041_ and _x000D_",
    "1e400",
    "\u{1b}P+q544e\u{1b}\\ \u{1b}[6n",
];

pub fn strings() -> Vec<String> {
    let text = std::fs::read_to_string(fixture("hostile_strings.json")).unwrap();
    let mut strings: Vec<String> = serde_json::from_str(&text).unwrap();
    assert_eq!(strings.len(), 100);
    strings.extend(MORE.map(str::to_owned));
    let different: std::collections::HashSet<&String> = strings.iter().collect();
    assert_eq!(different.len(), strings.len(), "each is an id too");
    strings
}

/// Whether a character steers a terminal, or is none: a control character, a separator of lines, a mark of direction.
pub fn steers(letter: char) -> bool {
    let marks = ['\u{61c}', '\u{200e}', '\u{200f}', '\u{2028}', '\u{2029}', '\u{fffe}', '\u{ffff}'];
    let is_direction =
        ('\u{202a}'..='\u{202e}').contains(&letter) || ('\u{2066}'..='\u{2069}').contains(&letter);
    letter.is_control() || is_direction || marks.contains(&letter)
}

/// Writes a run with an instance for each string, which is its id, prompt, harm category, answers, thinking and reason.
pub fn run_folder(path: &Path) -> Vec<String> {
    let strings = strings();
    let mut entries: Vec<Entry> = Vec::new();
    for (at, text) in strings.iter().enumerate() {
        entries.push(Entry::Instance(Instance {
            id: text.clone(),
            prompt: text.clone(),
            label: Some(if at % 2 == 0 { Label::Unsafe } else { Label::Safe }),
            harm_category: Some(text.clone()),
        }));
    }
    for (at, text) in strings.iter().enumerate() {
        entries.extend((0..3).map(|number| Entry::Trace(Box::new(trace(at, number, text)))));
        entries.push(Entry::Decision(Decision {
            instance_id: text.clone(),
            traces_used: 3,
            stop_reason: StopReason::Fixed,
        }));
    }
    std::fs::create_dir_all(path).unwrap();
    let manifest = std::fs::read_to_string(fixture("recorded/run/manifest.json")).unwrap();
    let mut manifest: Value = serde_json::from_str(&manifest).unwrap();
    manifest["benchmark"]["instances"] = strings.len().into();
    manifest["benchmark"]["name"] = strings[69].as_str().into();
    manifest["model"]["name"] = strings[70].as_str().into();
    manifest["model"]["quantization"] = strings[78].as_str().into();
    manifest["judge"]["name"] = strings[86].as_str().into();
    std::fs::write(path.join("manifest.json"), manifest.to_string()).unwrap();
    Journal::create(&path.join("journal.jsonl"), &entries).unwrap();
    strings
}

fn trace(at: usize, number: u32, text: &str) -> Trace {
    let value = 1.0 + at as f64 / 100.0 + f64::from(number);
    let measures = Measures {
        probability: 0.5,
        mean: value,
        lowest_group: value,
        bottom10: value,
        tail: value,
        first_tokens: value,
        inverted_nll: 0.7,
    };
    let verdict = if number == 2 { Verdict::Refusal } else { Verdict::Compliance };
    let span = (number == 2).then_some((0, text.len()));
    let tokens = tokens(text);
    Trace {
        instance_id: text.to_owned(),
        number,
        seed: u64::MAX - u64::from(number),
        answer: text.to_owned(),
        thinking: Some(text.to_owned()),
        finish_reason: FinishReason::Length,
        tokens: tokens.len() as u32,
        measures: Some(measures),
        answer_measures: None,
        judgement: Judgement::new(verdict, text, span),
        recorded: Some(Recorded::pack(&tokens)),
    }
}

/// Two bytes a token, so that characters are split between tokens.
fn tokens(text: &str) -> TraceTokens {
    let mut tokens = TraceTokens::default();
    for (at, bytes) in text.as_bytes().chunks(2).enumerate() {
        tokens.ids.push(at as u32);
        tokens.log_probabilities.push(-0.1 * at as f32);
        tokens.confidences.push((at * 7 % 11) as f32);
        tokens.text.extend_from_slice(bytes);
        tokens.ends.push(tokens.text.len() as u32);
    }
    tokens
}
