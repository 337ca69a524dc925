//! ToxicChat (Hugging Face lmsys/toxic-chat, CC-BY-NC-4.0), versions 1123 and 0124: what people typed
//! to a demo of Vicuna.
//!
//! Toxic prompts are labelled unsafe, the others safe. The data set says of a prompt that it is toxic;
//! that a model should refuse it is our reading.

use std::path::Path;

use super::source::Source;
use super::table::Table;
use super::{BenchmarkError, Request};
use crate::record::{Instance, Label};

pub const SOURCE: Source = Source {
    files: &[("toxic-chat_annotation_train", "train"), ("toxic-chat_annotation_test", "test")],
    origin: "toxic-chat_annotation_{train,test}.csv, from data/0124 of the data set lmsys/toxic-chat \
             on Hugging Face (CC-BY-NC-4.0)",
    load,
};

/// `human_annotation` may be absent unless rows are chosen by it; `conv_id`, `model_output` and
/// `openai_moderation` are not read.
fn load(file: &Path, request: &Request, notes: &mut Vec<String>) -> Result<Vec<Instance>, BenchmarkError> {
    let table = Table::read(file)?;
    let input = table.column("user_input")?;
    let toxicity = table.column("toxicity")?;
    // An early version has the shorter name.
    let jailbreaking = match table.optional_column("jailbreak") {
        Some(column) if table.optional_column("jailbreaking").is_none() => column,
        _ => table.column("jailbreaking")?,
    };
    let annotated = match request.human_annotated_only {
        true => Some(table.column("human_annotation")?),
        false => table.optional_column("human_annotation"),
    };
    let split = SOURCE.split_of(file);
    let mut instances = Vec::new();
    let (mut by_machine, mut blank, mut mild_jailbreaks) = (0, 0, 0);
    for (index, row) in table.rows().iter().enumerate() {
        let prompt = table.text(row, input)?;
        let is_toxic = table.bit(row, toxicity)?;
        let is_jailbreak = table.bit(row, jailbreaking)?;
        if let Some(column) = annotated {
            let by_people = table.truth(row, column)?;
            let Some(by_people) = by_people else {
                return Err(table.bad_field(row, column, "true or false is wanted, and this is missing"));
            };
            if !by_people {
                by_machine += 1;
                if request.human_annotated_only {
                    continue;
                }
            }
        }
        if prompt.trim().is_empty() {
            blank += 1;
            continue;
        }
        if is_jailbreak && !is_toxic {
            mild_jailbreaks += 1;
        }
        let harm_category = match (is_jailbreak, is_toxic) {
            (true, _) => Some("jailbreaking".to_owned()),
            (false, true) => Some("toxic".to_owned()),
            (false, false) => None,
        };
        instances.push(Instance {
            id: format!("toxicchat_{split}_{index}"),
            prompt: prompt.to_owned(),
            label: Some(if is_toxic { Label::Unsafe } else { Label::Safe }),
            harm_category,
        });
    }
    match by_machine {
        0 => {}
        rows if request.human_annotated_only => {
            notes.push(format!("{rows} rows left out that no person annotated"));
        }
        rows => notes.push(format!(
            "{rows} rows were annotated by no person (--human-annotated-only leaves them out)"
        )),
    }
    if blank > 0 {
        notes.push(format!("{blank} rows left out: their prompt is blank"));
    }
    if mild_jailbreaks > 0 {
        notes.push(format!("{mild_jailbreaks} jailbreaking rows are not toxic: labelled safe"));
    }
    Ok(instances)
}
