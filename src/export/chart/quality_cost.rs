//! Refusal rate against the size or the speed of the models of a sweep.

use maud::{Markup, PreEscaped, html};

use super::axis::{ABOVE, BELOW, horizontal, room, title_above, vertical};
use super::callouts::{Area, Callout, callouts};
use super::data::{Heading, Interval, Span};
use super::draw::line;
use super::frame::{Role, WIDTH, frame, left_out, sentence};
use super::legend::{Entry, Key, legend};
use super::number::{count, decimal, grouped, hundredths, percent, usable};
use super::scale::Scale;
use super::symbol::{Shape, symbol};
use super::text::cut;

/// What a cell costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// Size of the file, MB.
    Megabytes,
    /// Generated tokens per second.
    TokensPerSecond,
}

/// A cell of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct CostPoint {
    /// What the cell costs.
    pub cost: f64,
    /// Its name and rate.
    pub rate: Interval,
    /// Whether the others are compared with it.
    pub is_reference: bool,
}

/// What the chart shows.
#[derive(Clone, Copy, Debug)]
pub struct QualityCost<'a> {
    /// Place and name.
    pub heading: Heading<'a>,
    /// What the rate is: "refusal rate".
    pub measure: &'a str,
    /// Unit of the cost.
    pub cost: Cost,
    /// Cells.
    pub points: &'a [CostPoint],
}

const PLOT: f64 = 320.0;

struct Shown<'a> {
    point: &'a CostPoint,
    span: Span,
}

/// Draws the chart.
#[must_use]
pub fn quality_cost(chart: &QualityCost<'_>) -> Markup {
    let shown: Vec<Shown<'_>> = chart
        .points
        .iter()
        .filter_map(|point| usable(point.cost).and(point.rate.span()).map(|span| Shown { point, span }))
        .collect();
    let unusable = left_out(chart.points.len() - shown.len(), "cell");
    if let [] | [_] = shown.as_slice() {
        let words = shown.first().map_or_else(
            || format!("there is no cell with a {} and a {}.", chart.measure, unit(chart.cost)),
            |one| format!("the only cell: {}.", said(chart, one)),
        );
        return sentence(chart.heading, &(words + &unusable));
    }
    let (keys, key_height) = legend(&entries(&shown), 0.0);
    let top = key_height + ABOVE;
    let bottom = top + PLOT;
    let y = Scale::around(shown.iter().flat_map(|one| one.span.values()), (bottom - 8.0, top + 8.0), 5);
    let y_ticks = y.ticks(5, |value, decimals| percent(value, decimals.saturating_sub(2)));
    let left = room(&y_ticks);
    let costs: Vec<f64> = shown.iter().map(|one| one.point.cost).collect();
    let x = Scale::around_log(&costs, (left + 12.0, WIDTH - 12.0), 5);
    let at = |one: &Shown<'_>| (x.place(one.point.cost), y.place(one.span.point));
    let wanted: Vec<Callout> = shown
        .iter()
        .map(|one| {
            let ends = one.span.ends.unwrap_or((one.span.point, one.span.point));
            let reach = (y.place(ends.1), y.place(ends.0));
            Callout { at: at(one), reach, label: one.point.rate.label.clone(), figures: figures(chart, one) }
        })
        .collect();
    let marks: Vec<(f64, f64)> = shown.iter().map(at).collect();
    let intervals = shown.iter().filter_map(|one| {
        let ((low, high), x) = (one.span.ends?, at(one).0);
        Some(Area { left: x - 6.0, top: y.place(high), right: x + 6.0, bottom: y.place(low) })
    });
    let references = shown.iter().filter(|one| one.point.is_reference).map(at);
    let references = references.map(|(_, y)| Area { left, top: y - 2.0, right: WIDTH, bottom: y + 2.0 });
    let lines: Vec<Area> = intervals.chain(references).collect();
    let names = callouts(&wanted, &marks, &lines, Area { left, top, right: WIDTH, bottom });
    let scale_words = if x.is_log() { ", logarithmic" } else { "" };
    let title = format!("{}{scale_words}; {}", unit(chart.cost), said_n(&shown));
    let body = html! {
        (keys)
        (title_above(top, chart.measure))
        (vertical(&y, &y_ticks, left, WIDTH))
        (horizontal(&x, &x.ticks(5, |value, _| grouped(value)), top, bottom, &title))
        @for one in shown.iter().filter(|one| one.point.is_reference) {
            (line((left, at(one).1), (WIDTH, at(one).1), "reference"))
        }
        @for one in &shown {
            @if let Some((low, high)) = one.span.ends {
                (line((at(one).0, y.place(low)), (at(one).0, y.place(high)), "interval"))
            }
            @let (shape, size) = if one.point.is_reference { (Shape::Diamond, 8.0) } else { (Shape::Circle, 6.5) };
            (PreEscaped(symbol(shape, at(one), size, "mark")))
        }
        (names.beside)
        (names.list(bottom + BELOW))
    };
    let figures: Vec<String> = shown.iter().take(8).map(|one| said(chart, one)).collect();
    let more = shown.len().saturating_sub(8);
    let more = if more > 0 { format!(" and {} more", count(more)) } else { String::new() };
    let description = format!(
        "{} against {} of {} cells: {}{more}.{unusable}",
        chart.measure,
        unit(chart.cost),
        shown.len(),
        figures.join("; ")
    );
    frame(chart.heading, "quality-cost", Role::Image, bottom + BELOW + names.height(), &description, body)
}

