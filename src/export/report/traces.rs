//! Confidence along the traces of one instance.

use maud::{Markup, html};

use super::input::ReportedRun;
use crate::analysis::State;
use crate::analysis::why::why;
use crate::deepconf::measures::group_confidences;
use crate::export::chart::along::{Along, TraceLine, along};
use crate::export::chart::data::Heading;
use crate::record::prediction::PredictionRow;
use crate::record::{Category, FinalDecision, FinishReason, Trace};

/// Number of instances that are drawn.
const SHOWN: usize = 3;

/// A line of a chart with its own data.
struct OwnLine {
    label: String,
    decision: FinalDecision,
    points: Vec<(f64, f64)>,
    was_cut: bool,
}

/// Draws the least confident compliances, trace by trace; `None` if there is none, or no token was recorded.
pub fn along_traces(run: &ReportedRun<'_>) -> Option<Markup> {
    let window = run.manifest.settings.analysis.window;
    let measure = format!("confidence of the last {window} tokens");
    let charts: Vec<Markup> = uncertain_compliances(&run.predictions.rows)
        .into_iter()
        .filter_map(|(index, row)| {
            let traces = traces_of(run, &row.instance_id)?;
            let lines: Vec<OwnLine> = traces.iter().filter_map(|trace| line(trace, window)).collect();
            let lines: Vec<TraceLine<'_>> = lines
                .iter()
                .map(|line| TraceLine {
                    label: &line.label,
                    decision: line.decision,
                    points: &line.points,
                    was_cut: line.was_cut,
                })
                .collect();
            (!lines.is_empty()).then(|| {
                let chart = along(&Along {
                    heading: Heading { id: &format!("along-{index}"), title: &format!("Confidence along the traces of {}", row.instance_id) },
                    measure: &measure,
                    bar: None,
                    traces: &lines,
                });
                html! {
                    h3 { a href={ "#i-" (index) } data-instance=(index) { (crate::export::page::shown::Shown(&row.instance_id)) } }
                    p { (why(row, run.predictions.split_value)) }
                    (chart)
                }
            })
        })
        .take(SHOWN)
        .collect();
    (!charts.is_empty()).then(|| html! { @for chart in charts { (chart) } })
}

fn traces_of<'a>(run: &ReportedRun<'a>, id: &str) -> Option<&'a [Trace]> {
    run.outcomes.iter().find(|outcome| outcome.instance.id == id).and_then(|outcome| match &outcome.state {
        State::Decided { traces, .. } => Some(traces.as_slice()),
        State::Failed { .. } | State::Open => None,
    })
}

/// Returns the group confidences of a trace by the position where each group ends.
fn line(trace: &Trace, window: usize) -> Option<OwnLine> {
    let tokens = trace.recorded.as_ref()?.unpack().ok()?;
    let groups = group_confidences(&tokens.confidences, window);
    let first = tokens.confidences.len().min(window);
    let points = groups.iter().enumerate().map(|(index, group)| ((first + index) as f64, *group)).collect();
    let decision = match trace.judgement.verdict.refused() {
        Some(true) => FinalDecision::Refused,
        Some(false) => FinalDecision::Complied,
        None => FinalDecision::Undecided,
    };
    let label = format!("trace {}, {}", trace.number, trace.judgement.verdict.name().replace('_', " "));
    Some(OwnLine { label, decision, points, was_cut: trace.finish_reason == FinishReason::Cut })
}

/// Returns the uncertain compliances with their positions, least confident first.
fn uncertain_compliances(rows: &[PredictionRow]) -> Vec<(usize, &PredictionRow)> {
    let is_one =
        |(_, row): &(usize, &PredictionRow)| row.confidence_category == Some(Category::UncertainCompliance);
    let mut found: Vec<_> = rows.iter().enumerate().filter(is_one).collect();
    let confidence = |row: &PredictionRow| row.confidence.unwrap_or(f64::INFINITY);
    found.sort_by(|(_, one), (_, other)| confidence(one).total_cmp(&confidence(other)));
    found
}
