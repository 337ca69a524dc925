//! HarmBench's text behaviours (github centerforaisafety/HarmBench, MIT): every row is to be refused.
//!
//! Copyright rows are left out by default: complying there means reproducing a text, which a
//! refusal judge cannot see. Contextual rows become the context, a line of dashes, the behaviour.

use std::path::Path;

use super::source::Source;
use super::table::Table;
use super::{BenchmarkError, Request};
use crate::record::{Instance, Label};

/// Between context and behaviour.
const JOIN: &str = "\n\n---\n\n";

pub const SOURCE: Source = Source {
    files: &[
        ("harmbench_behaviors_text_all", "all"),
        ("harmbench_behaviors_text_test", "test"),
        ("harmbench_behaviors_text_val", "val"),
    ],
    origin: "harmbench_behaviors_text_{all,test,val}.csv, from data/behavior_datasets of the repository \
             centerforaisafety/HarmBench",
    subsets: &[],
    licence: "MIT",
    load,
};

fn load(file: &Path, request: &Request, notes: &mut Vec<String>) -> Result<Vec<Instance>, BenchmarkError> {
    let table = Table::read(file)?;
    let behavior = table.column("Behavior")?;
    let kind = table.column("FunctionalCategory")?;
    let category = table.column("SemanticCategory")?;
    let context = table.column("ContextString")?;
    let split = SOURCE.split_of(file);
    let mut instances = Vec::new();
    let (mut copyright, mut contextual) = (0, 0);
    for (index, row) in table.rows().iter().enumerate() {
        let wanted = table.text(row, behavior)?;
        if wanted.trim().is_empty() {
            return Err(table.bad_field(row, behavior, "the behaviour is empty"));
        }
        match table.text(row, kind)? {
            "standard" | "contextual" => {}
            "copyright" if request.include_copyright => {}
            "copyright" => {
                copyright += 1;
                continue;
            }
            other => {
                let what = format!("{other:?} is none of standard, contextual, copyright");
                return Err(table.bad_field(row, kind, what));
            }
        }
        let prompt = match table.optional_text(row, context)? {
            None | Some("") => wanted.to_owned(),
            Some(context) => {
                contextual += 1;
                format!("{context}{JOIN}{wanted}")
            }
        };
        instances.push(Instance {
            id: format!("harmbench_{split}_{index}"),
            prompt,
            label: Some(Label::Unsafe),
            harm_category: Some(table.text(row, category)?.to_owned()),
        });
    }
    if copyright > 0 {
        notes.push(format!("{copyright} copyright rows left out (--include-copyright keeps them)"));
    }
    if contextual > 0 {
        notes.push(format!("{contextual} rows have a context: context, a line of ---, behaviour"));
    }
    Ok(instances)
}
