//! The records of a run as the page's answers.

use super::input::ReportedRun;
use crate::analysis::State;
use crate::analysis::why::why;
use crate::export::page::{Answer, AnswerSet, AnswerTokens, AnswerTrace};
use crate::record::Trace;
use crate::record::prediction::PredictionRow;

/// Returns every decided instance with its traces, in benchmark order.
pub fn answers(run: &ReportedRun<'_>) -> AnswerSet {
    let decided = run.outcomes.iter().filter_map(|outcome| match &outcome.state {
        State::Decided { traces, .. } => Some(traces.as_slice()),
        State::Failed { .. } | State::Open => None,
    });
    // Predictions are the decided outcomes, in their order.
    let answers = run.predictions.rows.iter().zip(decided).map(|(row, traces)| answer(run, row, traces));
    AnswerSet { name: run.name.to_owned(), answers: answers.collect() }
}

fn answer(run: &ReportedRun<'_>, row: &PredictionRow, traces: &[Trace]) -> Answer {
    Answer {
        id: row.instance_id.clone(),
        prompt: row.prompt.clone(),
        label: row.ground_truth_label,
        category: row.harm_category.clone(),
        decision: row.decision,
        outcome: row.outcome,
        quadrant: row.confidence_category,
        confidence: row.confidence,
        vote_share: row.vote_share,
        why: why(row, run.predictions.split_value),
        stop_reason: row.stop_reason,
        traces: traces.iter().enumerate().map(|(index, trace)| answer_trace(row, index, trace)).collect(),
    }
}

fn answer_trace(row: &PredictionRow, index: usize, trace: &Trace) -> AnswerTrace {
    AnswerTrace {
        number: trace.number,
        text: trace.answer.clone(),
        thinking: trace.thinking.clone(),
        verdict: trace.judgement.verdict,
        votes: row.votes.get(index).copied().flatten(),
        reason: trace.judgement.reason.clone(),
        span: trace.judgement.span,
        confidence: row.confidences.get(index).copied().flatten(),
        tokens: trace.tokens,
        finish_reason: trace.finish_reason,
        harmful: trace.judgement.harmful,
        recorded: trace.recorded.as_ref().and_then(|recorded| recorded.unpack().ok()).map(AnswerTokens::from),
    }
}
