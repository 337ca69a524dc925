//! Estimates with intervals against a reference: areas under ROC curves, paired differences.

use maud::{Markup, html};

use super::axis::{BELOW, numbers_below};
use super::data::{Heading, Interval};
use super::frame::{Role, frame, left_out, sentence};
use super::number::{count, decimal};
use super::rows::{ROW, Row, TRACK, rows};
use super::scale::Scale;
use super::text::cut;

/// A row of the chart.
#[derive(Clone, Debug, PartialEq)]
pub struct ForestRow {
    /// Estimate.
    pub interval: Interval,
    /// Whether this is the primary estimate: bold, and a diamond.
    pub is_primary: bool,
}

/// What the chart shows.
#[derive(Clone, Copy, Debug)]
pub struct Forest<'a> {
    /// Place and name.
    pub heading: Heading<'a>,
    /// What the estimates are, as the axis says it: "AUROC".
    pub measure: &'a str,
    /// Value that means no effect: 0.5 for an AUROC, 0 for a difference.
    pub reference: f64,
    /// Decimals of the figures.
    pub decimals: usize,
    /// Estimates, in the order of the rows.
    pub rows: &'a [ForestRow],
}

/// Draws the chart.
#[must_use]
pub fn forest(chart: &Forest<'_>) -> Markup {
    let shown: Vec<Row<'_>> = chart.rows.iter().filter_map(|one| row(one, chart.decimals)).collect();
    let unusable = left_out(chart.rows.len() - shown.len(), "row");
    if shown.is_empty() {
        return sentence(chart.heading, &format!("there is no {} to show.{unusable}", chart.measure));
    }
    let values = shown.iter().flat_map(|row| row.span.values()).chain([chart.reference]);
    let scale = Scale::around(values, TRACK, 5);
    let ticks = scale.ticks(5, decimal);
    let reference = super::number::usable(chart.reference);
    let bottom = ROW * shown.len() as f64 - 4.0;
    let title = format!("{} (dashed: {})", chart.measure, said_reference(chart));
    let description = format!("{}{unusable}", describe(chart, &shown));
    let body = html! {
        (rows(&shown, &scale, &ticks, reference, 0.0))
        (numbers_below(&scale, &ticks, bottom, &title))
    };
    frame(chart.heading, "forest", Role::Image, bottom + BELOW, &description, body)
}

/// The reference with no more decimals than it has.
fn said_reference(chart: &Forest<'_>) -> String {
    let words = decimal(chart.reference, chart.decimals);
    let short = words.trim_end_matches('0').trim_end_matches('.');
    if words.contains('.') { short.to_owned() } else { words }
}

fn row(one: &ForestRow, decimals: usize) -> Option<Row<'_>> {
    let span = one.interval.span()?;
    let words = span.words(|value| decimal(value, decimals));
    Some(Row { label: &one.interval.label, words, n: one.interval.n, span, is_primary: one.is_primary })
}

fn describe(chart: &Forest<'_>, rows: &[Row<'_>]) -> String {
    let said =
        |row: &Row<'_>| format!("{} {}{}, n {}", cut(row.label, 60), row.words.0, row.words.1, count(row.n));
    let start = format!("{} of {} rows against {}", chart.measure, count(rows.len()), said_reference(chart));
    let primary: Vec<String> = rows.iter().filter(|row| row.is_primary).map(said).collect();
    let excluding = rows.iter().filter(|row| {
        row.span.ends.is_some_and(|(low, high)| chart.reference < low || chart.reference > high)
    });
    let excluding = count(excluding.count());
    let figures =
        if primary.is_empty() && rows.len() <= 4 { rows.iter().map(said).collect() } else { primary };
    let figures = if figures.is_empty() { String::new() } else { format!(": {}", figures.join("; ")) };
    format!("{start}{figures}. {excluding} of the intervals exclude it.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(label: &str, point: f64, low: f64, high: f64, is_primary: bool) -> ForestRow {
        let interval = Interval { label: label.to_owned(), point, low: Some(low), high: Some(high), n: 250 };
        ForestRow { interval, is_primary }
    }

    fn drawn(rows: &[ForestRow]) -> String {
        let heading = Heading { id: "auroc", title: "AUROC" };
        forest(&Forest { heading, measure: "AUROC", reference: 0.5, decimals: 3, rows }).into_string()
    }

    #[test]
    fn intervals_lie_beside_the_reference() {
        let svg = drawn(&[row("mean", 0.315, 0.167, 0.464, true), row("tail", 0.6, 0.4, 0.8, false)]);
        assert!(svg.contains(">0.315</tspan><tspan class=\"muted\"> (0.167 to 0.464), n 250<"), "{svg}");
        assert!(svg.contains("mean 0.315 (0.167 to 0.464), n 250. 1 of the intervals exclude it."), "{svg}");
        // Values from 0.167 to 0.8 in steps of 0.2: the axis runs from 0 to 0.8, and 0.5 is at 5/8 of it.
        assert!(
            svg.contains("<line x1=\"398\" y1=\"21\" x2=\"398\" y2=\"45\" class=\"reference\">"),
            "{svg}"
        );
        assert_eq!(svg.matches("<circle").count(), 1);
        assert!(svg.contains("AUROC (dashed: 0.5)"), "{svg}");
    }

    #[test]
    fn a_row_without_a_number_is_named() {
        let svg = drawn(&[row("mean", f64::NAN, 0.1, 0.2, true)]);
        assert!(svg.contains("<p") && svg.contains("1 row has no usable number"), "{svg}");
    }
}
