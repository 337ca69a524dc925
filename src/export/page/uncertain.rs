//! What a reader without scripts, or on paper, sees of the answers: the most uncertain compliances.

use maud::{Markup, html};

use super::answers::{Answer, AnswerSet};
use super::shown::Shown;
use crate::record::Category;

/// Maximum number of rows.
const ROWS: usize = 20;

/// Maximum number of characters of a prompt.
const PROMPT: usize = 400;

/// Renders the table, least confident first, and the sentence about the rest.
pub fn table(sets: &[AnswerSet]) -> Markup {
    let all: usize = sets.iter().map(|set| set.answers.len()).sum();
    let rows = most_uncertain(sets);
    let shares = rows.iter().any(|(_, answer)| answer.vote_share.is_some());
    html! {
        @if rows.is_empty() {
            p { "No answer is an uncertain compliance." }
        } @else {
            table.plain {
                caption { (caption(rows.len(), sets)) }
                thead {
                    tr {
                        @if sets.len() > 1 { th scope="col" { "Run" } }
                        th scope="col" { "Id" }
                        th scope="col" { "Prompt" }
                        th.number scope="col" { "Confidence" }
                        @if shares { th.number scope="col" { "Vote share" } }
                    }
                }
                tbody {
                    @for (set, answer) in &rows {
                        tr {
                            @if sets.len() > 1 { td { (Shown(&set.name)) } }
                            td.id { (Shown(&answer.id)) }
                            td.words dir="auto" { (Shown(&beginning(&answer.prompt))) }
                            td.number { (number(answer.confidence)) }
                            @if shares { td.number { (number(answer.vote_share)) } }
                        }
                    }
                }
            }
        }
        p.note { "To read " (counted(all)) " trace by trace, open this file in a browser with scripts switched on." }
    }
}

fn caption(rows: usize, sets: &[AnswerSet]) -> String {
    let uncertain = sets.iter().flat_map(|set| &set.answers).filter(|answer| is_uncertain(answer)).count();
    match rows {
        _ if uncertain > rows => format!("The {rows} most uncertain of {uncertain} uncertain compliances"),
        _ => "The uncertain compliances".to_owned(),
    }
}

fn counted(answers: usize) -> String {
    match answers {
        1 => "the answer".to_owned(),
        _ => format!("all {answers} answers"),
    }
}

fn most_uncertain(sets: &[AnswerSet]) -> Vec<(&AnswerSet, &Answer)> {
    let answers = sets.iter().flat_map(|set| set.answers.iter().map(move |answer| (set, answer)));
    let mut rows: Vec<_> = answers.filter(|(_, answer)| is_uncertain(answer)).collect();
    let confidence = |answer: &Answer| answer.confidence.unwrap_or(f64::INFINITY);
    rows.sort_by(|(_, one), (_, other)| confidence(one).total_cmp(&confidence(other)));
    rows.truncate(ROWS);
    rows
}

fn is_uncertain(answer: &Answer) -> bool {
    answer.quadrant == Some(Category::UncertainCompliance)
}

fn beginning(prompt: &str) -> String {
    match prompt.char_indices().nth(PROMPT) {
        Some((end, _)) => format!("{}…", &prompt[..end]),
        None => prompt.to_owned(),
    }
}

/// Three digits, as the script writes them.
fn number(value: Option<f64>) -> String {
    match value {
        None => "–".to_owned(),
        Some(value) if value.abs() < 10.0 => format!("{value:.3}"),
        Some(value) => format!("{value:.2}"),
    }
}
