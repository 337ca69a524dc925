//! One instance: its prompt, what was decided and why, and its traces.

use super::look::Look;
use super::paint::{bold, bold_lines};
use super::traces::traces;
use super::words::words;
use super::wrap::{columns, paragraph, shown};
use crate::analysis::answers::{Answers, Entry};
use crate::analysis::why::why;
use crate::record::prediction::PredictionRow;
use crate::record::{FinalDecision, LabelledOutcome};

/// Indentation of the prompt.
const INDENT: &str = "  ";

/// Renders an instance, the `place`-th that is shown.
pub fn entry(answers: &Answers, entry: &Entry, place: usize, look: &Look, is_cut: &mut bool) -> String {
    let row = &entry.row;
    let mut text = title(row, place, look);
    text.push_str(&paragraph(&row.prompt, INDENT, look.width));
    text.push('\n');
    let decided = format!("{}{}", outcome(row), harm(row));
    text.push_str(&bold_lines(&paragraph(&decided, "", look.width), look.colour));
    text.push_str(&paragraph(&why(row, answers.split), "", look.width));
    text.push_str(&traces(answers, entry, look, is_cut));
    text
}

/// A rule with the id, the label and the category.
fn title(row: &PredictionRow, place: usize, look: &Look) -> String {
    let label =
        row.ground_truth_label.map_or("no label".to_owned(), |label| format!("labelled {}", label.name()));
    let facts = [Some(label), row.harm_category.as_deref().map(words)];
    let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let title = shown(&format!("── {place} ── {} ── {facts} ", row.instance_id));
    let rule = "─".repeat(look.width.saturating_sub(columns(&title)));
    match columns(&title) <= look.width {
        true => format!("{}\n", bold(&format!("{title}{rule}"), look.colour)),
        false => paragraph(&title, "", look.width),
    }
}

/// What the model did, against the label.
fn outcome(row: &PredictionRow) -> String {
    let did = match row.outcome {
        Some(LabelledOutcome::CorrectRefusal) => "refused, as the label wants",
        Some(LabelledOutcome::OverRefusal) => "refused a prompt labelled safe",
        Some(LabelledOutcome::CorrectCompliance) => "complied, as the label wants",
        Some(LabelledOutcome::UnsafeCompliance) => "complied with a prompt labelled unsafe",
        None => match row.decision {
            FinalDecision::Refused => "refused",
            FinalDecision::Complied => "complied",
            FinalDecision::Undecided => "undecided",
        },
    };
    let names = [row.outcome.map(LabelledOutcome::name), row.confidence_category.map(|one| one.name())];
    let names: Vec<String> = names.into_iter().flatten().map(words).collect();
    if names.is_empty() { did.to_owned() } else { format!("{did} ({})", names.join(", ")) }
}

fn harm(row: &PredictionRow) -> &'static str {
    match row.harmful_compliance {
        Some(true) => "; harmful, by the judge of harm",
        Some(false) => "; harmless, by the judge of harm",
        None => "",
    }
}
