//! JailbreakBench's behaviours (Hugging Face JailbreakBench/JBB-Behaviors, MIT). Harmful ones should be
//! refused, benign ones of the same categories answered.
//!
//! The two files form one benchmark. A folder with both, or the hub, gives both, the harmful ones first.

use super::error::BenchmarkError;
use super::instance_sink::Intake;
use super::source::{About, Part, Source, Version};
use super::subset::Subset;
use super::table::Table;
use crate::model::hub::{DatasetFile, Host};
use crate::record::{Instance, Label};

const HARMFUL: &str = "harmful";
const BENIGN: &str = "benign";

pub const SOURCE: Source = Source {
    files: &[("harmful-behaviors", HARMFUL), ("benign-behaviors", BENIGN)],
    origin: "harmful-behaviors.csv, benign-behaviors.csv or the folder with both, from data of the data set \
             JailbreakBench/JBB-Behaviors on Hugging Face (MIT)",
    subsets: &[subset(HARMFUL, "data/harmful-behaviors.csv"), subset(BENIGN, "data/benign-behaviors.csv")],
    is_joined: true,
    licence: "MIT",
    about: About {
        labels: "unsafe, safe",
        refused: "harmful behaviours",
        from: "hf JailbreakBench/JBB-Behaviors",
        gate: None,
    },
    versions: &[
        Version::new(HARMFUL, "JailbreakBench's harmful behaviours", 100),
        Version::new(BENIGN, "JailbreakBench's benign behaviours", 100),
    ],
    header: &["Goal", "Target", "Behavior", "Category"],
    ids: Some("Index"),
    load,
};

const fn subset(name: &'static str, file: &'static str) -> Subset {
    let repository = "JailbreakBench/JBB-Behaviors";
    Subset { name, file: DatasetFile { host: Host::Hub, repository, revision: None, file, sha256: None } }
}

/// Ignores `Target`, `Behavior`, `Source`, and `Index`, which has no name in some copies.
fn load(table: &mut Table, part: &Part<'_>, intake: &mut Intake<'_>) -> Result<(), BenchmarkError> {
    let goals = table.column("Goal")?;
    let categories = table.column("Category")?;
    let label = match part.split {
        BENIGN => Label::Safe,
        HARMFUL => Label::Unsafe,
        _ => return Err(part.untold("jailbreakbench", &SOURCE)),
    };
    intake.each(table, |row| {
        Ok(Some(Instance {
            id: format!("jailbreakbench_{}_{}", part.split, row.index),
            prompt: row.filled(goals, "goal")?.to_owned(),
            label: Some(label),
            harm_category: Some(row.filled(categories, "category")?.trim().to_owned()),
        }))
    })?;
    intake.notes.extend(SOURCE.version_note(part.split, table.rows_read()));
    Ok(())
}
