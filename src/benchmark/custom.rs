//! A user's own table, whose columns are named on the command line.

use super::error::BenchmarkError;
use super::instance_sink::Intake;
use super::source::{About, Part, Source};
use super::table::{Column, Row, Table};
use super::wildguard::unlabelled_rows;
use crate::record::{Instance, Label};
use crate::settings::CustomColumns;

/// Column of prompts if none is named.
const PROMPT: &str = "prompt";

pub const SOURCE: Source = Source {
    files: &[],
    origin: "FILE, a table of yours (CSV, JSON, JSON lines, Parquet), and name its columns: --prompt-column, \
             --label-column",
    subsets: &[],
    is_joined: false,
    licence: "yours",
    about: About {
        labels: "as given",
        refused: "--unsafe-value of --label-column, or --label unsafe",
        from: "your own file",
        gate: None,
    },
    versions: &[],
    header: &[],
    ids: None,
    load,
};

/// Source of the labels.
enum Labels {
    /// One label for all prompts.
    Whole(Label),
    /// A column, with the values of each label.
    Column { column: Column, unsafe_values: Vec<String>, safe_values: Vec<String> },
    /// No labels.
    None,
}

fn load(table: &mut Table, part: &Part<'_>, intake: &mut Intake<'_>) -> Result<(), BenchmarkError> {
    let wanted = &part.request.custom;
    let keep_unlabelled = part.request.keep_unlabelled;
    check(wanted, keep_unlabelled)?;
    let prompts = table.column(wanted.prompt.as_deref().unwrap_or(PROMPT))?;
    let labels = Labels::of(wanted, table)?;
    let mut optional = |name: &Option<String>| name.as_deref().map(|name| table.column(name)).transpose();
    let (categories, ids) = (optional(&wanted.category)?, optional(&wanted.id)?);
    let mut unlabelled = 0;
    intake.each(table, |row| {
        let prompt = row.filled(prompts, "prompt")?;
        let label = labels.read(row)?;
        let category = categories.map(|column| row.plain(column)).transpose()?.flatten();
        let id = match ids {
            None => format!("custom_{}_{}", part.split, row.index),
            Some(column) => match row.plain(column)? {
                Some(id) => format!("custom_{id}"),
                None => return Err(row.bad(column, "the id is missing")),
            },
        };
        if label.is_none() {
            unlabelled += 1;
            if !keep_unlabelled {
                return Ok(None);
            }
        }
        let harm_category = category.map(|category| category.into_owned());
        Ok(Some(Instance { id, prompt: prompt.to_owned(), label, harm_category }))
    })?;
    intake.count(unlabelled, unlabelled_rows(keep_unlabelled));
    Ok(())
}

/// Returns an error for options that contradict each other or leave the labels open.
fn check(wanted: &CustomColumns, keep_unlabelled: bool) -> Result<(), BenchmarkError> {
    let has_values = !wanted.unsafe_values.is_empty() || !wanted.safe_values.is_empty();
    let what = match (&wanted.label, wanted.whole) {
        (Some(_), Some(_)) => "--label applies to all prompts, --label-column to each one: leave one out",
        (None, _) if has_values => {
            "--unsafe-value and --safe-value are values of --label-column, which is missing"
        }
        (None, None) if !keep_unlabelled => {
            "no labels are specified: pass --label-column NAME with --unsafe-value and --safe-value, or \
             --label unsafe|safe for all prompts; --keep-unlabelled runs them without labels"
        }
        _ => return Ok(()),
    };
    Err(BenchmarkError::Custom(what.to_owned()))
}

impl Labels {
    fn of(wanted: &CustomColumns, table: &mut Table) -> Result<Self, BenchmarkError> {
        if let Some(label) = wanted.whole {
            return Ok(Self::Whole(label));
        }
        let Some(name) = &wanted.label else { return Ok(Self::None) };
        let values = |typed: &[String], label: Label| match typed {
            [] => vec![label.name().to_owned()],
            _ => typed.iter().map(|value| value.trim().to_owned()).collect(),
        };
        let unsafe_values = values(&wanted.unsafe_values, Label::Unsafe);
        let safe_values = values(&wanted.safe_values, Label::Safe);
        if let Some(both) = unsafe_values.iter().find(|value| safe_values.contains(value)) {
            let what = format!("{both:?} cannot be both an --unsafe-value and a --safe-value");
            return Err(BenchmarkError::Custom(what));
        }
        Ok(Self::Column { column: table.column(name)?, unsafe_values, safe_values })
    }

    fn read(&self, row: &Row) -> Result<Option<Label>, BenchmarkError> {
        let (column, unsafe_values, safe_values) = match self {
            Self::Whole(label) => return Ok(Some(*label)),
            Self::None => return Ok(None),
            Self::Column { column, unsafe_values, safe_values } => (*column, unsafe_values, safe_values),
        };
        let Some(value) = row.plain(column)? else { return Ok(None) };
        let is_in = |values: &[String]| values.iter().any(|known| *known == value);
        if is_in(unsafe_values) {
            return Ok(Some(Label::Unsafe));
        }
        if is_in(safe_values) {
            return Ok(Some(Label::Safe));
        }
        let what = format!(
            "{value:?} is neither an unsafe value ({}) nor a safe one ({})",
            unsafe_values.join(", "),
            safe_values.join(", ")
        );
        Err(row.bad(column, what))
    }
}
