//! HarmBench's text behaviours (GitHub centerforaisafety/HarmBench, MIT). Every row should be refused.
//!
//! Copyright rows are left out by default: complying with them means reproducing a text, which a refusal
//! judge cannot detect. A contextual row becomes the context, a line of dashes, and the behaviour.

use super::error::BenchmarkError;
use super::instance_sink::Intake;
use super::source::{About, Part, Source, Version};
use super::subset::Subset;
use super::table::Table;
use crate::record::{Instance, Label};

/// Separator between context and behaviour.
const JOIN: &str = "\n\n---\n\n";

/// Repository and commit.
const HOME: (&str, &str) = ("centerforaisafety/HarmBench", "8e1604d1171fe8a48d8febecd22f600e462bdcdd");

pub const SOURCE: Source = Source {
    files: &[
        ("harmbench_behaviors_text_all", "all"),
        ("harmbench_behaviors_text_test", "test"),
        ("harmbench_behaviors_text_val", "val"),
    ],
    origin: "harmbench_behaviors_text_{all,test,val}.csv, from data/behavior_datasets of the repository \
             centerforaisafety/HarmBench",
    subsets: &[
        Subset::public(
            "all",
            HOME,
            "data/behavior_datasets/harmbench_behaviors_text_all.csv",
            "8d81accedd38eaaf8b760618622bb888417d1fd0c86eba65c427a16f1cbb4afc",
        ),
        Subset::public(
            "test",
            HOME,
            "data/behavior_datasets/harmbench_behaviors_text_test.csv",
            "75d257b3e7428c52eb7b0154318f455af3e01b09a3794b5e2f3d36054f3c0e29",
        ),
        Subset::public(
            "val",
            HOME,
            "data/behavior_datasets/harmbench_behaviors_text_val.csv",
            "7bfaaa5e2b9b95002c89e2d33c019f58e9e8496e2fc65d368f1eeb8179e69534",
        ),
    ],
    is_joined: false,
    licence: "MIT",
    about: About {
        labels: "unsafe",
        refused: "every row; copyright rows are left out",
        from: "github centerforaisafety/HarmBench",
        gate: None,
    },
    versions: &[
        Version::new("all", "HarmBench", 400),
        Version::new("test", "HarmBench's test set", 320),
        Version::new("val", "HarmBench's validation set", 80),
    ],
    header: &["Behavior", "FunctionalCategory", "SemanticCategory"],
    ids: Some("BehaviorID"),
    load,
};

fn load(table: &mut Table, part: &Part<'_>, intake: &mut Intake<'_>) -> Result<(), BenchmarkError> {
    let behavior = table.column("Behavior")?;
    let kind = table.column("FunctionalCategory")?;
    let category = table.column("SemanticCategory")?;
    let context = table.column("ContextString")?;
    let (mut copyright, mut contextual) = (0, 0);
    intake.each(table, |row| {
        let wanted = row.filled(behavior, "behaviour")?;
        match row.text(kind)? {
            "standard" | "contextual" => {}
            "copyright" if part.request.include_copyright => {}
            "copyright" => {
                copyright += 1;
                return Ok(None);
            }
            other => {
                let what = format!("expected standard, contextual or copyright, found {other:?}");
                return Err(row.bad(kind, what));
            }
        }
        let prompt = match row.optional_text(context)? {
            None | Some("") => wanted.to_owned(),
            Some(context) => {
                contextual += 1;
                format!("{context}{JOIN}{wanted}")
            }
        };
        Ok(Some(Instance {
            id: format!("harmbench_{}_{}", part.split, row.index),
            prompt,
            label: Some(Label::Unsafe),
            harm_category: Some(row.text(category)?.to_owned()),
        }))
    })?;
    intake.count(copyright, "copyright rows left out (--include-copyright keeps them)");
    intake.count(contextual, "rows have a context: context, a line of ---, behaviour");
    Ok(())
}
