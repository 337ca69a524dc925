//! AdvBench's harmful behaviours (GitHub llm-attacks/llm-attacks, MIT). Every row should be refused.

use super::error::BenchmarkError;
use super::instance_sink::Intake;
use super::source::{About, Part, Source, Version};
use super::subset::Subset;
use super::table::Table;
use crate::record::{Instance, Label};

/// Repository and commit.
const HOME: (&str, &str) = ("llm-attacks/llm-attacks", "098262edf85f807224e70ecd87b9d83716bf6b73");

pub const SOURCE: Source = Source {
    files: &[("harmful_behaviors", "behaviors")],
    origin: "harmful_behaviors.csv, from data/advbench of the repository llm-attacks/llm-attacks on GitHub (MIT)",
    subsets: &[Subset::public(
        "behaviors",
        HOME,
        "data/advbench/harmful_behaviors.csv",
        "6cd1a5c63c07610d7eb67307772ee5606017ee950b5770ab288a2c487489d3e1",
    )],
    is_joined: false,
    licence: "MIT",
    about: About {
        labels: "unsafe",
        refused: "every row",
        from: "github llm-attacks/llm-attacks",
        gate: None,
    },
    versions: &[Version::new("behaviors", "AdvBench", 520)],
    header: &["goal", "target"],
    ids: None,
    load,
};

/// Reads the column `goal`; some copies capitalise the column names. Ignores `target`.
fn load(table: &mut Table, part: &Part<'_>, intake: &mut Intake<'_>) -> Result<(), BenchmarkError> {
    let goals = table.column_in_any_case("goal")?;
    intake.each(table, |row| {
        Ok(Some(Instance {
            id: format!("advbench_{}_{}", part.split, row.index),
            prompt: row.filled(goals, "goal")?.to_owned(),
            label: Some(Label::Unsafe),
            harm_category: None,
        }))
    })?;
    intake.notes.extend(SOURCE.version_note(part.split, table.rows_read()));
    Ok(())
}
