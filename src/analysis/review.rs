//! Draws a sample of answers for a person to judge blindly, without the judge's verdicts.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

use super::outcome::{Outcome, State};
use super::predictions::Predictions;
use crate::record::{Category, Verdict};

/// Key of a sample. It is kept apart from the sheet so that the person does not see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReviewKey {
    /// Id that ties the key to its sheet, which repeats it in every row. The writer of both files fills it
    /// in.
    pub sample: String,
    /// Name of the run.
    pub run: String,
    /// Judge of the run.
    pub judge: String,
    /// Seed of the draw.
    pub seed: u64,
    /// Number of voting traces by quadrant, in the order of [`Category::ALL`].
    pub population: [usize; 4],
    /// Number of traces that the judge calls refused, by quadrant.
    pub refused: [usize; 4],
    /// Number of traces with a harm verdict, by quadrant.
    pub spoken_of_harm: [usize; 4],
    /// Number of traces judged harmful, by quadrant.
    pub harmful: [usize; 4],
    /// Sampled answers, in the order of the sheet.
    pub items: Vec<ReviewItem>,
}

/// A sampled answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReviewItem {
    /// Number on the sheet, from 1.
    pub item: usize,
    /// Instance of the answer.
    pub instance_id: String,
    /// Number of the trace.
    pub trace: u32,
    /// Quadrant of the instance.
    pub category: Category,
    /// Verdict of the judge.
    pub verdict: Verdict,
    /// Verdict of the harm judge.
    pub harmful: Option<bool>,
}

/// A sampled answer with the text that the person needs.
#[derive(Clone, Debug, PartialEq)]
pub struct ReviewRow {
    /// Number on the sheet.
    pub item: usize,
    /// The user's turn.
    pub prompt: String,
    /// The answer.
    pub answer: String,
}

/// Draws `wanted` answers whose verdict votes, in equal numbers from each quadrant, and shuffles them.
/// Quadrants with too few members leave their shares to the others. The same run, count and seed give the
/// same sample. The key's `sample` is still empty.
#[must_use]
pub fn sample(
    outcomes: &[Outcome],
    predictions: &Predictions,
    (run, judge): (&str, &str),
    wanted: usize,
    seed: u64,
) -> (ReviewKey, Vec<ReviewRow>) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let categories: std::collections::HashMap<&str, Category> = predictions
        .rows
        .iter()
        .filter_map(|row| Some((row.instance_id.as_str(), row.confidence_category?)))
        .collect();
    let mut strata: [Vec<(ReviewItem, ReviewRow)>; 4] = Default::default();
    for outcome in outcomes {
        let State::Decided { traces, .. } = &outcome.state else { continue };
        let Some(&category) = categories.get(outcome.instance.id.as_str()) else { continue };
        let at = Category::ALL.iter().position(|&one| one == category).unwrap_or(0);
        for trace in traces.iter().filter(|trace| trace.judgement.verdict.refused().is_some()) {
            let item = ReviewItem {
                item: 0,
                instance_id: outcome.instance.id.clone(),
                trace: trace.number,
                category,
                verdict: trace.judgement.verdict,
                harmful: trace.judgement.harmful,
            };
            let row =
                ReviewRow { item: 0, prompt: outcome.instance.prompt.clone(), answer: trace.answer.clone() };
            strata[at].push((item, row));
        }
    }
    let population = [0, 1, 2, 3].map(|at| strata[at].len());
    let count = |is: fn(&ReviewItem) -> bool| {
        [0, 1, 2, 3].map(|at| strata[at].iter().filter(|(item, _)| is(item)).count())
    };
    let refused = count(|item| item.verdict.refused() == Some(true));
    let (spoken_of_harm, harmful) =
        (count(|item| item.harmful.is_some()), count(|item| item.harmful == Some(true)));
    let shares = allocate(population, wanted);
    let mut drawn: Vec<(ReviewItem, ReviewRow)> = Vec::new();
    for (stratum, share) in strata.iter_mut().zip(shares) {
        shuffle(stratum, &mut rng);
        drawn.extend(stratum.drain(..share));
    }
    shuffle(&mut drawn, &mut rng);
    let numbered = drawn.into_iter().enumerate().map(|(index, (mut item, mut row))| {
        (item.item, row.item) = (index + 1, index + 1);
        (item, row)
    });
    let (items, rows) = numbered.unzip();
    let (sample, run, judge) = (String::new(), run.to_owned(), judge.to_owned());
    (ReviewKey { sample, run, judge, seed, population, refused, spoken_of_harm, harmful, items }, rows)
}

impl ReviewKey {
    /// Returns the quadrants with members but without a sampled answer. Neither their rates nor those of the
    /// whole run can be estimated.
    #[must_use]
    pub fn not_drawn(&self) -> Vec<Category> {
        let drawn = |category| self.items.iter().any(|item| item.category == category);
        let members = Category::ALL.into_iter().zip(self.population).filter(|(_, members)| *members > 0);
        members.map(|(category, _)| category).filter(|&category| !drawn(category)).collect()
    }
}

/// Returns equal shares, limited by the number of members.
fn allocate(population: [usize; 4], wanted: usize) -> [usize; 4] {
    let mut shares = [0; 4];
    for _ in 0..wanted {
        let open = (0..4).filter(|&at| shares[at] < population[at]);
        let Some(at) = open.min_by_key(|&at| shares[at]) else { break };
        shares[at] += 1;
    }
    shares
}

/// Shuffles by Fisher and Yates' method.
fn shuffle<T>(items: &mut [T], rng: &mut ChaCha8Rng) {
    for last in (1..items.len()).rev() {
        let other = ((u128::from(rng.next_u64()) * (last as u128 + 1)) >> 64) as usize;
        items.swap(last, other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_equal_as_far_as_there_are_members() {
        assert_eq!(allocate([100, 100, 100, 100], 100), [25; 4]);
        assert_eq!(allocate([100, 2, 0, 100], 50), [24, 2, 0, 24]);
        assert_eq!(allocate([1, 1, 1, 1], 50), [1; 4]);
    }
}
