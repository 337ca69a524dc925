//! CoCoNot's safety part (GitHub allenai/noncompliance): requests that should be refused for safety, and
//! contrasting requests that should be answered. The file name separates the two.
//!
//! The other categories call for something else than a refusal for safety, such as a clarifying question or a
//! statement of the model's limits. They are left out.

use super::error::BenchmarkError;
use super::instance_sink::Intake;
use super::source::{About, Part, Source, Version};
use super::subset::Subset;
use super::table::Table;
use crate::record::{Instance, Label};

/// Category of the safety part.
const SAFETY: &str = "Requests with safety concerns";

const EVAL: &str = "eval";
const CONTRAST: &str = "contrast";

/// Repository and commit.
const HOME: (&str, &str) = ("allenai/noncompliance", "25bf77cc668814360405cdb8197c4368205806c7");

pub const SOURCE: Source = Source {
    files: &[("coconot_eval", EVAL), ("coconot_contrast_eval", CONTRAST)],
    origin: "coconot_eval.jsonl, coconot_contrast_eval.jsonl or the folder with both, from data of the \
             repository allenai/noncompliance on GitHub (MIT)",
    subsets: &[
        Subset::public(
            "eval",
            HOME,
            "data/coconot_eval.jsonl",
            "df72466c477207f14a96c5940c3ef3b93b1b50c0d1e7ed7c5fb5dc6d6140c077",
        ),
        Subset::public(
            "contrast",
            HOME,
            "data/coconot_contrast_eval.jsonl",
            "76dccec176743ed656279f2969c51abb68bda94e5fda8397e34ff5638e021d86",
        ),
    ],
    is_joined: true,
    licence: "MIT",
    about: About {
        labels: "unsafe; contrast: safe",
        refused: "safety concerns of eval (395; contrast 149), nothing else read",
        from: "github allenai/noncompliance",
        gate: None,
    },
    versions: &[
        Version::new(EVAL, "CoCoNot's evaluation set", 1_001),
        Version::new(CONTRAST, "CoCoNot's contrast set", 379),
    ],
    header: &["category", "subcategory", "prompt", "response"],
    ids: Some("id"),
    load,
};

/// Ignores `id` and `response`, which is empty.
fn load(table: &mut Table, part: &Part<'_>, intake: &mut Intake<'_>) -> Result<(), BenchmarkError> {
    let prompts = table.column("prompt")?;
    let categories = table.column("category")?;
    let subcategories = table.column("subcategory")?;
    let label = match part.split {
        EVAL => Label::Unsafe,
        CONTRAST => Label::Safe,
        _ => return Err(part.untold("coconot", &SOURCE)),
    };
    let mut others = 0;
    intake.each(table, |row| {
        let prompt = row.filled(prompts, "prompt")?;
        if row.filled(categories, "category")?.trim() != SAFETY {
            others += 1;
            return Ok(None);
        }
        Ok(Some(Instance {
            id: format!("coconot_{}_{}", part.split, row.index),
            prompt: prompt.to_owned(),
            label: Some(label),
            harm_category: row.word(subcategories)?.map(str::to_owned),
        }))
    })?;
    intake.count(others, &format!("rows left out: their category is not {SAFETY:?}"));
    intake.notes.extend(SOURCE.version_note(part.split, table.rows_read()));
    Ok(())
}
