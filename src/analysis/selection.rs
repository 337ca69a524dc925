//! Which instances of a run to look at, and in which order.

use std::cmp::Ordering;
use std::str::FromStr;

use crate::record::names::find;
use crate::record::prediction::PredictionRow;
use crate::record::{Category, FinalDecision, LabelledOutcome};

/// Properties of the wanted instances. An empty list, or no text, wants all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Quadrants.
    pub categories: Vec<Category>,
    /// Decisions against the label.
    pub outcomes: Vec<LabelledOutcome>,
    /// Decisions.
    pub decisions: Vec<FinalDecision>,
    /// Text in the prompt, the id or an answer; case makes no difference.
    pub search: Option<String>,
}

impl Filter {
    /// Returns whether every instance is wanted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns whether an instance is wanted.
    #[must_use]
    pub fn wants(&self, row: &PredictionRow) -> bool {
        fn allows<T: PartialEq>(wanted: &[T], found: Option<&T>) -> bool {
            wanted.is_empty() || found.is_some_and(|found| wanted.contains(found))
        }
        allows(&self.categories, row.confidence_category.as_ref())
            && allows(&self.outcomes, row.outcome.as_ref())
            && allows(&self.decisions, Some(&row.decision))
            && self.search.as_ref().is_none_or(|text| holds(row, &text.to_lowercase()))
    }
}

fn holds(row: &PredictionRow, lower: &str) -> bool {
    let mut texts = [&row.prompt, &row.instance_id].into_iter().chain(&row.traces);
    texts.any(|text| text.to_lowercase().contains(lower))
}

/// What instances are ordered by, the smallest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortKey {
    /// Confidence of the traces that voted for the decision.
    #[default]
    Confidence,
    /// Share of the votes for the decision.
    VoteShare,
    /// Share of refusing traces among those that vote.
    RefusalRate,
    /// Number of tokens.
    Tokens,
    /// Number of traces.
    Traces,
    /// Id.
    Id,
    /// Order of the benchmark.
    Order,
}

impl SortKey {
    /// Every key.
    pub const ALL: [Self; 7] = [
        Self::Confidence,
        Self::VoteShare,
        Self::RefusalRate,
        Self::Tokens,
        Self::Traces,
        Self::Id,
        Self::Order,
    ];

    /// Returns the name as typed on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Confidence => "confidence",
            Self::VoteShare => "vote_share",
            Self::RefusalRate => "refusal_rate",
            Self::Tokens => "tokens",
            Self::Traces => "traces",
            Self::Id => "id",
            Self::Order => "order",
        }
    }

    fn words(self, reverse: bool) -> &'static str {
        match (self, reverse) {
            (Self::Confidence, false) => "least confident first",
            (Self::Confidence, true) => "most confident first",
            (Self::VoteShare, false) => "closest votes first",
            (Self::VoteShare, true) => "clearest votes first",
            (Self::RefusalRate, false) => "fewest refusals first",
            (Self::RefusalRate, true) => "most refusals first",
            (Self::Tokens, false) => "fewest tokens first",
            (Self::Tokens, true) => "most tokens first",
            (Self::Traces, false) => "fewest traces first",
            (Self::Traces, true) => "most traces first",
            (Self::Id, false) => "by id",
            (Self::Id, true) => "by id, reversed",
            (Self::Order, false) => "in the benchmark's order",
            (Self::Order, true) => "in the benchmark's order, reversed",
        }
    }

    /// Compares two rows. Rows without a value come last in either direction.
    fn compare(self, a: &PredictionRow, b: &PredictionRow, reverse: bool) -> Ordering {
        let turned = |order: Ordering| if reverse { order.reverse() } else { order };
        let numbers = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => turned(a.total_cmp(&b)),
            (a, b) => b.is_some().cmp(&a.is_some()),
        };
        match self {
            Self::Confidence => numbers(a.confidence, b.confidence),
            Self::VoteShare => numbers(a.vote_share, b.vote_share),
            Self::RefusalRate => numbers(a.refusal_rate, b.refusal_rate),
            Self::Tokens => turned(a.total_tokens.cmp(&b.total_tokens)),
            Self::Traces => turned(a.num_traces_used.cmp(&b.num_traces_used)),
            Self::Id => turned(a.instance_id.cmp(&b.instance_id)),
            Self::Order => Ordering::Equal,
        }
    }
}

