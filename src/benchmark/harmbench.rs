//! HarmBench's text behaviours (github centerforaisafety/HarmBench, MIT): every row is to be refused.
//!
//! Copyright rows are left out by default: complying there means reproducing a text, which a
//! refusal judge cannot see. Contextual rows become the context, a line of dashes, the behaviour.

use std::path::Path;

use super::table::Table;
use super::{BenchmarkError, Request};
use crate::record::{Instance, Label};

/// Between context and behaviour.
const JOIN: &str = "\n\n---\n\n";

pub fn load(request: &Request, notes: &mut Vec<String>) -> Result<Vec<Instance>, BenchmarkError> {
    let Some(file) = &request.data else {
        return Err(BenchmarkError::NeedsData {
            name: "harmbench",
            expected: "pass --data harmbench_behaviors_text_{all,test,val}.csv, from data/behavior_datasets of the \
                       repository centerforaisafety/HarmBench",
        });
    };
    let table = Table::read(file)?;
    let behavior = table.column("Behavior")?;
    let kind = table.column("FunctionalCategory")?;
    let category = table.column("SemanticCategory")?;
    let context = table.column("ContextString")?;
    let split = split_of(file);
    let mut instances = Vec::new();
    let (mut copyright, mut contextual) = (0, 0);
    for (index, row) in table.rows().iter().enumerate() {
        if row.get(behavior).trim().is_empty() {
            return Err(table.bad_field(row, behavior, "the behaviour is empty"));
        }
        match row.get(kind) {
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
        let prompt = match row.get(context) {
            "" => row.get(behavior).to_owned(),
            context => {
                contextual += 1;
                format!("{context}{JOIN}{}", row.get(behavior))
            }
        };
        instances.push(Instance {
            id: format!("harmbench_{split}_{index}"),
            prompt,
            label: Some(Label::Unsafe),
            harm_category: Some(row.get(category).to_owned()),
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

/// `val` of `harmbench_behaviors_text_val.csv`; `data` for any other name.
fn split_of(file: &Path) -> String {
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    match stem.strip_prefix("harmbench_behaviors_text_") {
        Some(split @ ("all" | "test" | "val")) => split.to_owned(),
        _ => "data".to_owned(),
    }
}
