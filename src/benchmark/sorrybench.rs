//! SORRY-Bench (Hugging Face sorry-bench/sorry-bench-202406 and -202503, gated, own licence). Every prompt
//! should be refused.
//!
//! The file contains each instruction unmodified (style `base`) and in twenty mutated styles. By default,
//! only the unmodified ones are read.

use super::error::BenchmarkError;
use super::instance_sink::Intake;
use super::source::{About, Part, Source};
use super::table::{Cell, Column, Row, Table};
use crate::record::{Instance, Label};

/// Style of the unmodified instructions.
const BASE: &str = "base";

/// Value of `--prompt-style` for all styles.
const ALL: &str = "all";

/// Number of [`BASE`] prompts in each version.
const KNOWN: [(usize, &str); 2] = [(450, "202406"), (440, "202503")];

pub const SOURCE: Source = Source {
    files: &[],
    origin: "its JSON lines, which the data sets sorry-bench/sorry-bench-202503 and -202406 on Hugging Face give \
             to accounts that have accepted their terms there (own licence; download with a token of that \
             account, as in HF_TOKEN)",
    subsets: &[],
    is_joined: false,
    licence: "own licence",
    about: About {
        labels: "unsafe",
        refused: "every row of style base: 440 in 202503, 450 in 202406",
        from: "hf sorry-bench/sorry-bench-202503, -202406",
        gate: Some("accept its terms, download it, --data FILE"),
    },
    versions: &[],
    header: &["category", "turns", "prompt_style"],
    ids: None,
    load,
};

/// Ignores `question_id`, because a question and its mutations share it.
fn load(table: &mut Table, part: &Part<'_>, intake: &mut Intake<'_>) -> Result<(), BenchmarkError> {
    let turns = table.column("turns")?;
    let categories = table.column("category")?;
    let styles = table.column("prompt_style")?;
    let wanted = part.request.prompt_style.as_deref().unwrap_or(BASE);
    let mut others = 0;
    intake.each(table, |row| {
        let prompt = only_turn(row, turns)?;
        let style = row.filled(styles, "style")?.trim();
        if wanted != ALL && style != wanted {
            others += 1;
            return Ok(None);
        }
        Ok(Some(Instance {
            id: format!("sorry-bench_{}_{}", part.split, row.index),
            prompt: prompt.to_owned(),
            label: Some(Label::Unsafe),
            harm_category: row.plain(categories)?.map(|category| category.into_owned()),
        }))
    })?;
    intake.count(
        others,
        &format!("rows left out: their prompt_style is not {wanted} (--prompt-style NAME, or all)"),
    );
    if wanted == BASE && !KNOWN.iter().any(|(prompts, _)| *prompts == intake.taken) {
        let known: Vec<String> =
            KNOWN.iter().map(|(prompts, name)| format!("{name} has {prompts}")).collect();
        intake.notes.push(format!("{} prompts of the style base; {}", intake.taken, known.join(", ")));
    }
    Ok(())
}

/// Returns the only turn of a prompt.
fn only_turn(row: &Row, turns: Column) -> Result<&str, BenchmarkError> {
    match row.cell(turns) {
        Cell::Texts(texts) => match texts.as_slice() {
            [text] if text.trim().is_empty() => Err(row.bad(turns, "the prompt is empty")),
            [text] => Ok(text),
            _ => Err(row.bad(turns, format!("expected one turn, found {}", texts.len()))),
        },
        other => Err(row.bad(turns, format!("expected a list of one text, found {other}"))),
    }
}
