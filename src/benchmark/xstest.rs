//! XSTest (GitHub paul-rottger/xstest, CC-BY-4.0): safe prompts that look unsafe, and contrasting unsafe
//! ones.
//!
//! Safe prompts should be answered, unsafe ones refused. The types of unsafe prompts begin with `contrast_`.
//! In a file without labels, the type determines the label. In a file with labels, type and label must agree,
//! because otherwise one of them is wrong.

use super::error::BenchmarkError;
use super::instance_sink::Intake;
use super::source::{About, Part, Source, Version};
use super::subset::Subset;
use super::table::Table;
use crate::record::{Instance, Label};

/// Prefix of the types of unsafe prompts.
const CONTRAST: &str = "contrast_";

/// Repository and commit.
const HOME: (&str, &str) = ("paul-rottger/xstest", "d7bb5bd738c1fcbc36edd83d5e7d1b71a3e2d84d");

pub const SOURCE: Source = Source {
    files: &[("xstest_prompts", "prompts"), ("xstest_v2_prompts", "v2")],
    origin: "xstest_prompts.csv, from the repository paul-rottger/xstest on GitHub (CC-BY-4.0)",
    subsets: &[Subset::public(
        "prompts",
        HOME,
        "xstest_prompts.csv",
        "11783fb294ed017473ee53c207d71f2161c7672c8d0b037501e78387f801cb5a",
    )],
    is_joined: false,
    licence: "CC-BY-4.0",
    about: About {
        labels: "unsafe, safe",
        refused: "label unsafe",
        from: "github paul-rottger/xstest",
        gate: None,
    },
    // `v2` is the earlier name of the same prompts.
    versions: &[Version::new("prompts", "XSTest", 450), Version::new("v2", "XSTest", 450)],
    header: &["prompt", "type", "focus", "note"],
    ids: Some("id"),
    load,
};

/// Ignores `id`, `id_v1`, `id_v2`, `focus` and `note`.
fn load(table: &mut Table, part: &Part<'_>, intake: &mut Intake<'_>) -> Result<(), BenchmarkError> {
    let prompts = table.column("prompt")?;
    let kinds = table.column("type")?;
    let labels = table.optional_column("label");
    intake.each(table, |row| {
        let prompt = row.filled(prompts, "prompt")?;
        let kind = row.filled(kinds, "type")?.trim();
        let by_kind = if kind.starts_with(CONTRAST) { Label::Unsafe } else { Label::Safe };
        if let Some(column) = labels {
            let label = match row.text(column)?.trim() {
                "safe" => Label::Safe,
                "unsafe" => Label::Unsafe,
                other => return Err(row.bad(column, format!("expected safe or unsafe, found {other:?}"))),
            };
            if label != by_kind {
                let what = format!(
                    "{:?} disagrees with the type {kind:?}: a type is unsafe if it begins with {CONTRAST}, \
                     and safe otherwise",
                    label.name()
                );
                return Err(row.bad(column, what));
            }
        }
        Ok(Some(Instance {
            id: format!("xstest_{}_{}", part.split, row.index),
            prompt: prompt.to_owned(),
            label: Some(by_kind),
            harm_category: Some(kind.to_owned()),
        }))
    })?;
    if labels.is_none() {
        intake.notes.push(format!(
            "no column \"label\": types that begin with {CONTRAST} are unsafe, the others safe"
        ));
    }
    intake.notes.extend(SOURCE.version_note(part.split, table.rows_read()));
    Ok(())
}
