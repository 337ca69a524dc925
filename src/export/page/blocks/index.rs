//! All rows without their texts, column by column, as JSON. Names that repeat are there once.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::Hash;

use serde::Serialize;

use super::scale::Scale;
use crate::export::page::answers::{Answer, AnswerSet, FlipCell};
use crate::export::page::shown::visible;
use crate::record::{Category, Label};

/// Number of instances whose texts are packed together.
pub const INSTANCES: usize = 50;

/// The index.
#[derive(Serialize)]
pub struct Index<'a> {
    /// Instances in a block of texts.
    block: usize,
    scale: Option<Scale>,
    instances: Instances<'a>,
    sets: Vec<Set<'a>>,
    flips: Vec<Flip<'a>>,
}

/// What runs on the same benchmark share.
#[derive(Serialize)]
struct Instances<'a> {
    id: Vec<Cow<'a, str>>,
    prompt: Vec<Cow<'a, str>>,
    label: Column<'a>,
    category: Column<'a>,
}

#[derive(Serialize)]
struct Set<'a> {
    name: Cow<'a, str>,
    /// Positions in `instances`.
    instance: Vec<usize>,
    decision: Column<'a>,
    outcome: Column<'a>,
    quadrant: Column<'a>,
    stop: Column<'a>,
    confidence: Vec<Option<f32>>,
    share: Vec<Option<f32>>,
    /// Votes for the decision.
    agree: Vec<usize>,
    votes: Vec<usize>,
    traces: Vec<usize>,
    why: Vec<Cow<'a, str>>,
}

#[derive(Serialize)]
struct Flip<'a> {
    name: Cow<'a, str>,
    set: usize,
    reference: usize,
}

/// Values that repeat: their names, and for each row the position of its own.
#[derive(Serialize)]
struct Column<'a> {
    names: Vec<Cow<'a, str>>,
    codes: Vec<Option<usize>>,
}

/// Gives equal values the same number, in order of appearance.
struct Numbers<K>(HashMap<K, usize>);

impl<K: Hash + Eq> Numbers<K> {
    fn new() -> Self {
        Self(HashMap::new())
    }

    /// Returns the value's number and whether it is new.
    fn of(&mut self, value: K) -> (usize, bool) {
        let next = self.0.len();
        let number = *self.0.entry(value).or_insert(next);
        (number, number == next)
    }
}

impl<'a> Column<'a> {
    fn of(values: impl Iterator<Item = Option<&'a str>>) -> Self {
        let (mut names, mut numbers) = (Vec::new(), Numbers::new());
        let mut code = |name: &'a str| {
            let (number, new) = numbers.of(name);
            if new {
                names.push(visible(name));
            }
            number
        };
        let codes = values.map(|value| value.map(&mut code)).collect();
        Self { names, codes }
    }
}

impl<'a> Index<'a> {
    /// Makes the index. Instances are the same if id, prompt, label and category are.
    pub fn of(sets: &'a [AnswerSet], flips: &'a [FlipCell], scale: Option<Scale>) -> Self {
        let (mut distinct, mut numbers) = (Vec::new(), Numbers::new());
        let mut number = |answer: &'a Answer| {
            let (number, new) = numbers.of((&answer.id, &answer.prompt, answer.label, &answer.category));
            if new {
                distinct.push(answer);
            }
            number
        };
        let sets = sets.iter().map(|set| Set::of(set, &mut number)).collect();
        let flips = flips.iter().map(|cell| Flip {
            name: visible(&cell.name),
            set: cell.set,
            reference: cell.reference,
        });
        let (block, flips) = (INSTANCES, flips.collect());
        Self { block, scale, instances: Instances::of(&distinct), sets, flips }
    }

    /// Returns the JSON.
    pub fn bytes(&self) -> Vec<u8> {
        // These types always serialise.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

impl<'a> Instances<'a> {
    fn of(answers: &[&'a Answer]) -> Self {
        Self {
            id: answers.iter().map(|answer| visible(&answer.id)).collect(),
            prompt: answers.iter().map(|answer| visible(&answer.prompt)).collect(),
            label: Column::of(answers.iter().map(|answer| answer.label.map(Label::name))),
            category: Column::of(answers.iter().map(|answer| answer.category.as_deref())),
        }
    }
}

impl<'a> Set<'a> {
    fn of(set: &'a AnswerSet, number: impl FnMut(&'a Answer) -> usize) -> Self {
        let all = || set.answers.iter();
        let votes = |answer: &Answer| answer.traces.iter().filter(|trace| trace.votes.is_some()).count();
        let agree = |answer: &Answer| match answer.decision.vote() {
            None => 0,
            decision => answer.traces.iter().filter(|trace| trace.votes == decision).count(),
        };
        Self {
            name: visible(&set.name),
            instance: all().map(number).collect(),
            decision: Column::of(all().map(|answer| Some(answer.decision.name()))),
            outcome: Column::of(all().map(|answer| answer.outcome.map(|outcome| outcome.name()))),
            quadrant: Column::of(all().map(|answer| answer.quadrant.map(Category::name))),
            stop: Column::of(all().map(|answer| Some(answer.stop_reason.name()))),
            confidence: all().map(|answer| answer.confidence.map(|value| value as f32)).collect(),
            share: all().map(|answer| answer.vote_share.map(|value| value as f32)).collect(),
            agree: all().map(agree).collect(),
            votes: all().map(votes).collect(),
            traces: all().map(|answer| answer.traces.len()).collect(),
            why: all().map(|answer| visible(&answer.why)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_names_each_value_once() {
        let column = Column::of([Some("b"), None, Some("a\0"), Some("b")].into_iter());
        assert_eq!(column.names, ["b", "a␀"]);
        assert_eq!(column.codes, [Some(0), None, Some(1), Some(0)]);
    }
}
