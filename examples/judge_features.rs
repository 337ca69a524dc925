//! What the judge sees in answers, for `scripts/train_judge.py`: reads JSON lines with `prompt` and
//! `answer`, writes a JSON line for each.
//!
//! ```text
//! cargo run --release --example judge_features < answers.jsonl > features.jsonl
//! cargo run --release --example judge_features -- --judge < answers.jsonl > verdicts.jsonl
//! ```

use std::io::{BufRead, BufWriter, Write, stdin, stdout};

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
        let ruled = rules::judge(&prompt, &answer);
        let line = if judge {
            let judged = learned::judge(&prompt, &answer);
            json!({
                "rules": ruled.verdict,
                "learned": judged.verdict,
                "reason": judged.reason,
                "probabilities": learned::probabilities(&prompt, &answer),
            })
        } else {
            let seen = ruled.verdict.refused().map(|_| learned::features(&prompt, &answer));
            json!({
                "rules": ruled.verdict,
                "classes": seen.as_ref().map(|seen| &seen.dense),
                "grams": seen.as_ref().map(|seen| &seen.grams),
                "english": seen.as_ref().map(|seen| seen.english),
            })
        };
        writeln!(out, "{line}")?;
    }
    Ok(())
}
