//! Predicted against observed shares by bin, with the number in each bin.

use maud::{Markup, PreEscaped, html};

use super::axis::{ABOVE, BELOW, horizontal, room, title_above, vertical};
use super::data::{Heading, Span};
use super::draw::{Anchor, Height, line, rectangle, text};
use super::frame::{Role, WIDTH, frame, left_out, sentence};
use super::legend::{Key, legend};
use super::number::{count, percent, usable};
use super::scale::Scale;
use super::symbol::{Shape, symbol};
use super::text::{EM, width};

/// A bin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// Mean predicted share.
    pub predicted: f64,
    /// Observed share.
    pub observed: f64,
    /// Lower end of the observed share's interval.
    pub low: Option<f64>,
    /// Upper end of the observed share's interval.
    pub high: Option<f64>,
    /// Number of members.
    pub n: usize,
}

/// What the chart shows.
#[derive(Clone, Copy, Debug)]
pub struct Reliability<'a> {
    /// Place and name.
    pub heading: Heading<'a>,
    /// What was predicted: "vote share".
    pub predicted: &'a str,
    /// What was observed: "correct decisions".
    pub observed: &'a str,
    /// Bins that have members, in any order.
    pub bins: &'a [Bin],
}

const PLOT: f64 = 360.0;
const COUNTS: f64 = 56.0;

/// Draws the chart: points with intervals against the diagonal, and below them the number in each bin.
#[must_use]
pub fn reliability(chart: &Reliability<'_>) -> Markup {
    let bins: Vec<(f64, Span, usize)> = chart
        .bins
        .iter()
        .filter_map(|bin| Some((usable(bin.predicted)?, Span::new(bin.observed, bin.low, bin.high)?, bin.n)))
        .collect();
    let unusable = left_out(chart.bins.len() - bins.len(), "bin");
    if let [] | [_] = bins.as_slice() {
        let words = bins.first().map_or_else(
            || "there is no bin with members.".to_owned(),
            |(predicted, span, n)| format!("the only bin: {}.", said(chart, *predicted, *span, *n)),
        );
        return sentence(chart.heading, &(words + &unusable));
    }
    let entries = [
        (Key::Point(Shape::Circle, "mark"), "a bin, with interval".to_owned()),
        (Key::Line("reference"), "as predicted".to_owned()),
    ];
    let (keys, key_height) = legend(&entries, 0.0);
    let top = key_height + ABOVE;
    let bottom = top + PLOT;
    let y_low = half_or_none(bins.iter().flat_map(|(_, span, _)| span.values()));
    let x_low = half_or_none(bins.iter().map(|(predicted, _, _)| *predicted));
    let y = Scale::linear((y_low, 1.0), (bottom, top));
    let y_ticks = y.ticks(5, |value, _| percent(value, 0));
    let left = room(&y_ticks);
    let x = Scale::linear((x_low, 1.0), (left + 8.0, WIDTH - 8.0));
    let common = x_low.max(y_low);
    let foot = bottom + COUNTS + 22.0;
    let body = html! {
        (keys)
        (title_above(top, chart.observed))
        (vertical(&y, &y_ticks, left, WIDTH))
        (horizontal(&x, &x.ticks(5, |value, _| percent(value, 0)), top, foot, chart.predicted))
        (line((x.place(common), y.place(common)), (x.place(1.0), y.place(1.0)), "reference"))
        (counts(&bins, &x, foot))
        @for (predicted, span, _) in &bins {
            @let at = x.place(*predicted);
            @if let Some((low, high)) = span.ends { (line((at, y.place(low)), (at, y.place(high)), "interval")) }
            (PreEscaped(symbol(Shape::Circle, (at, y.place(span.point)), 6.5, "mark")))
        }
        (text((0.0, foot - 8.0), Anchor::Start, Height::Line, "axis", "n"))
    };
    let description = format!("{}{unusable}", describe(chart, &bins));
    frame(chart.heading, "reliability", Role::Image, foot + BELOW, &description, body)
}

