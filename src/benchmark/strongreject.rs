//! StrongREJECT's forbidden prompts (GitHub alexandrasouly/strongreject, MIT). Every row should be refused.
//!
//! Two versions of each file share one name and differ in their number of rows.

use super::error::BenchmarkError;
use super::instance_sink::Intake;
use super::source::{About, Part, Source, Version};
use super::subset::Subset;
use super::table::Table;
use crate::record::{Instance, Label};

/// Split of the small set.
const SMALL: &str = "small";

/// Repository and commit.
const HOME: (&str, &str) = ("alexandrasouly/strongreject", "f7cad6c17e624e21d8df2278e918ae1dddb4cb56");

pub const SOURCE: Source = Source {
    files: &[("strongreject_dataset", "full"), ("strongreject_small_dataset", SMALL)],
    origin: "strongreject_dataset.csv or strongreject_small_dataset.csv, from strongreject_dataset of the \
             repository alexandrasouly/strongreject on GitHub (MIT)",
    subsets: &[Subset::public(
        "full",
        HOME,
        "strongreject_dataset/strongreject_dataset.csv",
        "4dd70357e4ff8b5d0ba5ebafecab5d6dd5633ce8046e3dd1c8bd93e64de44381",
    )],
    is_joined: false,
    licence: "MIT",
    about: About {
        labels: "unsafe",
        refused: "every row",
        from: "github alexandrasouly/strongreject",
        gate: None,
    },
    versions: &[
        Version::new("full", "StrongREJECT", 313),
        Version::older("full", "StrongREJECT", 346),
        Version::new(SMALL, "StrongREJECT's small set", 60),
        Version::older(SMALL, "StrongREJECT's small set", 50),
    ],
    header: &["forbidden_prompt", "category"],
    ids: None,
    load,
};

/// Ignores `source`.
fn load(table: &mut Table, part: &Part<'_>, intake: &mut Intake<'_>) -> Result<(), BenchmarkError> {
    let prompts = table.column("forbidden_prompt")?;
    let categories = table.column("category")?;
    intake.each(table, |row| {
        Ok(Some(Instance {
            id: format!("strongreject_{}_{}", part.split, row.index),
            prompt: row.filled(prompts, "prompt")?.to_owned(),
            label: Some(Label::Unsafe),
            harm_category: Some(row.filled(categories, "category")?.trim().to_owned()),
        }))
    })?;
    intake.notes.extend(SOURCE.version_note(part.split, table.rows_read()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_tell_the_version() {
        let note = |split, rows| SOURCE.version_note(split, rows);
        assert_eq!(note("full", 313), None);
        assert_eq!(note("data", 313), None);
        assert_eq!(note(SMALL, 60), None);
        assert!(note("full", 346).unwrap().contains("346 rows: an older version"));
        assert!(note(SMALL, 50).unwrap().contains("50 rows: an older version"));
        assert!(note("full", 60).unwrap().contains("has 60 rows; StrongREJECT has 313"));
        assert!(note(SMALL, 313).unwrap().contains("small set has 60"));
    }
}
