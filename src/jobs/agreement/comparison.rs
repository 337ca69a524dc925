//! Two judges, or a judge and people, on the same answers.

use crate::analysis::agreement::{Agreement, Pair, agreement};

/// Name of all sources together.
pub const ALL: &str = "all";

/// Two judges on the same answers.
pub struct Comparison {
    /// The reference, and who is compared with it.
    pub names: (String, String),
    /// Source of the answers: a file's model, or all.
    pub source: String,
    /// The two verdicts on each answer.
    pub pairs: Vec<Pair>,
    /// Why the judge said what it said, by answer.
    reasons: Vec<String>,
    /// How far they agree.
    pub agreement: Agreement,
}

impl Comparison {
    /// Compares the second of the names with the first.
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
