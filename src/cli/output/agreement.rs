//! Agreement of judges with each other or with people, for people.

use crate::analysis::agreement::{Agreement, CLASSES, Measured};
use crate::cli::args::agreement::AgreementArgs;
use crate::export::terminal::{Line, Text};
use crate::jobs::agreement::comparison::{Comparison, singles};

/// Renders measures, confusion tables, and some of the answers on which the judges differ.
pub fn text(found: &[Comparison], args: &AgreementArgs, width: usize) -> Vec<Line> {
    let header = ["reference", "judge", "source", "n", "κ", "precision", "recall", "F1", "accuracy"];
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|one| {
            let agreement = &one.agreement;
            vec![
                one.names.0.clone(),
                one.names.1.clone(),
                one.source.clone(),
                agreement.n.to_string(),
                cell(agreement.kappa.as_ref()),
                cell(agreement.precision.as_ref()),
                cell(agreement.recall.as_ref()),
                cell(agreement.f1.as_ref()),
                cell(agreement.accuracy.as_ref()),
            ]
        })
        .collect();
    let mut text = Text::new(width);
    text.numbers(&header, &rows);
    let clusters = if args.run.is_some() { "instances" } else { "prompts" };
    text.say(&format!("refused or complied; 95 % intervals by resampling {clusters}"));
    found.iter().for_each(|one| detail(one, &mut text));
    let shown = args.show.unwrap_or(0);
    let differing: Vec<[String; 7]> = singles(found).iter().flat_map(Comparison::disagreements).collect();
    text.gap();
    for [reference, judge, source, id, said, judged, reason] in differing.iter().take(shown) {
        text.say(
            &format!("{source} {id}: {reference} {said}, {judge} {judged} ({reason})").replace('\n', " "),
        );
    }
    let where_they_are = match &args.output {
        Some(path) => format!(": {}", path.display()),
        None => "; --output FILE.csv lists them, --show N prints some".to_owned(),
    };
    text.say(&format!("{} disagreements{where_they_are}", differing.len()));
    text.done()
}

/// Appends the confusion table and the answers without a vote.
fn detail(one: &Comparison, text: &mut Text) {
    let ((reference, judge), source) = (&one.names, &one.source);
    text.gap().say(&format!("{reference} (rows) and {judge} (columns), {source}:"));
    confusion(&one.agreement, text);
    let without = one.agreement.without_vote;
    text.say(&format!(
        "without vote: {reference} {}, {judge} {}; {} answers left out of the numbers",
        without.reference, without.judge, one.agreement.left_out
    ));
}

fn cell(measured: Option<&Measured>) -> String {
    let Some(one) = measured else { return "-".to_owned() };
    match (one.low, one.high) {
        (Some(low), Some(high)) => format!("{} ({} to {})", three(one.point), three(low), three(high)),
        _ => three(one.point),
    }
}

/// Formats three decimals, without a sign before zero.
fn three(value: f64) -> String {
    let text = format!("{value:.3}");
    if text == "-0.000" { "0.000".to_owned() } else { text }
}

/// Appends the confusion table of the classes that occur.
fn confusion(agreement: &Agreement, text: &mut Text) {
    let occurs = |&class: &usize| {
        agreement.table[class].iter().any(|&count| count > 0)
            || agreement.table.iter().any(|row| row[class] > 0)
    };
    let classes: Vec<usize> = (0..CLASSES.len()).filter(occurs).collect();
    let mut header = vec![""];
    header.extend(classes.iter().map(|&class| CLASSES[class].name()));
    let rows = classes.iter().map(|&row| {
        let counts = classes.iter().map(|&column| agreement.table[row][column].to_string());
        std::iter::once(CLASSES[row].name().to_owned()).chain(counts).collect()
    });
    text.numbers(&header, &rows.collect::<Vec<Vec<String>>>());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zero_has_no_sign() {
        assert_eq!([-0.0004, 0.0, -0.0006, 1.0].map(three), ["0.000", "0.000", "-0.001", "1.000"]);
    }
}
