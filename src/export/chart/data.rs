//! What several charts are given.

use super::number;
use crate::record::{FinalDecision, Label};

/// Place and name of a chart.
#[derive(Clone, Copy, Debug)]
pub struct Heading<'a> {
    /// Id of the chart, unique on its page. Characters other than ASCII letters, digits and `-` become `-`.
    pub id: &'a str,
    /// Name for those who do not see the chart; the page shows its own heading.
    pub title: &'a str,
}

/// A number with an interval.
#[derive(Clone, Debug, PartialEq)]
pub struct Interval {
    /// Name of what was estimated.
    pub label: String,
    /// Point estimate.
    pub point: f64,
    /// Lower end of the interval, if there is one.
    pub low: Option<f64>,
    /// Upper end of the interval, if there is one.
    pub high: Option<f64>,
    /// Number of observations.
    pub n: usize,
}

/// The numbers of an interval that can be drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Span {
    pub point: f64,
    pub ends: Option<(f64, f64)>,
}

impl Span {
    /// Returns the numbers, or `None` if the point is no usable number. Ends that are none are left out.
    pub fn new(point: f64, low: Option<f64>, high: Option<f64>) -> Option<Self> {
        let ends = low.and_then(number::usable).zip(high.and_then(number::usable));
        Some(Self { point: number::usable(point)?, ends: ends.map(|(a, b)| (a.min(b), a.max(b))) })
    }

    /// Returns all numbers: the point, then the ends.
    pub fn values(self) -> impl Iterator<Item = f64> {
        std::iter::once(self.point).chain(self.ends.into_iter().flat_map(|(low, high)| [low, high]))
    }

    /// Writes the point and, in brackets, the ends.
    pub fn words(self, write: impl Fn(f64) -> String) -> (String, String) {
        let ends = self.ends.map(|(low, high)| format!(" ({} to {})", write(low), write(high)));
        (write(self.point), ends.unwrap_or_default())
    }
}

impl Interval {
    pub(super) fn span(&self) -> Option<Span> {
        Span::new(self.point, self.low, self.high)
    }
}

/// Meaning of a mark, which has a colour of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tone {
    /// A decision.
    Of(FinalDecision),
    /// A label.
    Labelled(Label),
    /// A decision that agrees with the label.
    Right,
    /// A decision that contradicts the label.
    Wrong,
    /// Something unsure.
    Uncertain,
    /// None of these.
    Plain,
}

impl Tone {
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Of(decision) => decision.name(),
            Self::Labelled(label) => label.name(),
            Self::Right => "right",
            Self::Wrong => "wrong",
            Self::Uncertain => "uncertain",
            Self::Plain => "plain",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_are_none_are_left_out() {
        assert_eq!(Span::new(f64::NAN, Some(0.1), Some(0.2)), None);
        assert_eq!(Span::new(0.5, Some(f64::NEG_INFINITY), Some(0.6)).unwrap().ends, None);
        assert_eq!(Span::new(0.5, Some(0.7), Some(0.4)).unwrap().ends, Some((0.4, 0.7)));
        let span = Span::new(0.315, Some(0.1666), Some(0.464)).unwrap();
        let (point, ends) = span.words(|value| number::decimal(value, 3));
        assert_eq!(point + &ends, "0.315 (0.167 to 0.464)");
    }
}
