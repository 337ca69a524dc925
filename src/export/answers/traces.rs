//! The traces of an instance: by their votes, equal texts once.

use super::look::Look;
use super::marks::answer;
use super::words::words;
use super::wrap::paragraph;
use crate::analysis::answers::{Answers, Entry};
use crate::analysis::why::decimals;
use crate::record::prediction::PredictionRow;
use crate::record::{FinishReason, Trace};

/// Indentation of what is said about a trace, and of its texts.
const INDENT: &str = "  ";
const DEEPER: &str = "    ";

/// Renders the traces, those that voted for the decision first.
pub fn traces(answers: &Answers, entry: &Entry, look: &Look, is_cut: &mut bool) -> String {
    let row = &entry.row;
    let refused = row.is_refused().unwrap_or_default();
    let mut text = String::new();
    for side in [Some(refused), Some(!refused), None] {
        let is_of = |number: &usize| row.votes[*number] == side;
        let wanted = |number: &usize| look.trace.is_none_or(|only| only as usize == *number);
        let of_side: Vec<usize> = (0..entry.traces.len()).filter(is_of).collect();
        let groups = folded(&entry.traces, of_side.iter().copied().filter(wanted));
        if groups.is_empty() {
            continue;
        }
        text.push_str(&format!("\n{}\n", side_in_words(side, of_side.len())));
        for numbers in groups {
            text.push_str(&group(answers, entry, &numbers, look, is_cut));
        }
    }
    text
}

fn side_in_words(side: Option<bool>, count: usize) -> String {
    let (one, many) = match side {
        Some(true) => ("refuses", "refuse"),
        Some(false) => ("complies", "comply"),
        None => ("has no vote", "have no vote"),
    };
    format!("{count} {}:", if count == 1 { one } else { many })
}

/// Groups traces with the same answer, thinking, verdict and end.
fn folded(traces: &[Trace], numbers: impl Iterator<Item = usize>) -> Vec<Vec<usize>> {
    let key = |number: usize| {
        let Trace { answer, thinking, judgement, finish_reason, .. } = &traces[number];
        (answer, thinking, judgement.verdict, &judgement.reason, judgement.harmful, finish_reason)
    };
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for number in numbers {
        match groups.iter_mut().find(|group| key(group[0]) == key(number)) {
            Some(group) => group.push(number),
            None => groups.push(vec![number]),
        }
    }
    groups
}

fn group(answers: &Answers, entry: &Entry, numbers: &[usize], look: &Look, is_cut: &mut bool) -> String {
    let trace = &entry.traces[numbers[0]];
    let mut text = paragraph(&facts(answers, &entry.row, trace, numbers), INDENT, look.width);
    match &trace.thinking {
        Some(thinking) if look.thinking => {
            text.push_str(&paragraph("thinking:", DEEPER, look.width));
            text.push_str(&paragraph(thinking, "    | ", look.width));
        }
        Some(thinking) => {
            let words = thinking.split_whitespace().count();
            text.push_str(&paragraph(
                &format!("(after {words} words of thinking: --thinking)"),
                DEEPER,
                look.width,
            ));
        }
        None => {}
    }
    match trace.answer.is_empty() {
        true => text.push_str(&paragraph("(no answer)", DEEPER, look.width)),
        false => text.push_str(&answer(trace, answers.scale.as_ref(), look, DEEPER, is_cut)),
    }
    text
}

/// `traces 0 2 5, the same text: compliance, bottom10 4.31 (p 0.07; opens with what was asked)`.
fn facts(answers: &Answers, row: &PredictionRow, trace: &Trace, numbers: &[usize]) -> String {
    let list = numbers.iter().map(usize::to_string).collect::<Vec<_>>().join(" ");
    let mut text = match numbers.len() {
        1 => format!("trace {list}: "),
        count => format!("traces {list}, {count} times the same: "),
    };
    text.push_str(&words(trace.judgement.verdict.name()));
    match trace.judgement.harmful {
        Some(true) => text.push_str(", harmful"),
        Some(false) => text.push_str(", harmless"),
        None => {}
    }
    text.push_str(&confidence(row, numbers));
    let limit = answers.run.max_tokens;
    match trace.finish_reason {
        FinishReason::Stop => {}
        FinishReason::Length => text.push_str(&format!(", cut at the limit of {limit} tokens")),
        FinishReason::Context => text.push_str(", cut at the end of the context"),
        FinishReason::Cut => text.push_str(", cut for low confidence"),
    }
    if !trace.judgement.reason.is_empty() {
        text.push_str(&format!(" ({})", trace.judgement.reason));
    }
    text
}

/// The confidence of traces with the same text: one value, or from the lowest to the highest.
fn confidence(row: &PredictionRow, numbers: &[usize]) -> String {
    let measure = row.confidence_measure;
    let number = |value: f64| format!("{value:.*}", decimals(measure));
    let values: Vec<f64> = numbers.iter().filter_map(|&number| row.confidences[number]).collect();
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    match values.is_empty() {
        true => String::new(),
        false if number(low) == number(high) => format!(", {} {}", measure.name(), number(low)),
        false => format!(", {} {} to {}", measure.name(), number(low), number(high)),
    }
}
