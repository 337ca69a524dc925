//! Agreement of judges with each other or with people, for people.

use super::printer::printable;
use super::table;
use crate::analysis::agreement::{Agreement, CLASSES, Measured};
use crate::cli::args::agreement::AgreementArgs;
use crate::jobs::agreement::comparison::{Comparison, singles};

/// Renders measures, confusion tables, and some of the answers on which the judges differ.
pub fn text(found: &[Comparison], args: &AgreementArgs) -> String {
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
    let mut text = table::render(&header, &rows);
    let clusters = if args.run.is_some() { "instances" } else { "prompts" };
    text.push_str(&format!("refused or complied; 95 % intervals by resampling {clusters}\n"));
    for one in found {
        text.push_str(&detail(one));
    }
    let shown = args.show.unwrap_or(0);
    let differing: Vec<[String; 7]> = singles(found).iter().flat_map(Comparison::disagreements).collect();
    text.push('\n');
    for row in differing.iter().take(shown) {
        let [reference, judge, source, id, said, judged, reason] = row.each_ref().map(|cell| printable(cell));
        text.push_str(&format!("{source} {id}: {reference} {said}, {judge} {judged} ({reason})\n"));
    }
    text.push_str(&format!("{} disagreements", differing.len()));
    text.push_str(&match &args.output {
        Some(path) => format!(": {}\n", path.display()),
        None => "; --output FILE.csv lists them, --show N prints some\n".to_owned(),
    });
    text
}

/// Renders the confusion table and the answers without a vote.
fn detail(one: &Comparison) -> String {
    let [reference, judge, source] = [&one.names.0, &one.names.1, &one.source].map(|name| printable(name));
    let mut text = format!("\n{reference} (rows) and {judge} (columns), {source}:\n");
    text.push_str(&confusion(&one.agreement));
    let without = one.agreement.without_vote;
    text.push_str(&format!(
        "without vote: {reference} {}, {judge} {}; {} answers left out of the numbers\n",
        without.reference, without.judge, one.agreement.left_out
    ));
    text
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

/// Renders the confusion table of the classes that occur.
fn confusion(agreement: &Agreement) -> String {
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
    table::render(&header, &rows.collect::<Vec<Vec<String>>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zero_has_no_sign() {
        assert_eq!([-0.0004, 0.0, -0.0006, 1.0].map(three), ["0.000", "0.000", "-0.001", "1.000"]);
    }
}
