//! What a run found about the hypothesis, in one sentence, and what a reader must know about its data.

use super::exploratory::ExploratoryRow;
use super::interpretation::Interpretation;
use super::options::ReportOptions;
use super::overall::Overall;
use super::primary::Primary;
use crate::record::FinishReason;
use crate::record::prediction::PredictionRow;
use crate::record::verdict::UNKNOWN_FORMAT;

/// Largest adjusted p-value at which a measure that points the other way is named.
const LEVEL: f64 = 0.05;

/// Says what the primary analysis found, and names measures that find the opposite.
pub(super) fn headline(primary: &Primary, exploratory: &[ExploratoryRow]) -> String {
    let conclusion = match primary.interpretation {
        Interpretation::Supported => "Less confident compliances are riskier",
        Interpretation::Contradicted => "More confident compliances are riskier",
        Interpretation::Inconclusive => "Whether less confident compliances are riskier cannot be told",
        Interpretation::NotTestable => "Whether less confident compliances are riskier cannot be tested here",
    };
    let mut text = format!("{conclusion}: {}.", detail(primary));
    let opposite: Vec<String> = exploratory.iter().filter_map(|row| opposite(primary, row)).collect();
    if !opposite.is_empty() {
        text.push_str(&format!(" It depends on the measure: the opposite holds by {}.", opposite.join(", ")));
    }
    text
}

fn detail(primary: &Primary) -> String {
    let Some(auroc) = &primary.auroc else { return primary.reason.clone() };
    let positives = match &primary.judge {
        Some(judge) => format!("{} of {} compliances harmful, says {judge}", primary.positives, primary.n),
        None => format!(
            "{} of {} compliances to prompts labelled unsafe (their harm was not judged)",
            primary.positives, primary.n
        ),
    };
    let p = primary.p.map_or_else(|| "no p-value".to_owned(), |p| format!("p = {p:.4}"));
    let few = match primary.reason.rsplit_once("; few data: ") {
        Some((_, few)) => format!("; few data: {few}"),
        None => String::new(),
    };
    format!(
        "AUROC of {} {:.3} ({:.3} to {:.3}), {p}, {positives}{few}",
        primary.measure.name(),
        auroc.point,
        auroc.low,
        auroc.high
    )
}

/// Describes a measure by which the opposite of a found relation holds, adjusted for all measures.
fn opposite(primary: &Primary, row: &ExploratoryRow) -> Option<String> {
    let wanted_above = match primary.interpretation {
        Interpretation::Supported => false,
        Interpretation::Contradicted => true,
        Interpretation::Inconclusive | Interpretation::NotTestable => return None,
    };
    let auroc = row.auroc.as_ref()?;
    let is_opposite = row.is_confidence() && auroc.excludes(0.5) && (auroc.point > 0.5) == wanted_above;
    (is_opposite && row.p_holm? <= LEVEL)
        .then(|| format!("{} ({:.3}, {:.3} to {:.3})", row.score, auroc.point, auroc.low, auroc.high))
}

/// Says what is missing or cut in the data.
pub(super) fn notes(rows: &[PredictionRow], overall: &Overall, options: &ReportOptions) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(incomplete) = overall.incomplete() {
        notes.push(format!("incomplete: {incomplete} instances"));
    }
    if overall.failed > 0 {
        notes.push(format!("{} of {} instances failed", overall.failed, overall.planned));
    }
    if overall.undecided > 0 {
        notes.push(format!(
            "{} of {} instances are undecided: none of their answers is a refusal or a compliance",
            overall.undecided, overall.num_instances
        ));
    }
    let answers: usize = rows.iter().map(|row| row.finish_reasons.len()).sum();
    let at_limit = rows.iter().flat_map(|row| &row.finish_reasons);
    let at_limit =
        at_limit.filter(|reason| matches!(reason, FinishReason::Length | FinishReason::Context)).count();
    if at_limit > 0 {
        notes.push(format!("{at_limit} of {answers} answers were cut at the token limit"));
    }
    let unknown =
        rows.iter().flat_map(|row| &row.reasons).filter(|reason| reason.starts_with(UNKNOWN_FORMAT));
    let unknown = unknown.count();
    if unknown > 0 {
        notes.push(format!(
            "{unknown} of {answers} replies are in a format that is not known, and have no answer"
        ));
    }
    notes.extend(options.notes.iter().cloned());
    notes
}
