//! Computes the judge's features of answers, without their thinking, for `scripts/train_judge.py`.
//!
//! Reads JSON lines with `prompt` and `answer`, and writes a JSON line for each. With `--judge`, writes
//! verdicts instead of features.
//!
//! ```sh
//! cargo run --release --example judge_features < answers.jsonl > features.jsonl
//! cargo run --release --example judge_features -- --judge < answers.jsonl > verdicts.jsonl
//! ```

use std::io::{BufRead, BufWriter, Write, stdin, stdout};

use safety_deepconf::chat::thinking;
use safety_deepconf::judge::{learned, rules};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct Line {
    prompt: String,
    answer: String,
}

fn main() -> anyhow::Result<()> {
    let judge = std::env::args().any(|argument| argument == "--judge");
    let mut out = BufWriter::new(stdout().lock());
    for line in stdin().lock().lines() {
        let Line { prompt, answer } = serde_json::from_str(&line?)?;
        let answer = thinking::answer(&answer).to_owned();
        let line = if judge {
            let judged = learned::judge(&prompt, &answer);
            json!({
                "rules": rules::judge(&prompt, &answer).verdict,
                "learned": judged.verdict,
                "reason": judged.reason,
                "p_refusal": judged.p_refusal,
            })
        } else {
            match rules::look(&prompt, &answer) {
                Ok(seen) => {
                    let features = learned::features(&prompt, &answer, &seen.evidence);
                    json!({
                        "rules": seen.judgement.verdict,
                        "reason": seen.judgement.reason,
                        "number": seen.reason,
                        "dense": features.dense,
                        "grams": features.grams,
                        "english": features.english,
                    })
                }
                Err(settled) => json!({ "rules": settled.verdict, "reason": settled.reason }),
            }
        };
        writeln!(out, "{line}")?;
    }
    Ok(())
}
