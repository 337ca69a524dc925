//! Rates with intervals, one row each: the refusal rate by harm category.

use maud::{Markup, html};

use super::axis::{BELOW, LINE, numbers_below};
use super::data::{Heading, Interval};
use super::draw::{Anchor, Height, text};
use super::frame::{Role, frame, left_out, sentence};
use super::number::{count, hundredths, percent};
use super::rows::{ROW, Row, TRACK, rows};
use super::scale::Scale;
use super::text::cut;

/// Number of rows that are drawn.
const MOST: usize = 40;

/// What the chart shows.
#[derive(Clone, Copy, Debug)]
pub struct Rates<'a> {
    /// Place and name.
    pub heading: Heading<'a>,
    /// What the rates are, as the axis says it: "refusal rate".
    pub measure: &'a str,
    /// Rates as shares, in the order of the rows.
    pub rows: &'a [Interval],
}

/// Draws the chart: the first forty rows, with a line about the rest.
#[must_use]
pub fn rates(chart: &Rates<'_>) -> Markup {
    let usable: Vec<Row<'_>> = chart.rows.iter().filter_map(row).collect();
    let unusable = left_out(chart.rows.len() - usable.len(), "row");
    let shown = &usable[..usable.len().min(MOST)];
    if shown.is_empty() {
        return sentence(chart.heading, &format!("there is no {} to show.{unusable}", chart.measure));
    }
    let scale = Scale::linear((0.0, 1.0), TRACK);
    let ticks = scale.ticks(4, |value, _| percent(value, 0));
    let bottom = ROW * shown.len() as f64 - 8.0;
    let rest = usable.len() - shown.len();
    let more = if rest > 0 { LINE + 8.0 } else { 0.0 };
    let description = format!("{}{unusable}", describe(chart.measure, &usable));
    let body = html! {
        (rows(shown, &scale, &ticks, None, 0.0))
        @if rest > 0 {
            (text((0.0, bottom + 8.0), Anchor::Start, Height::Top, "muted", &format!("and {} more", count(rest))))
        }
        (numbers_below(&scale, &ticks, bottom + more, chart.measure))
    };
    frame(chart.heading, "rates", Role::Image, bottom + more + BELOW, &description, body)
}

fn row(interval: &Interval) -> Option<Row<'_>> {
    let span = interval.span()?;
    let (point, _) = span.words(|value| percent(value, 1));
    let (_, ends) = span.words(|value| hundredths(value, 1));
    Some(Row { label: &interval.label, words: (point, ends), n: interval.n, span, is_primary: false })
}

fn describe(measure: &str, rows: &[Row<'_>]) -> String {
    let said =
        |row: &Row<'_>| format!("{} {}{}, n {}", cut(row.label, 60), row.words.0, row.words.1, count(row.n));
    let by_point = |a: &&Row<'_>, b: &&Row<'_>| a.span.point.total_cmp(&b.span.point);
    match (rows.iter().max_by(by_point), rows.iter().min_by(by_point)) {
        (Some(most), Some(least)) if rows.len() > 4 => format!(
            "{measure} of {} groups. Highest: {}. Lowest: {}.",
            count(rows.len()),
            said(most),
            said(least)
        ),
        _ => format!("{measure}: {}.", rows.iter().map(said).collect::<Vec<_>>().join("; ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(label: &str, point: f64) -> Interval {
        Interval { label: label.to_owned(), point, low: Some(point - 0.1), high: Some(point + 0.1), n: 12 }
    }

    fn drawn(rows: &[Interval]) -> String {
        let heading = Heading { id: "r", title: "Refusals" };
        rates(&Rates { heading, measure: "refusal rate", rows }).into_string()
    }

    #[test]
    fn a_rate_lies_at_its_share_of_the_track() {
        let svg = drawn(&[interval("fraud", 0.5)]);
        // The middle of 8 to 632; the interval from 40 to 60 per cent of the 624 between them.
        assert!(svg.contains("<circle cx=\"320\""), "{svg}");
        assert!(svg.contains("x1=\"257.6\" y1=\"33\" x2=\"382.4\" y2=\"33\" class=\"interval\""), "{svg}");
        assert!(svg.contains("50.0 %<tspan class=\"muted\"> (40.0 to 60.0), n 12</tspan>"), "{svg}");
        assert!(svg.contains("refusal rate: fraud 50.0 % (40.0 to 60.0), n 12."), "{svg}");
    }

    #[test]
    fn forty_rows_are_drawn_and_the_rest_counted() {
        let rows: Vec<Interval> =
            (0..47).map(|at| interval(&format!("c{at}"), f64::from(at) / 50.0)).collect();
        let svg = drawn(&rows);
        assert_eq!(svg.matches("<circle").count(), 40);
        assert!(svg.contains("and 7 more"), "{svg}");
        assert!(svg.contains("of 47 groups. Highest: c46 92.0 %"), "{svg}");
    }

    #[test]
    fn nothing_to_show_is_a_sentence() {
        assert_eq!(
            drawn(&[]),
            "<p class=\"chart-none\" id=\"r\">Refusals: there is no refusal rate to show.</p>"
        );
        let svg = drawn(&[interval("x", f64::NAN), interval("y", 1.0)]);
        assert!(svg.contains("1 row has no usable number and is left out."), "{svg}");
    }
}
