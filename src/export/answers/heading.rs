//! What is said before and after the answers: the run, the selection, the signs.

use super::look::Look;
use super::marks::{DEEP, JUDGED, WAVERING};
use super::paint::{bold_lines, painted, token};
use super::words::{count, words};
use super::wrap::paragraph;
use crate::analysis::answers::{Answers, Wanted};
use crate::analysis::selection::Filter;
use crate::analysis::token_scale::SHARES;
use crate::analysis::why::decimals;
use crate::record::Category;

/// Renders the lines about the run and the selection, and the legend.
pub fn heading(answers: &Answers, look: &Look) -> String {
    let run = &answers.run;
    let model = [run.model.as_str(), run.quantization.as_str()].join(" ");
    let instances = match run.done == run.planned {
        true => count(run.planned, "instance"),
        false => format!("incomplete: {} of {}", run.done, count(run.planned, "instance")),
    };
    let first = format!(
        "{}: {} on {}, {instances}, judged by {}",
        run.folder,
        model.trim_end(),
        run.benchmark,
        run.judge
    );
    let mut text = bold_lines(&paragraph(&first, "", look.width), look.colour);
    text.push_str(&paragraph(&selection(answers), "", look.width));
    if !answers.entries.is_empty() {
        text.push_str(&legend(answers, look));
    }
    text
}

/// Says what is shown, of how many, in which order.
fn selection(answers: &Answers) -> String {
    let (shown, all) = (answers.entries.len(), answers.matching);
    let found = match &answers.wanted {
        Wanted::Instance => return "one instance, with all its traces".to_owned(),
        Wanted::First(None) => return "no instance is decided yet".to_owned(),
        Wanted::First(Some(category)) => {
            let members = quadrant(*category, all, answers);
            match category {
                Category::UncertainCompliance => members,
                _ => format!("no uncertain compliance; instead {members}"),
            }
        }
        Wanted::Filter(filter) => match all {
            0 => return format!("no instance fits: {}", properties(filter)),
            _ => match filter.is_empty() {
                true => count(all, "instance"),
                false => format!("{}: {}", count(all, "instance"), properties(filter)),
            },
        },
    };
    let order = answers.order.words();
    match (shown, all) {
        (1, 1) => found,
        _ if shown == all => format!("{found}, {order}"),
        (1, _) => format!("{found}, {order}; the first of them"),
        _ => format!("{found}, {order}; the first {shown} of them"),
    }
}

/// `27 uncertain compliances (complied, bottom10 below 5.30)`.
fn quadrant(category: Category, members: usize, answers: &Answers) -> String {
    let measure = answers.run.measure;
    let decided = if category.refused() { "refused" } else { "complied" };
    let side = if category.is_confident() { "from" } else { "below" };
    let split = answers.split.map_or(String::new(), |split| {
        format!(" ({decided}, {} {side} {split:.*})", measure.name(), decimals(measure))
    });
    format!("{}{split}", count(members, &words(category.name())))
}

/// Describes a filter: `uncertain compliance or uncertain refusal, refused, with "word"`.
fn properties(filter: &Filter) -> String {
    let any = |names: Vec<&str>| names.iter().map(|name| words(name)).collect::<Vec<_>>().join(" or ");
    let mut parts = vec![
        any(filter.categories.iter().map(|one| one.name()).collect()),
        any(filter.outcomes.iter().map(|one| one.name()).collect()),
        any(filter.decisions.iter().map(|one| one.name()).collect()),
    ];
    parts.extend(filter.search.iter().map(|text| format!("with {text:?}")));
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}

/// Explains colours, or the signs in their place, as far as they occur.
fn legend(answers: &Answers, look: &Look) -> String {
    let traces = || answers.entries.iter().flat_map(|entry| &entry.traces);
    let has_span = traces().any(|trace| trace.judgement.span.is_some());
    let scale = answers.scale.filter(|_| traces().any(|trace| trace.recorded.is_some()));
    let mut parts = Vec::new();
    if look.colour {
        if let Some(scale) = scale {
            let bounds = scale.0.iter().zip(SHARES).enumerate().map(|(at, (bound, share))| {
                painted(&format!("{bound:.1} ({:.0} %)", 100.0 * share), token(at + 1, false))
            });
            let bounds = bounds.collect::<Vec<_>>().join(", ");
            parts.push(format!("least confident tokens: below {bounds}"));
        }
        if has_span {
            parts.push(format!("{}: the judge saw a refusal", painted("underlined", token(0, true))));
        }
    } else {
        if let Some(scale) = scale {
            let (bound, share) = (scale.0[DEEP - 1], 100.0 * SHARES[DEEP - 1]);
            let (open, close) = WAVERING;
            parts.push(format!("{open}…{close}: the {share:.0} % least confident tokens, below {bound:.1}"));
        }
        if has_span {
            parts.push(format!("{}…{}: the judge saw a refusal", JUDGED.0, JUDGED.1));
        }
    }
    // Each part is short, and one with colours cannot be wrapped.
    parts.into_iter().map(|part| format!("{part}\n")).collect()
}

/// Returns what is left to say below the answers.
pub fn rest(answers: &Answers, is_cut: bool) -> Vec<String> {
    let more = answers.matching - answers.entries.len();
    let mut lines = Vec::new();
    if more > 0 {
        lines.push(format!(
            "{}: -n 0 shows all",
            count(more, "more instance").replace("more instances", "more")
        ));
    }
    if is_cut {
        lines.push("long answers are cut: --full, or --instance ID for one of them, shows all".to_owned());
    }
    lines
}