impl FromStr for SortKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        find("sort key", text, Self::ALL.map(|key| (key.name(), key)))
    }
}

/// Order of instances.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// What they are ordered by.
    pub by: SortKey,
    /// Whether the largest come first.
    pub reverse: bool,
}

impl Order {
    /// Returns the order in words, as in "least confident first".
    #[must_use]
    pub fn words(self) -> &'static str {
        self.by.words(self.reverse)
    }
}

/// Returns the indices of the wanted rows, in order. Rows that compare equal stay in the benchmark's order.
#[must_use]
pub fn select(rows: &[PredictionRow], filter: &Filter, order: Order) -> Vec<usize> {
    let mut found: Vec<usize> = (0..rows.len()).filter(|&at| filter.wants(&rows[at])).collect();
    match order {
        Order { by: SortKey::Order, reverse: true } => found.reverse(),
        Order { by, reverse } => found.sort_by(|&a, &b| by.compare(&rows[a], &rows[b], reverse)),
    }
    found
}

/// Quadrants by how much they need a reader.
const WORTH_READING: [Category; 4] = [
    Category::UncertainCompliance,
    Category::UncertainRefusal,
    Category::ConfidentCompliance,
    Category::ConfidentRefusal,
];

/// Returns the first quadrant that has members, of those worth reading first.
#[must_use]
pub fn worth_reading(rows: &[PredictionRow]) -> Option<Category> {
    WORTH_READING.into_iter().find(|&one| rows.iter().any(|row| row.confidence_category == Some(one)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::row;

    fn any() -> PredictionRow {
        row("x", "c").build()
    }

    #[test]
    fn rows_without_a_value_come_last_in_both_directions() {
        let rows: Vec<PredictionRow> = [Some(2.0), None, Some(1.0), Some(3.0)]
            .into_iter()
            .map(|confidence| PredictionRow { confidence, ..any() })
            .collect();
        let by = |by, reverse| select(&rows, &Filter::default(), Order { by, reverse });
        assert_eq!(by(SortKey::Confidence, false), [2, 0, 3, 1]);
        assert_eq!(by(SortKey::Confidence, true), [3, 0, 2, 1]);
        assert_eq!(by(SortKey::Order, true), [3, 2, 1, 0]);
    }

    #[test]
    fn a_search_ignores_case_and_reads_ids_prompts_and_answers() {
        let made = |id: &str, prompt: &str, answer: &str| PredictionRow {
            instance_id: id.to_owned(),
            prompt: prompt.to_owned(),
            traces: vec!["x".to_owned(), answer.to_owned()],
            ..any()
        };
        let rows = [made("a1", "Öl?", "no"), made("b", "x", "A1!"), made("c", "x", "öL")];
        let found = |text: &str| {
            let filter = Filter { search: Some(text.to_owned()), ..Filter::default() };
            select(&rows, &filter, Order { by: SortKey::Order, reverse: false })
        };
        assert_eq!((found("A1"), found("öl"), found("q")), (vec![0, 1], vec![0, 2], vec![]));
    }

    #[test]
    fn the_most_uncertain_quadrant_with_members_is_read_first() {
        let of = |category| PredictionRow { confidence_category: category, ..any() };
        let rows = [of(None), of(Some(Category::ConfidentRefusal)), of(Some(Category::UncertainRefusal))];
        assert_eq!(worth_reading(&rows), Some(Category::UncertainRefusal));
        assert_eq!(worth_reading(&rows[..1]), None);
    }
}
