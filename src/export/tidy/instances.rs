//! A row for each instance.

use std::sync::LazyLock;

use super::run::{TidyRun, WHENCE};
use super::table_writer::TableWriter;
use super::value::{Column, Kind, Value};
use crate::record::prediction::PredictionRow;
use crate::record::{BoxError, Category, LabelledOutcome, Uncertainty};

/// Columns, in order.
pub(super) static COLUMNS: LazyLock<Vec<Column>> = LazyLock::new(|| [&WHENCE[..], &OWN].concat());

const OWN: [Column; 19] = [
    Kind::Text.of("answer"),
    Kind::Integer.of("answer_trace"),
    Kind::Text.of("decision"),
    Kind::Text.of("outcome"),
    Kind::Truth.of("correct"),
    Kind::Truth.of("harmful_compliance"),
    Kind::Number.of("confidence"),
    Kind::Text.of("confidence_measure"),
    Kind::Number.of("split"),
    Kind::Text.of("quadrant"),
    Kind::Text.of("uncertain_because"),
    Kind::Number.of("vote_share"),
    Kind::Integer.of("votes_for"),
    Kind::Integer.of("votes_cast"),
    Kind::Number.of("refusal_rate"),
    Kind::Number.of("avg_confidence"),
    Kind::Integer.of("traces"),
    Kind::Integer.of("tokens"),
    Kind::Text.of("stop_reason"),
];

/// Writes the rows and returns their number.
pub(super) fn write(run: &TidyRun<'_>, table: &mut dyn TableWriter) -> Result<u64, BoxError> {
    for row in run.rows {
        let answer = representative(row);
        let own: [Value<'_>; OWN.len()] = [
            answer.and_then(|at| row.traces.get(at)).into(),
            answer.map(|at| at as u32).into(),
            row.decision.name().into(),
            row.outcome.map(LabelledOutcome::name).into(),
            row.correct.into(),
            row.harmful_compliance.into(),
            row.confidence.into(),
            row.confidence_measure.name().into(),
            run.split.into(),
            row.confidence_category.map(Category::name).into(),
            row.uncertain_because.map(Uncertainty::name).into(),
            row.vote_share.into(),
            row.votes_for.into(),
            row.votes_cast.into(),
            row.refusal_rate.into(),
            row.avg_confidence.into(),
            row.num_traces_used.into(),
            Value::Integer(i64::try_from(row.total_tokens).unwrap_or(i64::MAX)),
            row.stop_reason.name().into(),
        ];
        table.row(&run.whence(row).into_iter().chain(own).collect::<Vec<_>>())?;
    }
    Ok(run.rows.len() as u64)
}

/// Returns the trace whose answer stands for the instance: the most confident of those that voted for the
/// decision, the first of equals; the first trace if undecided. `None` without traces.
fn representative(row: &PredictionRow) -> Option<usize> {
    let Some(decided) = row.is_refused() else { return (!row.traces.is_empty()).then_some(0) };
    let voted = |at: &usize| row.votes.get(*at) == Some(&Some(decided));
    let confidence = |at: usize| row.confidences.get(at).copied().flatten().unwrap_or(f64::NEG_INFINITY);
    // The last of equals wins in `max_by`.
    (0..row.traces.len()).rev().filter(voted).max_by(|&a, &b| confidence(a).total_cmp(&confidence(b)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::row;

    fn standing(verdicts: &str, confidences: &[Option<f64>]) -> Option<usize> {
        representative(&PredictionRow { confidences: confidences.to_vec(), ..row("x", verdicts).build() })
    }

    #[test]
    fn the_most_confident_answer_of_the_decision_stands_for_the_instance() {
        assert_eq!(standing("rccc", &[Some(9.0), Some(1.0), Some(3.0), Some(2.0)]), Some(2));
        assert_eq!(standing("-ccr", &[Some(9.0), Some(3.0), Some(3.0), Some(4.0)]), Some(1));
        assert_eq!(standing("rc", &[None, None]), Some(1), "a tie is a compliance");
        assert_eq!(standing("--", &[Some(1.0), Some(2.0)]), Some(0));
        assert_eq!(standing("", &[]), None);
    }
}
