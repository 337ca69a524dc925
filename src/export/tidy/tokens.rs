//! A row for each token.

use std::sync::LazyLock;

use super::run::TidyRun;
use super::table_writer::TableWriter;
use super::value::{Column, Kind, Value};
use crate::analysis::remeasure::tokens;
use crate::chat::thinking::first_answer_token;
use crate::record::BoxError;

/// Columns, in order.
pub(super) static COLUMNS: LazyLock<Vec<Column>> = LazyLock::new(|| OWN.to_vec());

const OWN: [Column; 9] = [
    Kind::Text.of("run"),
    Kind::Text.of("id"),
    Kind::Integer.of("trace"),
    Kind::Integer.of("position"),
    Kind::Text.of("token"),
    Kind::Integer.of("token_id"),
    Kind::Single.of("log_probability"),
    Kind::Single.of("confidence"),
    Kind::Truth.of("in_answer"),
];

/// Writes the rows and returns their number.
pub(super) fn write(run: &TidyRun<'_>, table: &mut dyn TableWriter) -> Result<u64, BoxError> {
    let mut count = 0;
    for (row, traces) in run.instances() {
        for trace in traces.iter().filter(|trace| trace.tokens > 0) {
            let tokens = tokens(trace).map_err(|what| NoTokens {
                run: run.folder.clone(),
                instance_id: row.instance_id.clone(),
                number: trace.number,
                what,
            })?;
            let first = first_answer_token(&tokens.text, &tokens.ends, tokens.opened);
            let mut start = 0;
            for (position, &end) in tokens.ends.iter().enumerate() {
                let text = String::from_utf8_lossy(&tokens.text[start..end as usize]);
                start = end as usize;
                let own: [Value<'_>; OWN.len()] = [
                    (&run.name).into(),
                    (&row.instance_id).into(),
                    trace.number.into(),
                    (position as u32).into(),
                    Value::Text(text),
                    tokens.ids[position].into(),
                    tokens.log_probabilities[position].into(),
                    tokens.confidences[position].into(),
                    (position >= first).into(),
                ];
                table.row(&own)?;
            }
            count += tokens.len() as u64;
        }
    }
    Ok(count)
}

/// A trace without tokens in a table of tokens.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{run}: {instance_id}, trace {number}: {what}")]
pub struct NoTokens {
    /// Folder of the run.
    pub run: String,
    /// Instance of the trace.
    pub instance_id: String,
    /// Number of the trace.
    pub number: u32,
    /// What is missing, and how to record it.
    pub what: String,
}
