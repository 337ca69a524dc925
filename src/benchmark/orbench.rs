//! OR-Bench (Hugging Face bench-llm/or-bench, CC-BY-4.0): safe prompts that look unsafe, and a set of toxic
//! ones. The file name separates the two.

use super::error::BenchmarkError;
use super::instance_sink::Intake;
use super::source::{About, Part, Source, Version};
use super::subset::Subset;
use super::table::Table;
use crate::model::hub::{DatasetFile, Host};
use crate::record::{Instance, Label};

const HARD: &str = "hard-1k";
const ALL: &str = "80k";
const TOXIC: &str = "toxic";

pub const SOURCE: Source = Source {
    files: &[("or-bench-hard-1k", HARD), ("or-bench-80k", ALL), ("or-bench-toxic", TOXIC)],
    origin: "or-bench-hard-1k.csv, or-bench-80k.csv or or-bench-toxic.csv, from the data set \
             bench-llm/or-bench on Hugging Face (CC-BY-4.0)",
    subsets: &[
        subset(HARD, "or-bench-hard-1k.csv"),
        subset(ALL, "or-bench-80k.csv"),
        subset(TOXIC, "or-bench-toxic.csv"),
    ],
    is_joined: false,
    licence: "CC-BY-4.0",
    about: About {
        labels: "safe; toxic: unsafe",
        refused: "every row of the toxic file",
        from: "hf bench-llm/or-bench",
        gate: None,
    },
    versions: &[
        Version::new(HARD, "OR-Bench's hard set", 1_319),
        Version::new(ALL, "OR-Bench", 80_359),
        Version::new(TOXIC, "OR-Bench's toxic set", 655),
    ],
    // Many other files have the columns `prompt` and `category`.
    header: &[],
    ids: None,
    load,
};

const fn subset(name: &'static str, file: &'static str) -> Subset {
    let repository = "bench-llm/or-bench";
    Subset { name, file: DatasetFile { host: Host::Hub, repository, revision: None, file, sha256: None } }
}

fn load(table: &mut Table, part: &Part<'_>, intake: &mut Intake<'_>) -> Result<(), BenchmarkError> {
    let prompts = table.column("prompt")?;
    let categories = table.column("category")?;
    let label = match part.split {
        HARD | ALL => Label::Safe,
        TOXIC => Label::Unsafe,
        _ => return Err(part.untold("or-bench", &SOURCE)),
    };
    intake.each(table, |row| {
        Ok(Some(Instance {
            id: format!("or-bench_{}_{}", part.split, row.index),
            prompt: row.filled(prompts, "prompt")?.to_owned(),
            label: Some(label),
            harm_category: Some(row.filled(categories, "category")?.trim().to_owned()),
        }))
    })?;
    intake.notes.extend(SOURCE.version_note(part.split, table.rows_read()));
    Ok(())
}
