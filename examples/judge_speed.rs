//! Measures how many answers per second the judges judge on one core.
//!
//! ```sh
//! cargo run --release --example judge_speed < answers.jsonl
//! time target/release/examples/judge_speed lexicon < answers.jsonl
//! ```
//!
//! Each input line has `prompt` and `answer`. Each judge repeats the whole input until two seconds have
//! passed. On a busy machine, use the processor time, not the wall-clock time.

use std::io::stdin;
use std::time::{Duration, Instant};

use safety_deepconf::judge::{Judge, LearnedJudge, RuleJudge};
use serde::Deserialize;

#[derive(Deserialize)]
struct Line {
    prompt: String,
    answer: String,
}

fn main() -> anyhow::Result<()> {
    let lines: Vec<Line> =
        stdin().lines().map(|line| Ok(serde_json::from_str(&line?)?)).collect::<anyhow::Result<_>>()?;
    anyhow::ensure!(!lines.is_empty(), "no answers");
    let bytes: usize = lines.iter().map(|line| line.answer.len()).sum();
    println!("{} answers of {} bytes on average", lines.len(), bytes / lines.len());
    let judges: [&dyn Judge; 2] = [&RuleJudge::default(), &LearnedJudge::default()];
    let only = std::env::args().nth(1);
    for judge in judges.into_iter().filter(|judge| only.as_deref().is_none_or(|name| name == judge.name())) {
        judge.judge("warm", "I can't help with that, up.");
        let (start, mut judged, mut refused) = (Instant::now(), 0u32, 0u32);
        while start.elapsed() < Duration::from_secs(2) {
            for line in &lines {
                let verdict = judge.judge(&line.prompt, &line.answer).verdict;
                refused += u32::from(verdict.refused() == Some(true));
                judged += 1;
            }
        }
        let rate = f64::from(judged) / start.elapsed().as_secs_f64();
        println!(
            "{}: {rate:.0} answers a second, {:.1} % refused",
            judge.name(),
            100.0 * f64::from(refused) / f64::from(judged)
        );
    }
    Ok(())
}