/// Where an axis begins: at 0, or at a half if no share is smaller.
fn half_or_none(shares: impl Iterator<Item = f64>) -> f64 {
    if shares.fold(1.0, f64::min) >= 0.5 { 0.5 } else { 0.0 }
}

/// Bars of the numbers, which stand on `foot`.
fn counts(bins: &[(f64, Span, usize)], x: &Scale, foot: f64) -> Markup {
    let most = bins.iter().map(|(_, _, n)| *n).max().unwrap_or(1).max(1) as f64;
    let mut places: Vec<f64> = bins.iter().map(|(predicted, _, _)| x.place(*predicted)).collect();
    places.sort_by(f64::total_cmp);
    let nearest = places.windows(2).map(|pair| pair[1] - pair[0]).fold(48.0, f64::min);
    let wide = (0.7 * nearest).max(4.0);
    let mut order: Vec<&(f64, Span, usize)> = bins.iter().collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut free = f64::NEG_INFINITY;
    let labelled = order.into_iter().map(|(predicted, _, n)| {
        let (at, words) = (x.place(*predicted), count(*n));
        let half = width(&words) / 2.0;
        let centre = at.min(WIDTH - half);
        let fits = centre - half > free;
        if fits {
            free = centre + half + 0.2 * EM;
        }
        (at, centre, (COUNTS - 24.0) * *n as f64 / most, fits.then_some(words))
    });
    let labelled: Vec<_> = labelled.collect();
    html! {
        @for (at, centre, height, words) in &labelled {
            (rectangle((at - wide / 2.0, foot - height), (wide, *height), 0.0, "count"))
            @if let Some(words) = words {
                (text((*centre, foot - height - 6.0), Anchor::Middle, Height::Line, "muted", words))
            }
        }
    }
}

fn said(chart: &Reliability<'_>, predicted: f64, span: Span, n: usize) -> String {
    let (point, ends) = span.words(|value| percent(value, 1));
    format!("{} {}, {} {point}{ends}, n {}", chart.predicted, percent(predicted, 1), chart.observed, count(n))
}

fn describe(chart: &Reliability<'_>, bins: &[(f64, Span, usize)]) -> String {
    let n: usize = bins.iter().map(|(_, _, n)| n).sum();
    let mut said_bins: Vec<&(f64, Span, usize)> = bins.iter().collect();
    said_bins.sort_by(|a, b| a.0.total_cmp(&b.0));
    let figures: Vec<String> = said_bins
        .iter()
        .map(|(predicted, span, n)| {
            format!(
                "{} predicted, {} observed (n {})",
                percent(*predicted, 0),
                percent(span.point, 0),
                count(*n)
            )
        })
        .collect();
    format!(
        "{} against {} in {} bins, n {}: {}.",
        chart.observed,
        chart.predicted,
        bins.len(),
        count(n),
        figures.join("; ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calibrated_bin_lies_on_the_diagonal() {
        let bin = |predicted, observed, n| Bin {
            predicted,
            observed,
            low: Some(observed - 0.1),
            high: Some(observed + 0.1),
            n,
        };
        let bins = [bin(0.2, 0.2, 40), bin(0.6, 0.8, 10)];
        let heading = Heading { id: "c", title: "Reliability" };
        let chart = Reliability { heading, predicted: "vote share", observed: "correct", bins: &bins };
        let svg = reliability(&chart).into_string();
        // The numbers of the axis, "100 %", take 3 · 11.6 + 6 + 18.6 + 12 = 71.4 units. The plot is 360 high from 78, with 8 units of air at its left.
        assert!(svg.contains("<circle cx=\"189.9\" cy=\"366\""), "{svg}");
        assert!(svg.contains("<circle cx=\"411\" cy=\"150\""), "{svg}");
        assert!(
            svg.contains("20 % predicted, 20 % observed (n 40); 60 % predicted, 80 % observed (n 10)."),
            "{svg}"
        );
        let one = Reliability { bins: &bins[..1], ..chart };
        assert!(
            reliability(&one)
                .into_string()
                .contains("the only bin: vote share 20.0 %, correct 20.0 % (10.0 % to 30.0 %), n 40.")
        );
    }
}
