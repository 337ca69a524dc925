//! The comparison of two judges, or of a judge with people, on the same answers.

use serde_json::{Value, json};

use crate::analysis::agreement::{Agreement, CLASSES, Pair, agreement};
use crate::record::Verdict;

/// Name of the source that combines all others.
pub const ALL: &str = "all";

/// A comparison of two judges on the same answers.
pub struct Comparison {
    /// Names of the reference and of the judge compared with it.
    pub names: (String, String),
    /// Source of the answers: the model in a file, or [`ALL`].
    pub source: String,
    /// Both verdicts on each answer.
    pub pairs: Vec<Pair>,
    /// The judge's reason for each verdict.
    reasons: Vec<String>,
    /// Agreement of the two.
    pub agreement: Agreement,
}

impl Comparison {
    /// Compares the second name with the first.
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

    /// Returns the comparison as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({
            "reference": self.names.0,
            "judge": self.names.1,
            "source": self.source,
            "classes": CLASSES.map(Verdict::name),
            "agreement": self.agreement,
        })
    }

    /// Returns the answers on which both vote and differ: names, source, answer, verdicts, reason.
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

/// Returns the comparisons without the one over all sources, which repeats the others.
pub fn singles(found: &[Comparison]) -> &[Comparison] {
    let is_repeated = found.len() > 1 && found.first().is_some_and(|one| one.source != ALL);
    &found[..found.len() - usize::from(is_repeated)]
}
