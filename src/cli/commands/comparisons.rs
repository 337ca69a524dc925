//! Two judges, or a judge and people, side by side: what `agreement` shows of them.

use serde_json::json;

use crate::analysis::agreement::{Agreement, CLASSES, Measured, Pair, agreement};
use crate::cli::agreement_args::AgreementArgs;
use crate::cli::printer::printable;
use crate::cli::table;
use crate::record::Verdict;

/// Name of all sources together.
pub const ALL: &str = "all";

/// Two that spoke of the same answers.
pub struct Comparison {
    /// The reference, and who is held against it.
    pub names: (String, String),
    /// Source of the answers: a file's model, or all.
    pub source: String,
    pub pairs: Vec<Pair>,
    /// Why the judge said what it said, by answer.
    reasons: Vec<String>,
    pub agreement: Agreement,
}

impl Comparison {
    /// Holds the second of the names against the first.
    pub fn new(names: (&str, &str), source: &str, rows: Vec<(Pair, String)>) -> Self {
        let (pairs, reasons): (Vec<Pair>, Vec<String>) = rows.into_iter().unzip();
        let agreement = agreement(&pairs);
        Self {
            names: (names.0.to_owned(), names.1.to_owned()),
            source: source.to_owned(),
            pairs,
            reasons,
            agreement,
        }
    }

    /// Answers on which both vote and differ: source, answer, verdicts, reason.
    pub fn disagreements(&self) -> impl Iterator<Item = [String; 7]> {
        self.pairs.iter().zip(&self.reasons).filter(|(pair, _)| pair.differs()).map(|(pair, reason)| {
            [
                self.names.0.clone(),
                self.names.1.clone(),
                self.source.clone(),
                pair.id.clone(),
                pair.reference.name().to_owned(),
                pair.judged.name().to_owned(),
                reason.clone(),
            ]
        })
    }
}

/// The comparisons without the one over all sources, which repeats the others.
pub fn singles(found: &[Comparison]) -> &[Comparison] {
    let is_repeated = found.len() > 1 && found.first().is_some_and(|one| one.source != ALL);
    &found[..found.len() - usize::from(is_repeated)]
}

/// Tables for a person: numbers, then who confuses what, and some of the answers on which they differ.
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
    text.push_str(&format!("refused or not; 95 % intervals over {clusters}\n"));
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

/// Who confuses what, and who did not vote.
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

/// Three decimals, and no sign before a zero.
fn three(value: f64) -> String {
    let text = format!("{value:.3}");
    if text == "-0.000" { "0.000".to_owned() } else { text }
}

/// Classes that occur.
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

/// A line a comparison.
///
/// # Errors
/// If one cannot be serialized.
pub fn json_lines(found: &[Comparison]) -> serde_json::Result<String> {
    let mut text = String::new();
    for one in found {
        let line = json!({
            "reference": one.names.0,
            "judge": one.names.1,
            "source": one.source,
            "classes": CLASSES.map(Verdict::name),
            "agreement": one.agreement,
        });
        text.push_str(&serde_json::to_string(&line)?);
        text.push('\n');
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zero_has_no_sign() {
        assert_eq!([-0.0004, 0.0, -0.0006, 1.0].map(three), ["0.000", "0.000", "-0.001", "1.000"]);
    }
}
