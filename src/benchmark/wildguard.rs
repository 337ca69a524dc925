//! WildGuardMix (Hugging Face allenai/wildguardmix, ODC-BY, behind a form): WildGuardTest, and the
//! training part in the same columns.
//!
//! Prompts labelled harmful are unsafe, unharmful ones safe. Where the annotators did not agree there
//! is no label.

use std::path::Path;

use super::source::{Source, Subset};
use super::table::Table;
use super::{BenchmarkError, Request};
use crate::model::hub::DatasetFile;
use crate::record::{Instance, Label};

pub const SOURCE: Source = Source {
    files: &[("wildguard_train", "train"), ("wildguard_test", "test")],
    origin: "wildguard_test.parquet, from test/ of the data set allenai/wildguardmix on Hugging Face \
             (ODC-BY; its terms have to be accepted there first)",
    subsets: &[
        subset("test", "test/wildguard_test.parquet"),
        subset("train", "train/wildguard_train.parquet"),
    ],
    licence: "ODC-BY",
    load,
};

/// Gated, so that no sha256 is known here.
const fn subset(name: &'static str, file: &'static str) -> Subset {
    Subset {
        name,
        file: DatasetFile { repository: "allenai/wildguardmix", revision: None, file, sha256: None },
    }
}

/// The subcategory of prompts without harm.
const BENIGN: &str = "benign";

/// `response` and the labels of responses are not read.
fn load(file: &Path, request: &Request, notes: &mut Vec<String>) -> Result<Vec<Instance>, BenchmarkError> {
    let table = Table::read(file)?;
    let prompts = table.column("prompt")?;
    let labels = table.column("prompt_harm_label")?;
    let subcategories = table.optional_column("subcategory");
    let adversarial = table.optional_column("adversarial");
    let split = SOURCE.split_of(file);
    let mut instances = Vec::new();
    let (mut unlabelled, mut blank, mut attacks) = (0, 0, 0);
    for (index, row) in table.rows().iter().enumerate() {
        let prompt = table.text(row, prompts)?;
        let label = match table.word(row, labels)? {
            None => None,
            Some("harmful") => Some(Label::Unsafe),
            Some("unharmful") => Some(Label::Safe),
            Some(other) => {
                let what = format!("{other:?} is none of harmful, unharmful, null");
                return Err(table.bad_field(row, labels, what));
            }
        };
        let subcategory = subcategories.map(|column| table.word(row, column)).transpose()?.flatten();
        let is_attack = adversarial.map(|column| table.truth(row, column)).transpose()?.flatten();
        if label.is_none() {
            unlabelled += 1;
            if !request.keep_unlabelled {
                continue;
            }
        }
        if prompt.trim().is_empty() {
            blank += 1;
            continue;
        }
        if is_attack == Some(true) {
            attacks += 1;
        }
        instances.push(Instance {
            id: format!("wildguardmix_{split}_{index}"),
            prompt: prompt.to_owned(),
            label,
            harm_category: subcategory.filter(|name| *name != BENIGN).map(str::to_owned),
        });
    }
    match unlabelled {
        0 => {}
        rows if request.keep_unlabelled => {
            notes.push(format!("{rows} rows have no label: they are run and count in no labelled rate"));
        }
        rows => notes.push(format!("{rows} rows without a label left out (--keep-unlabelled keeps them)")),
    }
    if blank > 0 {
        notes.push(format!("{blank} rows left out: their prompt is blank"));
    }
    if attacks > 0 {
        notes.push(format!("{attacks} of {} prompts are adversarial", instances.len()));
    }
    Ok(instances)
}
