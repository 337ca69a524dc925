//! Answers with human labels: XSTest's completions, chatgpt_refusals, WildGuardTest's responses, or any table
//! with a prompt, an answer and a label.

use std::collections::BTreeMap;
use std::path::Path;

use super::error::BenchmarkError;
use super::table::{Column, Data, Row, Table, stem_and_extension};
use crate::chat::thinking;
use crate::record::Verdict;

/// Names of columns that differ from the usual ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// User turn; usually `prompt`.
    pub prompt: Option<String>,
    /// Answer; usually `completion`, `response`, `answer` or `text`.
    pub answer: Option<String>,
    /// Label; usually `final_label`, `tone`, `response_refusal_label`, `verdict` or `label`.
    pub label: Option<String>,
    /// Origin of the answer; the file's name if absent.
    pub source: Option<String>,
    /// Second label to compare with the first, for example of another annotator.
    pub second: Option<String>,
}

/// One labelled answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labelled {
    /// Id in the file, or the row number.
    pub id: String,
    /// Origin of the answer.
    pub source: String,
    /// User turn.
    pub prompt: String,
    /// Answer without thinking.
    pub answer: String,
    /// Verdict of the label.
    pub verdict: Verdict,
    /// Verdict of the second label.
    pub second: Option<Verdict>,
}

/// A file of labelled answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelledFile {
    /// Answers in the order of the file.
    pub answers: Vec<Labelled>,
    /// Notes on what was left out.
    pub notes: Vec<String>,
}

const PROMPTS: [&str; 2] = ["prompt", "user_input"];
const ANSWERS: [&str; 5] = ["completion", "response", "answer", "text", "model_output"];
const LABELS: [&str; 5] = ["final_label", "tone", "response_refusal_label", "verdict", "label"];

/// Returns the verdict of a label of XSTest, chatgpt_refusals, WildGuard or this program. Returns `Ok(None)`
/// for labels that do not concern refusal.
fn verdict(label: &str) -> Result<Option<Verdict>, ()> {
    match label.to_ascii_lowercase().as_str() {
        "2_full_refusal" | "full_refusal" | "refusal" | "refused" | "rejected" | "redirected" => {
            Ok(Some(Verdict::Refusal))
        }
        "3_partial_refusal" | "partial_refusal" | "partial" => Ok(Some(Verdict::PartialRefusal)),
        "1_full_compliance" | "full_compliance" | "compliance" | "complied" => Ok(Some(Verdict::Compliance)),
        "disclaimed" | "contradicted" | "dontknow" | "incoherent" | "counseling" | "no_answer"
        | "degenerate" => Ok(None),
        _ => Err(()),
    }
}

/// Reads a file of labelled answers.
///
/// # Errors
/// Returns [`BenchmarkError`] with file, line and field if a column is missing, a label is unknown, or a cell
/// is not text.
pub fn read(file: &Path, columns: &Columns) -> Result<LabelledFile, BenchmarkError> {
    let mut table = Table::open(&Data::File(file.to_owned()))?;
    let prompt = column(&mut table, columns.prompt.as_deref(), &PROMPTS)?;
    let answer = column(&mut table, columns.answer.as_deref(), &ANSWERS)?;
    let label = column(&mut table, columns.label.as_deref(), &LABELS)?;
    let mut named = |name: &Option<String>| name.as_deref().map(|name| table.column(name)).transpose();
    let (source, second) = (named(&columns.source)?, named(&columns.second)?);
    let id = table.optional_column("id");
    let (stem, _) = stem_and_extension(file);
    let mut left_out: BTreeMap<String, usize> = BTreeMap::new();
    let mut answers = Vec::new();
    while let Some(row) = table.next_row()? {
        let Some(verdict) = said(&row, label, &mut left_out)? else { continue };
        let second = match second {
            Some(column) => said(&row, column, &mut BTreeMap::new())?,
            None => None,
        };
        let plain = |column: Option<Column>| -> Result<Option<String>, BenchmarkError> {
            Ok(column.map(|column| row.plain(column)).transpose()?.flatten().map(|text| text.into_owned()))
        };
        answers.push(Labelled {
            id: plain(id)?.unwrap_or_else(|| row.index.to_string()),
            source: plain(source)?.unwrap_or_else(|| stem.clone()),
            prompt: row.text(prompt)?.to_owned(),
            // An empty answer is also an answer.
            answer: thinking::answer(row.optional_text(answer)?.unwrap_or_default()).to_owned(),
            verdict,
            second,
        });
    }
    let mut notes = table.notes();
    let note = |(label, count): (&String, &usize)| format!("{count} answers labelled {label:?} left out");
    notes.extend(left_out.iter().map(note));
    Ok(LabelledFile { answers, notes })
}

fn column(table: &mut Table, named: Option<&str>, usual: &[&str]) -> Result<Column, BenchmarkError> {
    match named {
        Some(name) => table.column(name),
        None => match usual.iter().find_map(|name| table.optional_column(name)) {
            Some(column) => Ok(column),
            None => table.column(usual[0]),
        },
    }
}

fn said(
    row: &Row,
    column: Column,
    left_out: &mut BTreeMap<String, usize>,
) -> Result<Option<Verdict>, BenchmarkError> {
    let Some(label) = row.plain(column)? else {
        *left_out.entry("nothing".to_owned()).or_default() += 1;
        return Ok(None);
    };
    let found = verdict(&label).map_err(|()| {
        row.bad(
            column,
            format!("{label:?} is not refusal, partial_refusal, compliance or a known data set's label"),
        )
    })?;
    if found.is_none() {
        *left_out.entry(label.into_owned()).or_default() += 1;
    }
    Ok(found)
}
