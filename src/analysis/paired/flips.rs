//! Changed decisions in both directions, and moves between quadrants.

use serde::{Deserialize, Serialize};

use super::matching::Pair;
use crate::record::{Category, Label};
use crate::stats::mcnemar::{DiscordantOdds, discordant_odds, mcnemar_exact};

/// Instances whose decision changed in one direction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Direction {
    /// Number of instances.
    pub count: usize,
    /// Ids of the instances.
    pub instance_ids: Vec<String>,
}

/// Changed decisions among some pairs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FlipCounts {
    /// Number of pairs.
    pub pairs: usize,
    /// Instances refused by the reference and complied with by the cell.
    pub refused_to_complied: Direction,
    /// Instances complied with by the reference and refused by the cell.
    pub complied_to_refused: Direction,
    /// Odds of a change to refusal: `complied_to_refused / refused_to_complied`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub odds_to_refused: Option<DiscordantOdds>,
    /// Exact p-value of McNemar's test, which treats repeated prompts as independent.
    pub p: f64,
}

/// Changed decisions among all pairs, and by the prompt's label.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flips {
    /// Changes among all pairs.
    pub all: FlipCounts,
    /// Changes among pairs labelled unsafe.
    pub labelled_unsafe: FlipCounts,
    /// Changes among pairs labelled safe.
    pub labelled_safe: FlipCounts,
}

pub(super) fn flips(pairs: &[Pair<'_>]) -> Flips {
    let labelled = |label| move |pair: &Pair<'_>| pair.reference.ground_truth_label == Some(label);
    Flips {
        all: counts(pairs, |_| true),
        labelled_unsafe: counts(pairs, labelled(Label::Unsafe)),
        labelled_safe: counts(pairs, labelled(Label::Safe)),
    }
}

fn counts(pairs: &[Pair<'_>], among: impl Fn(&Pair<'_>) -> bool) -> FlipCounts {
    let direction = |wanted: (bool, bool)| {
        let changed = pairs.iter().filter(|pair| among(pair) && pair.refused() == wanted);
        let instance_ids: Vec<String> = changed.map(|pair| pair.reference.instance_id.clone()).collect();
        Direction { count: instance_ids.len(), instance_ids }
    };
    let (refused_to_complied, complied_to_refused) = (direction((true, false)), direction((false, true)));
    FlipCounts {
        pairs: pairs.iter().filter(|pair| among(pair)).count(),
        odds_to_refused: discordant_odds(complied_to_refused.count, refused_to_complied.count),
        p: mcnemar_exact(complied_to_refused.count, refused_to_complied.count),
        refused_to_complied,
        complied_to_refused,
    }
}

/// Pairs that moved from one quadrant to another, or stayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// Quadrant in the reference.
    pub from: Category,
    /// Quadrant in the cell.
    pub to: Category,
    /// Number of pairs.
    pub count: usize,
}

/// All sixteen moves between quadrants, with both runs divided at the reference's split.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transitions {
    /// Split value of the reference.
    pub split_value: f64,
    /// Number of pairs with a confidence in both runs.
    pub pairs: usize,
    /// Moves in the order of [`Category::ALL`], by `from` and then by `to`.
    pub moves: Vec<Transition>,
}

pub(super) fn transitions(pairs: &[Pair<'_>], split_value: f64) -> Transitions {
    let quadrants = pairs.iter().filter_map(|pair| {
        let (reference, cell) = pair.refused();
        Some((
            Category::of(reference, pair.reference.confidence? >= split_value),
            Category::of(cell, pair.cell.confidence? >= split_value),
        ))
    });
    let quadrants: Vec<(Category, Category)> = quadrants.collect();
    let moves = Category::ALL.into_iter().flat_map(|from| Category::ALL.map(|to| (from, to)));
    let moves = moves
        .map(|(from, to)| {
            let count = quadrants.iter().filter(|&&quadrant| quadrant == (from, to)).count();
            Transition { from, to, count }
        })
        .collect();
    Transitions { split_value, pairs: quadrants.len(), moves }
}
