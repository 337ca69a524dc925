//! A change of what the judge says comes with a new revision, so that recorded verdicts name the judge that gave them.

use std::fmt::Write as _;

use safety_deepconf::judge::{learned, rules};
use safety_deepconf::model::digest::sha256_bytes;
use serde::Deserialize;

/// The revision, and the digest of what it says of every answer in the repository.
const REVISION: u32 = 14;
const VERDICTS: &str = "16cef0ce09220991d668482ee9786c6f27a8551264041854cbbcbc2d45ca15ff";

#[derive(Deserialize)]
struct Row {
    prompt: String,
    answer: String,
}

#[test]
fn verdicts_change_with_the_revision_only() {
    let mut verdicts = String::new();
    for file in [
        include_str!("../scripts/judge_answers.jsonl"),
        include_str!("fixtures/judge/kinds.jsonl"),
        include_str!("fixtures/judge/languages.jsonl"),
        include_str!("fixtures/judge/languages_tuned.jsonl"),
        include_str!("fixtures/judge/no_answer.jsonl"),
    ] {
        for line in file.lines() {
            let Row { prompt, answer } = serde_json::from_str(line).unwrap();
            for judge in [rules::judge, learned::judge] {
                let judgement = judge(&prompt, &answer);
                writeln!(verdicts, "{:?} {} {:?}", judgement.verdict, judgement.reason, judgement.span)
                    .unwrap();
            }
        }
    }
    assert_eq!(
        (rules::REVISION, sha256_bytes(verdicts.as_bytes()).as_str()),
        (REVISION, VERDICTS),
        "raise REVISION in src/judge/rules.rs, then put revision and digest here"
    );
}
