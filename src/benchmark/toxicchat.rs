//! ToxicChat (Hugging Face lmsys/toxic-chat, CC-BY-NC-4.0), versions 1123 and 0124: user prompts from a demo
//! of Vicuna.
//!
//! Toxic prompts are labelled unsafe, the others safe. The data set labels toxicity; that a model should
//! refuse toxic prompts is this program's interpretation.

use super::error::BenchmarkError;
use super::instance_sink::Intake;
use super::source::{About, Part, Source, Version};
use super::subset::Subset;
use super::table::Table;
use crate::model::hub::{DatasetFile, Host};
use crate::record::{Instance, Label};

pub const SOURCE: Source = Source {
    files: &[("toxic-chat_annotation_train", "train"), ("toxic-chat_annotation_test", "test")],
    origin: "toxic-chat_annotation_{train,test}.csv, from data/0124 of the data set lmsys/toxic-chat \
             on Hugging Face (CC-BY-NC-4.0)",
    subsets: &[
        subset(
            "test",
            "data/0124/toxic-chat_annotation_test.csv",
            Some("3c2e49889626f7738dca0a29bface0ba0a0595b2ffdd17f0e02f19df7c3c4c9b"),
        ),
        subset("train", "data/0124/toxic-chat_annotation_train.csv", None),
        subset("1123-test", "data/1123/toxic-chat_annotation_test.csv", None),
        subset("1123-train", "data/1123/toxic-chat_annotation_train.csv", None),
    ],
    is_joined: false,
    licence: "CC-BY-NC-4.0, for no commercial use",
    about: About { labels: "unsafe, safe", refused: "toxicity 1", from: "hf lmsys/toxic-chat", gate: None },
    versions: &[
        Version::new("test", "ToxicChat's test set", 5_083),
        Version::new("train", "ToxicChat's training set", 5_082),
    ],
    header: &["user_input", "toxicity"],
    ids: Some("conv_id"),
    load,
};

const fn subset(name: &'static str, file: &'static str, sha256: Option<&'static str>) -> Subset {
    let revision = Some("29df8e4dba60e1f4af4b4075c0705c5b313548a8");
    Subset {
        name,
        file: DatasetFile { host: Host::Hub, repository: "lmsys/toxic-chat", revision, file, sha256 },
    }
}

/// Requires `human_annotation` only if rows are chosen by it. Ignores `conv_id`, `model_output` and
/// `openai_moderation`.
fn load(table: &mut Table, part: &Part<'_>, intake: &mut Intake<'_>) -> Result<(), BenchmarkError> {
    let input = table.column("user_input")?;
    let toxicity = table.column("toxicity")?;
    // An early version uses the shorter name.
    let jailbreaking = match table.optional_column("jailbreak") {
        Some(column) if table.optional_column("jailbreaking").is_none() => column,
        _ => table.column("jailbreaking")?,
    };
    let only_annotated = part.request.human_annotated_only;
    let annotated = match only_annotated {
        true => Some(table.column("human_annotation")?),
        false => table.optional_column("human_annotation"),
    };
    let (mut by_machine, mut blank, mut mild_jailbreaks) = (0, 0, 0);
    intake.each(table, |row| {
        let prompt = row.text(input)?;
        let is_toxic = row.bit(toxicity)?;
        let is_jailbreak = row.bit(jailbreaking)?;
        if let Some(column) = annotated {
            let Some(by_people) = row.truth(column)? else {
                return Err(row.bad(column, "expected true or false, found no value"));
            };
            if !by_people {
                by_machine += 1;
                if only_annotated {
                    return Ok(None);
                }
            }
        }
        if prompt.trim().is_empty() {
            blank += 1;
            return Ok(None);
        }
        if is_jailbreak && !is_toxic {
            mild_jailbreaks += 1;
        }
        let harm_category = match (is_jailbreak, is_toxic) {
            (true, _) => Some("jailbreaking".to_owned()),
            (false, true) => Some("toxic".to_owned()),
            (false, false) => None,
        };
        Ok(Some(Instance {
            id: format!("toxicchat_{}_{}", part.split, row.index),
            prompt: prompt.to_owned(),
            label: Some(if is_toxic { Label::Unsafe } else { Label::Safe }),
            harm_category,
        }))
    })?;
    intake.count(
        by_machine,
        match only_annotated {
            true => "rows left out that no person annotated",
            false => "rows were annotated by no person (--human-annotated-only leaves them out)",
        },
    );
    intake.count(blank, "rows left out: their prompt is blank");
    intake.count(mild_jailbreaks, "jailbreaking rows are not toxic: labelled safe");
    Ok(())
}