fn unit(cost: Cost) -> &'static str {
    match cost {
        Cost::Megabytes => "size in MB",
        Cost::TokensPerSecond => "tokens per second",
    }
}

fn entries(shown: &[Shown<'_>]) -> Vec<Entry> {
    let mut entries = vec![(Key::Point(Shape::Circle, "mark"), "cell, with interval".to_owned())];
    if let Some(one) = shown.iter().find(|one| one.point.is_reference) {
        entries.push((
            Key::Point(Shape::Diamond, "mark"),
            format!("reference: {}", cut(&one.point.rate.label, 60)),
        ));
    }
    entries
}

/// The number of observations, or the smallest and the largest.
fn said_n(shown: &[Shown<'_>]) -> String {
    let of = |one: &Shown<'_>| one.point.rate.n;
    let (least, most) = (shown.iter().map(of).min().unwrap_or(0), shown.iter().map(of).max().unwrap_or(0));
    if least == most {
        format!("n {}", count(least))
    } else {
        format!("n {} to {}", count(least), count(most))
    }
}

fn figures(chart: &QualityCost<'_>, one: &Shown<'_>) -> String {
    let cost = match chart.cost {
        Cost::Megabytes => format!("{} MB", grouped(one.point.cost.round())),
        Cost::TokensPerSecond => format!("{} tokens/s", decimal(one.point.cost, 1)),
    };
    let (_, ends) = one.span.words(|value| hundredths(value, 1));
    format!("{cost}, {}{ends}", percent(one.span.point, 1))
}

fn said(chart: &QualityCost<'_>, one: &Shown<'_>) -> String {
    let reference = if one.point.is_reference { " (reference)" } else { "" };
    format!(
        "{}{reference} {}, n {}",
        cut(&one.point.rate.label, 60),
        figures(chart, one),
        count(one.point.rate.n)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(label: &str, cost: f64, rate: f64, is_reference: bool) -> CostPoint {
        let rate = Interval {
            label: label.to_owned(),
            point: rate,
            low: Some(rate - 0.05),
            high: Some(rate + 0.05),
            n: 250,
        };
        CostPoint { cost, rate, is_reference }
    }

    fn drawn(points: &[CostPoint]) -> String {
        let heading = Heading { id: "qc", title: "Size" };
        quality_cost(&QualityCost { heading, measure: "refusal rate", cost: Cost::Megabytes, points })
            .into_string()
    }

    #[test]
    fn cells_lie_at_size_and_rate() {
        let svg = drawn(&[point("Q8_0", 600.0, 0.85, true), point("Q2_K", 200.0, 0.65, false)]);
        // Rates from 50 to 90 % on 304 units from 86; sizes from 200 to 600 MB.
        assert!(svg.contains("<circle cx=\"71.8\" cy=\"276\""), "{svg}");
        assert!(svg.contains("<path d=\"M628 114l10 10"), "{svg}");
        assert!(svg.contains("Q8_0 (reference) 600 MB, 85.0 % (80.0 to 90.0), n 250; Q2_K 200 MB"), "{svg}");
        assert!(svg.contains("size in MB; n 250"), "{svg}");
    }

    #[test]
    fn one_cell_is_a_sentence() {
        assert!(drawn(&[point("a", 10.0, 0.5, true)]).contains("the only cell: a (reference) 10 MB, 50.0 %"));
        assert!(drawn(&[point("a", f64::INFINITY, 0.5, true)]).contains("1 cell has no usable number"));
    }
}
