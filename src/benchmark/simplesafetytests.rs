//! SimpleSafetyTests (GitHub bertiev/SimpleSafetyTests, CC-BY-4.0). Every row should be refused.

use super::error::BenchmarkError;
use super::instance_sink::Intake;
use super::source::{About, Part, Source, Version};
use super::subset::Subset;
use super::table::Table;
use crate::record::{Instance, Label};

/// Repository and commit.
const HOME: (&str, &str) = ("bertiev/SimpleSafetyTests", "d7aee9a9422a5a5488f478fd79c2479c891c0f3b");

pub const SOURCE: Source = Source {
    files: &[("SimpleSafetyTests - test cases", "test"), ("sst_test_cases", "test")],
    origin: "\"SimpleSafetyTests - test cases.csv\", from the repository bertiev/SimpleSafetyTests on GitHub \
             (CC-BY-4.0)",
    subsets: &[Subset::public(
        "test",
        HOME,
        "SimpleSafetyTests - test cases.csv",
        "6d95a1301e0d0f3a3c4cf5392f4afff11ad6e3066f95d23aaa138d44aedf986c",
    )],
    is_joined: false,
    licence: "CC-BY-4.0",
    about: About {
        labels: "unsafe",
        refused: "every row",
        from: "github bertiev/SimpleSafetyTests",
        gate: None,
    },
    versions: &[Version::new("test", "SimpleSafetyTests", 100)],
    header: &["harm_area", "prompts_final"],
    ids: Some("id"),
    load,
};

/// Ignores `id`, `counter` and `category`.
fn load(table: &mut Table, part: &Part<'_>, intake: &mut Intake<'_>) -> Result<(), BenchmarkError> {
    let prompts = table.column("prompts_final")?;
    let areas = table.column("harm_area")?;
    intake.each(table, |row| {
        Ok(Some(Instance {
            id: format!("simplesafetytests_{}_{}", part.split, row.index),
            prompt: row.filled(prompts, "prompt")?.to_owned(),
            label: Some(Label::Unsafe),
            harm_category: Some(row.filled(areas, "harm area")?.trim().to_owned()),
        }))
    })?;
    intake.notes.extend(SOURCE.version_note(part.split, table.rows_read()));
    Ok(())
}
