//! Matches the instances of two runs.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::record::Prediction;
use crate::record::prediction::PredictionRow;

/// An instance that both runs decided.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair<'a> {
    pub reference: &'a PredictionRow,
    pub cell: &'a PredictionRow,
}

impl Pair<'_> {
    /// Returns whether the reference refused, and whether the cell refused.
    pub fn refused(&self) -> (bool, bool) {
        let refused = |row: &PredictionRow| row.final_prediction == Prediction::Unsafe;
        (refused(self.reference), refused(self.cell))
    }
}

/// Reason why an instance is in no pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyLeftOut {
    /// The cell has no decision: the instance is missing, failed or open.
    OnlyInReference,
    /// The reference has no decision.
    OnlyInCell,
    /// No trace of the reference voted.
    UndecidedInReference,
    /// No trace of the cell voted.
    UndecidedInCell,
    /// No trace of either run voted.
    UndecidedInBoth,
}

/// Instances that are in no pair, with one common reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Reason.
    pub why: WhyLeftOut,
    /// Number of instances.
    pub count: usize,
    /// Ids of the instances.
    pub instance_ids: Vec<String>,
}

/// Difference between two records with the same id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Id of the instance.
    pub instance_id: String,
    /// Field that differs: `prompt` or `label`.
    pub what: &'static str,
    /// Value in the reference.
    pub reference: String,
    /// Value in the cell.
    pub cell: String,
}

/// Reason why two runs cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unpaired {
    /// Prompts or labels differ under the same id.
    #[error(
        "instance {}: the {} differs: {:?} in the reference, {:?} in the cell (differing instances: {})",
        .0[0].instance_id, .0[0].what, excerpt(&.0[0].reference), excerpt(&.0[0].cell), .0.len()
    )]
    Mismatches(Vec<Mismatch>),
    /// An id appears twice in a run.
    #[error("instance {instance_id} appears twice in the {run}")]
    Repeated {
        /// Id of the instance.
        instance_id: String,
        /// Run with the repetition: `reference` or `cell`.
        run: &'static str,
    },
    /// No instance is in both runs.
    #[error("the runs share no instance; {first}, for example, is only in the reference")]
    NothingShared {
        /// First id of the reference.
        first: String,
    },
    /// A run has no decision.
    #[error("the {run} has no completed instance")]
    Empty {
        /// Empty run: `reference` or `cell`.
        run: &'static str,
    },
}

fn excerpt(text: &str) -> String {
    let short: String = text.chars().take(60).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

/// Returns the pairs by ascending id, whatever the order of the records, and the instances in no pair.
///
/// # Errors
/// If prompts or labels differ under a shared id, an id is repeated, a run is empty, or the runs share no id.
pub(super) fn pairs<'a>(
    reference: &'a [PredictionRow],
    cell: &'a [PredictionRow],
) -> Result<(Vec<Pair<'a>>, Vec<LeftOut>), Unpaired> {
    let (references, cells) = (by_id(reference, "reference")?, by_id(cell, "cell")?);
    let ids: BTreeSet<&str> = references.keys().chain(cells.keys()).copied().collect();
    let (mut pairs, mut mismatches) = (Vec::new(), Vec::new());
    let mut left_out: BTreeMap<WhyLeftOut, Vec<String>> = BTreeMap::new();
    let mut shared = 0;
    for id in ids {
        let why = match (references.get(id), cells.get(id)) {
            (Some(_), None) => Some(WhyLeftOut::OnlyInReference),
            (None, Some(_)) => Some(WhyLeftOut::OnlyInCell),
            (Some(&reference), Some(&cell)) => {
                shared += 1;
                mismatches.extend(mismatch(reference, cell));
                let undecided = |row: &PredictionRow| row.final_prediction == Prediction::Undecided;
                match (undecided(reference), undecided(cell)) {
                    (true, true) => Some(WhyLeftOut::UndecidedInBoth),
                    (true, false) => Some(WhyLeftOut::UndecidedInReference),
                    (false, true) => Some(WhyLeftOut::UndecidedInCell),
                    (false, false) => {
                        pairs.push(Pair { reference, cell });
                        None
                    }
                }
            }
            (None, None) => None,
        };
        if let Some(why) = why {
            left_out.entry(why).or_default().push(id.to_owned());
        }
    }
    if !mismatches.is_empty() {
        return Err(Unpaired::Mismatches(mismatches));
    }
    for (run, rows) in [("reference", &references), ("cell", &cells)] {
        if rows.is_empty() {
            return Err(Unpaired::Empty { run });
        }
    }
    if let (0, Some(first)) = (shared, references.keys().next()) {
        return Err(Unpaired::NothingShared { first: (*first).to_owned() });
    }
    let left_out = left_out
        .into_iter()
        .map(|(why, instance_ids)| LeftOut { why, count: instance_ids.len(), instance_ids })
        .collect();
    Ok((pairs, left_out))
}

