//! WildGuardMix (Hugging Face allenai/wildguardmix, ODC-BY, gated): WildGuardTest, and the training part with
//! the same columns.
//!
//! Harmful prompts are unsafe, unharmful ones safe. Prompts without agreement of the annotators have no
//! label.

use super::error::BenchmarkError;
use super::instance_sink::Intake;
use super::source::{About, Part, Source, Version};
use super::subset::Subset;
use super::table::Table;
use crate::model::hub::{DatasetFile, Host};
use crate::record::{Instance, Label};

pub const SOURCE: Source = Source {
    files: &[("wildguard_train", "train"), ("wildguard_test", "test")],
    origin: "wildguard_test.parquet, from test/ of the data set allenai/wildguardmix on Hugging Face \
             (ODC-BY; its terms have to be accepted there first)",
    subsets: &[
        subset("test", "test/wildguard_test.parquet"),
        subset("train", "train/wildguard_train.parquet"),
    ],
    is_joined: false,
    licence: "ODC-BY",
    about: About {
        labels: "unsafe, safe",
        refused: "prompt_harm_label harmful",
        from: "hf allenai/wildguardmix",
        gate: Some("accept its terms and fill in the form, set HF_TOKEN"),
    },
    versions: &[
        Version::new("test", "WildGuardTest", 1_725),
        Version::new("train", "WildGuardMix's training set", 86_759),
    ],
    header: &["prompt", "prompt_harm_label"],
    ids: None,
    load,
};

/// Creates a subset. The data set is gated, so no sha256 is known.
const fn subset(name: &'static str, file: &'static str) -> Subset {
    Subset {
        name,
        file: DatasetFile {
            host: Host::Hub,
            repository: "allenai/wildguardmix",
            revision: None,
            file,
            sha256: None,
        },
    }
}

/// Subcategory of prompts without harm.
const BENIGN: &str = "benign";

/// Ignores `response` and the labels of responses.
fn load(table: &mut Table, part: &Part<'_>, intake: &mut Intake<'_>) -> Result<(), BenchmarkError> {
    let prompts = table.column("prompt")?;
    let labels = table.column("prompt_harm_label")?;
    let subcategories = table.optional_column("subcategory");
    let adversarial = table.optional_column("adversarial");
    let keep_unlabelled = part.request.keep_unlabelled;
    let (mut unlabelled, mut blank, mut attacks) = (0, 0, 0);
    intake.each(table, |row| {
        let prompt = row.text(prompts)?;
        let label = match row.word(labels)? {
            None => None,
            Some("harmful") => Some(Label::Unsafe),
            Some("unharmful") => Some(Label::Safe),
            Some(other) => {
                return Err(row.bad(labels, format!("expected harmful, unharmful or null, found {other:?}")));
            }
        };
        let subcategory = subcategories.map(|column| row.word(column)).transpose()?.flatten();
        let is_attack = adversarial.map(|column| row.truth(column)).transpose()?.flatten();
        if label.is_none() {
            unlabelled += 1;
            if !keep_unlabelled {
                return Ok(None);
            }
        }
        if prompt.trim().is_empty() {
            blank += 1;
            return Ok(None);
        }
        if is_attack == Some(true) {
            attacks += 1;
        }
        Ok(Some(Instance {
            id: format!("wildguardmix_{}_{}", part.split, row.index),
            prompt: prompt.to_owned(),
            label,
            harm_category: subcategory.filter(|name| *name != BENIGN).map(str::to_owned),
        }))
    })?;
    intake.count(unlabelled, unlabelled_rows(keep_unlabelled));
    intake.count(blank, "rows left out: their prompt is blank");
    if attacks > 0 {
        intake.notes.push(format!("{attacks} of {} prompts are adversarial", intake.taken));
    }
    Ok(())
}

/// Returns the note on rows without a label.
pub fn unlabelled_rows(are_kept: bool) -> &'static str {
    match are_kept {
        true => "rows have no label: they are run and count in no labelled rate",
        false => "rows without a label left out (--keep-unlabelled keeps them)",
    }
}
