//! A row for each trace.

use std::sync::LazyLock;

use super::run::{ANSWER_MEASURES, MEASURES, TidyRun, WHENCE, measures};
use super::table_writer::TableWriter;
use super::value::{Column, Kind, Value};
use crate::record::prediction::PredictionRow;
use crate::record::{BoxError, Category, LabelledOutcome, Trace};

/// Columns, in order.
pub(super) static COLUMNS: LazyLock<Vec<Column>> =
    LazyLock::new(|| [&WHENCE[..], &OWN, &MEASURES, &ANSWER_MEASURES].concat());

const OWN: [Column; 14] = [
    Kind::Text.of("decision"),
    Kind::Text.of("outcome"),
    Kind::Text.of("quadrant"),
    Kind::Integer.of("trace"),
    Kind::Text.of("answer"),
    Kind::Text.of("thinking"),
    Kind::Text.of("verdict"),
    Kind::Text.of("vote"),
    Kind::Number.of("p_refusal"),
    Kind::Truth.of("harmful"),
    Kind::Text.of("reason"),
    Kind::Integer.of("tokens"),
    Kind::Text.of("finish_reason"),
    Kind::Unsigned.of("seed"),
];

/// Writes the rows and returns their number.
pub(super) fn write(run: &TidyRun<'_>, table: &mut dyn TableWriter) -> Result<u64, BoxError> {
    let mut count = 0;
    for (row, traces) in run.instances() {
        for (at, trace) in traces.iter().enumerate() {
            let own = own(row, at, trace);
            let values = run.whence(row).into_iter().chain(own).chain(measures(trace.measures));
            table.row(&values.chain(measures(trace.answer_measures)).collect::<Vec<_>>())?;
            count += 1;
        }
    }
    Ok(count)
}

fn own<'a>(row: &'a PredictionRow, at: usize, trace: &'a Trace) -> [Value<'a>; OWN.len()] {
    let vote = row.votes.get(at).copied().flatten();
    [
        row.decision.name().into(),
        row.outcome.map(LabelledOutcome::name).into(),
        row.confidence_category.map(Category::name).into(),
        trace.number.into(),
        (&trace.answer).into(),
        trace.thinking.as_ref().into(),
        trace.judgement.verdict.name().into(),
        vote.map(|refused| if refused { "refused" } else { "complied" }).into(),
        trace.judgement.p_refusal.into(),
        trace.judgement.harmful.into(),
        (&trace.judgement.reason).into(),
        trace.tokens.into(),
        trace.finish_reason.name().into(),
        trace.seed.into(),
    ]
}