fn by_id<'a>(
    rows: &'a [PredictionRow],
    run: &'static str,
) -> Result<BTreeMap<&'a str, &'a PredictionRow>, Unpaired> {
    let mut known = BTreeMap::new();
    for row in rows {
        if known.insert(row.instance_id.as_str(), row).is_some() {
            return Err(Unpaired::Repeated { instance_id: row.instance_id.clone(), run });
        }
    }
    Ok(known)
}

fn mismatch(reference: &PredictionRow, cell: &PredictionRow) -> Option<Mismatch> {
    let label = |row: &PredictionRow| row.ground_truth_label.map_or("none", |label| label.name()).to_owned();
    let (what, one, other) = if reference.prompt != cell.prompt {
        ("prompt", reference.prompt.clone(), cell.prompt.clone())
    } else if reference.ground_truth_label != cell.ground_truth_label {
        ("label", label(reference), label(cell))
    } else {
        return None;
    };
    Some(Mismatch { instance_id: reference.instance_id.clone(), what, reference: one, cell: other })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::row;

    #[test]
    fn whoever_is_in_no_pair_is_counted_with_why() {
        let reference = ["a", "b", "c", "d"].map(|id| row(id, if id == "c" { "-" } else { "c" }).build());
        let cell = ["e", "d", "c", "b"].map(|id| row(id, if id == "b" { "-" } else { "r" }).build());
        let (pairs, left_out) = pairs(&reference, &cell).unwrap();
        assert_eq!(pairs.iter().map(|pair| pair.cell.instance_id.as_str()).collect::<Vec<_>>(), ["d"]);
        let found: Vec<_> = left_out.iter().map(|one| (one.why, one.instance_ids.join(" "))).collect();
        let expected = [
            (WhyLeftOut::OnlyInReference, "a"),
            (WhyLeftOut::OnlyInCell, "e"),
            (WhyLeftOut::UndecidedInReference, "c"),
            (WhyLeftOut::UndecidedInCell, "b"),
        ];
        assert_eq!(found, expected.map(|(why, ids)| (why, ids.to_owned())));
    }

    #[test]
    fn runs_of_other_prompts_are_told_apart() {
        let one = [row("a", "c").build(), row("b", "c").label(true).build()];
        let mut other = one.clone();
        other[1].ground_truth_label = None;
        let error = pairs(&one, &other).unwrap_err();
        let expected = "instance b: the label differs: \"unsafe\" in the reference, \"none\" in the cell";
        assert!(error.to_string().starts_with(expected), "{error}");
        other[0].prompt = "another".to_owned();
        let Unpaired::Mismatches(list) = pairs(&one, &other).unwrap_err() else { panic!("mismatches") };
        assert_eq!(list.iter().map(|one| one.what).collect::<Vec<_>>(), ["prompt", "label"]);
        let error = pairs(&one, &[row("z", "c").build()]).unwrap_err();
        assert_eq!(error, Unpaired::NothingShared { first: "a".to_owned() });
        assert_eq!(pairs(&one, &[]).unwrap_err(), Unpaired::Empty { run: "cell" });
        let twice = [one[0].clone(), one[0].clone()];
        assert!(matches!(pairs(&one, &twice), Err(Unpaired::Repeated { run: "cell", .. })));
    }
}
