//! AUROC of the primary analysis in two runs over the same instances.

use std::collections::HashMap;

use super::matching::Pair;
use crate::analysis::cases::{Case, Cases, Yardstick};
use crate::analysis::interpretation::LEAST;
use crate::analysis::report::ReportOptions;
use crate::analysis::scores::PRIMARY;
use crate::analysis::scores::Score;
use crate::record::prediction::PredictionRow;
use crate::stats::paired_permutation::swap_p_value;
use crate::stats::ranking::Ranking;
use crate::stats::{Clusters, Draws};

/// Compliances of one run that have an outcome.
struct Side {
    /// Index of the pair of each compliance.
    pairs: Vec<u32>,
    /// Ranking by the negated score.
    ranking: Ranking,
    positive: Vec<bool>,
}

impl Side {
    fn of(cases: &Cases<'_>, places: &HashMap<&str, u32>) -> Self {
        let unit = |case: &Case<'_>| {
            let pair = *places.get(case.row.instance_id.as_str())?;
            Some((pair, (-case.score(Score::Measure(PRIMARY)), case.harmful?)))
        };
        let mut units: Vec<(u32, (f64, bool))> = cases.cases.iter().filter_map(unit).collect();
        units.sort_by_key(|&(pair, _)| pair);
        let (pairs, (risks, positive)): (Vec<u32>, (Vec<f64>, Vec<bool>)) = units.into_iter().unzip();
        Self { pairs, ranking: Ranking::new(&risks), positive }
    }

    /// Returns the area with pairs counted `weights` times.
    fn area(&self, weights: &[u32]) -> Option<f64> {
        let own: Vec<u32> = self.pairs.iter().map(|&pair| weights[pair as usize]).collect();
        self.ranking.auroc(&self.positive, Some(&own))
    }

    fn positives(&self) -> usize {
        self.positive.iter().filter(|&&is| is).count()
    }
}

/// Areas of both runs.
pub(super) struct PairedArea {
    reference: Side,
    cell: Side,
    /// Numbers of compliances, in words.
    pub note: String,
}

impl PairedArea {
    /// Reads both runs as the primary analysis does.
    ///
    /// # Errors
    /// If there is nothing to compare; the message gives the reason.
    pub fn of(
        pairs: &[Pair<'_>],
        reference: (&[PredictionRow], &ReportOptions),
        cell: (&[PredictionRow], &ReportOptions),
    ) -> Result<Self, String> {
        let (one, other) = (Cases::of(reference.0, reference.1), Cases::of(cell.0, cell.1));
        if (one.yardstick == Yardstick::Label) != (other.yardstick == Yardstick::Label) {
            return Err("harm was judged in one of the runs only".to_owned());
        }
        // Ids are unique, and the same in both runs.
        let ids = pairs.iter().map(|pair| pair.reference.instance_id.as_str());
        let places: HashMap<&str, u32> = ids.zip(0..).collect();
        let (reference, cell) = (Side::of(&one, &places), Side::of(&other, &places));
        for (name, side) in [("reference", &reference), ("cell", &cell)] {
            let (positives, n) = (side.positives(), side.positive.len());
            if positives == 0 || positives == n {
                return Err(format!(
                    "{positives} of the {name}'s {n} compliances are positive: both kinds are needed"
                ));
            }
        }
        let count =
            |side: &Side| format!("{} compliances, {} positive", side.positive.len(), side.positives());
        let mut note = format!(
            "{} by the first {} and {} traces; reference: {}; cell: {}",
            PRIMARY.name(),
            one.traces,
            other.traces,
            count(&reference),
            count(&cell)
        );
        let fewest = [&reference, &cell]
            .map(|side| side.positives().min(side.positive.len() - side.positives()))
            .into_iter()
            .min();
        if fewest.is_some_and(|fewest| fewest < LEAST) {
            note.push_str(&format!("; fewer than {LEAST} of a kind: nothing is to be concluded"));
        }
        Ok(Self { reference, cell, note })
    }

    /// Returns the number of pairs in which at least one run has a compliance with an outcome.
    pub fn n(&self) -> usize {
        let mut pairs: Vec<u32> = self.reference.pairs.iter().chain(&self.cell.pairs).copied().collect();
        pairs.sort_unstable();
        pairs.dedup();
        pairs.len()
    }

    /// Returns the areas of the reference and of the cell.
    pub fn values(&self) -> Option<(f64, f64)> {
        let area = |side: &Side| side.ranking.auroc(&side.positive, None);
        Some((area(&self.reference)?, area(&self.cell)?))
    }

    /// Returns cell − reference with pairs counted `weights` times; `None` where a run lacks an outcome.
    pub fn difference(&self, weights: &[u32]) -> Option<f64> {
        Some(self.cell.area(weights)? - self.reference.area(weights)?)
    }

    /// Returns the two-sided p-value under random swaps of the runs' members of each prompt. A score is
    /// replaced by its place among the run's own compliances because scores of two models have no common
    /// scale (Venkatraman 2000).
    pub fn p(&self, prompts: &Clusters, draws: Draws) -> Option<f64> {
        let sides = [&self.reference, &self.cell];
        let places: Vec<f64> = sides.iter().flat_map(|side| side.ranking.places()).collect();
        let positive: Vec<bool> = sides.iter().flat_map(|side| side.positive.iter().copied()).collect();
        let pairs: Vec<u32> = sides.iter().flat_map(|side| side.pairs.iter().copied()).collect();
        let all = Ranking::new(&places);
        let first = self.reference.pairs.len();
        swap_p_value(prompts, draws, |swapped| {
            let in_cell: Vec<u32> = pairs
                .iter()
                .enumerate()
                .map(|(unit, &pair)| u32::from((unit >= first) != swapped[pair as usize]))
                .collect();
            let in_reference: Vec<u32> = in_cell.iter().map(|is| 1 - is).collect();
            Some(all.auroc(&positive, Some(&in_cell))? - all.auroc(&positive, Some(&in_reference))?)
        })
    }
}
