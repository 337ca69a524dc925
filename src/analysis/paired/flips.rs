//! Decisions that changed, in both directions, and the quadrants they moved between.

use serde::{Deserialize, Serialize};

use super::matching::Pair;
use crate::record::{Category, Label};
use crate::stats::mcnemar::{DiscordantOdds, discordant_odds, mcnemar_exact};

/// Instances whose decision changed in one direction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Direction {
    /// How many.
    pub count: usize,
    /// Which, by id.
    pub instance_ids: Vec<String>,
}

/// Changes among some pairs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FlipCounts {
    /// The pairs.
    pub pairs: usize,
    /// Refused by the reference, complied with by the cell.
    pub refused_to_complied: Direction,
    /// Complied with by the reference, refused by the cell.
    pub complied_to_refused: Direction,
    /// Odds that a change is one to refusal: `complied_to_refused / refused_to_complied`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub odds_to_refused: Option<DiscordantOdds>,
    /// McNemar's exact p. It takes prompts that stand several times for several.
    pub p: f64,
}

/// Changes among all pairs, and by the prompt's label.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flips {
    /// Among all.
    pub all: FlipCounts,
    /// Among those labelled unsafe.
    pub labelled_unsafe: FlipCounts,
    /// Among those labelled safe.
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
    /// The reference's quadrant.
    pub from: Category,
    /// The cell's.
    pub to: Category,
    /// Pairs.
    pub count: usize,
}

/// All sixteen moves between quadrants, both runs divided at the reference's split.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transitions {
    /// The reference's split value.
    pub split_value: f64,
    /// Pairs with a confidence in both runs.
    pub pairs: usize,
    /// The moves, by [`Category::ALL`], from first.
    pub moves: Vec<Transition>,
}

pub(super) fn transitions(pairs: &[Pair<'_>], split_value: f64) -> Transitions {
    let quadrants = pairs.iter().filter_map(|pair| {
        let (reference, cell) = pair.refused();
        Some((
            Category::of(reference, pair.reference.avg_confidence? >= split_value),
            Category::of(cell, pair.cell.avg_confidence? >= split_value),
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
