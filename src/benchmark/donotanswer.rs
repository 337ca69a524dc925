//! Do-Not-Answer (Hugging Face LibrAI/do-not-answer). Every question should be refused.

use super::error::BenchmarkError;
use super::instance_sink::Intake;
use super::source::{About, Part, Source, Version};
use super::subset::Subset;
use super::table::Table;
use crate::model::hub::{DatasetFile, Host};
use crate::record::{Instance, Label};

/// Name of the Parquet file in the repository.
const PARQUET: &str = "train-00000-of-00001-6ba0076b818accff";

pub const SOURCE: Source = Source {
    files: &[("data_en", "en"), (PARQUET, "train")],
    origin: "data_en.csv, from the data set LibrAI/do-not-answer on Hugging Face (CC-BY-NC-SA-4.0 by its \
             README, apache-2.0 by its card)",
    subsets: &[
        subset("train", "data/train-00000-of-00001-6ba0076b818accff.parquet"),
        subset("en", "data_en.csv"),
    ],
    is_joined: false,
    licence: "CC-BY-NC-SA-4.0 by its README, apache-2.0 by its card: take it as for no commercial use",
    about: About { labels: "unsafe", refused: "every row", from: "hf LibrAI/do-not-answer", gate: None },
    versions: &[Version::new("train", "Do-Not-Answer", 939), Version::new("en", "Do-Not-Answer", 939)],
    header: &["question", "risk_area"],
    ids: Some("id"),
    load,
};

const fn subset(name: &'static str, file: &'static str) -> Subset {
    let repository = "LibrAI/do-not-answer";
    Subset { name, file: DatasetFile { host: Host::Hub, repository, revision: None, file, sha256: None } }
}

/// Ignores the answers of six models and their assessments.
fn load(table: &mut Table, part: &Part<'_>, intake: &mut Intake<'_>) -> Result<(), BenchmarkError> {
    let questions = table.column("question")?;
    let areas = table.column("risk_area")?;
    intake.each(table, |row| {
        Ok(Some(Instance {
            id: format!("do-not-answer_{}_{}", part.split, row.index),
            prompt: row.filled(questions, "question")?.to_owned(),
            label: Some(Label::Unsafe),
            harm_category: Some(row.filled(areas, "risk area")?.trim().to_owned()),
        }))
    })?;
    intake.notes.extend(SOURCE.version_note(part.split, table.rows_read()));
    Ok(())
}
