//! Confidence along the traces of an instance.

use maud::{Markup, PreEscaped, html};

use super::axis::{ABOVE, BELOW, horizontal, room, title_above, vertical};
use super::data::Heading;
use super::draw::{line, polyline};
use super::frame::{Role, WIDTH, frame, left_out, sentence};
use super::legend::{Entry, Key, legend};
use super::number::{count, decimal, round, usable};
use super::scale::Scale;
use super::symbol::{Shape, symbol};
use super::text::cut;
use crate::record::FinalDecision;

/// Number of traces that are drawn.
const TRACES: usize = 32;

/// Number of points of a trace.
const POINTS: usize = 300;

const PLOT: f64 = 300.0;

/// A trace.
#[derive(Clone, Copy, Debug)]
pub struct TraceLine<'a> {
    /// Name, for the line's title.
    pub label: &'a str,
    /// What its answer was judged.
    pub decision: FinalDecision,
    /// Token positions and the confidence of the group that ends there, by rising position.
    pub points: &'a [(f64, f64)],
    /// Whether it was cut at its last point for low confidence.
    pub was_cut: bool,
}

/// What the chart shows.
#[derive(Clone, Copy, Debug)]
pub struct Along<'a> {
    /// Place and name.
    pub heading: Heading<'a>,
    /// What the confidence is: "confidence of the last 16 tokens".
    pub measure: &'a str,
    /// Confidence below which a running trace was cut, if there was such a bar.
    pub bar: Option<f64>,
    /// Traces; the first 32 are drawn.
    pub traces: &'a [TraceLine<'a>],
}

/// Draws the chart.
#[must_use]
pub fn along(chart: &Along<'_>) -> Markup {
    let is_usable = |(position, value): &(f64, f64)| usable(*position).and(usable(*value)).is_some();
    let lines: Vec<(&TraceLine<'_>, Vec<(f64, f64)>)> = chart
        .traces
        .iter()
        .map(|trace| (trace, trace.points.iter().copied().filter(is_usable).collect()))
        .collect();
    let given: usize = chart.traces.iter().map(|trace| trace.points.len()).sum();
    let used: usize = lines.iter().map(|(_, points)| points.len()).sum();
    let unusable = left_out(given - used, "point");
    let lines: Vec<_> = lines.into_iter().filter(|(_, points)| points.len() > 1).collect();
    if lines.is_empty() {
        return sentence(chart.heading, &format!("{}{unusable}", few(chart)));
    }
    let bar = chart.bar.and_then(usable);
    let shown = &lines[..lines.len().min(TRACES)];
    let (keys, key_height) = legend(&entries(shown, bar), 0.0);
    let top = key_height + ABOVE;
    let bottom = top + PLOT;
    let points = || shown.iter().flat_map(|(_, points)| points);
    let y = Scale::around(points().map(|point| point.1).chain(bar), (bottom, top), 5);
    let y_ticks = y.ticks(5, decimal);
    let left = room(&y_ticks);
    let x = Scale::around(points().map(|point| point.0).chain([0.0]), (left, WIDTH - 8.0), 6);
    let of_all = if shown.len() < chart.traces.len() {
        format!(" of {}", count(chart.traces.len()))
    } else {
        String::new()
    };
    let title = format!("token; n {}{of_all} traces", count(shown.len()));
    let body = html! {
        (keys)
        (title_above(top, chart.measure))
        (vertical(&y, &y_ticks, left, WIDTH - 8.0))
        (horizontal(&x, &x.ticks(6, |value, _| round(value)), top, bottom, &title))
        @if let Some(bar) = bar { (line((left, y.place(bar)), (WIDTH - 8.0, y.place(bar)), "reference")) }
        @for (trace, points) in shown {
            @let places: Vec<(f64, f64)> =
                thin(points, POINTS).into_iter().map(|(position, value)| (x.place(position), y.place(value))).collect();
            @let class = format!("trace {}", trace.decision.name());
            g { title { (cut(trace.label, 60)) ", " (trace.decision.name()) } (polyline(&places, &class)) }
        }
        @for (trace, points) in shown {
            @if let Some((position, value)) = points.last() { (end(trace, (x.place(*position), y.place(*value)))) }
        }
    };
    let description = format!("{}{unusable}", describe(chart, &lines));
    frame(chart.heading, "along", Role::Image, bottom + BELOW, &description, body)
}

fn end(trace: &TraceLine<'_>, at: (f64, f64)) -> Markup {
    let (shape, size, class) = match (trace.was_cut, trace.decision) {
        (true, _) => (Shape::Cross, 6.0, "stop"),
        (false, FinalDecision::Refused) => (Shape::Circle, 4.5, "end-point refused"),
        (false, FinalDecision::Complied) => (Shape::Triangle, 4.5, "end-point complied"),
        (false, FinalDecision::Undecided) => (Shape::Square, 4.5, "end-point undecided"),
    };
    PreEscaped(symbol(shape, at, size, class))
}

/// Returns at most `most` points: the lowest and the highest of each stretch, so that no dip is lost.
fn thin(points: &[(f64, f64)], most: usize) -> Vec<(f64, f64)> {
    if points.len() <= most {
        return points.to_vec();
    }
    // The last point is the trace's end and stays.
    let (body, last) = points.split_at(points.len() - 1);
    let stretches = (most - 1) / 2;
    let mut kept = Vec::with_capacity(most);
    for at in 0..stretches {
        let stretch = &body[at * body.len() / stretches..(at + 1) * body.len() / stretches];
        let by_value = |a: &usize, b: &usize| stretch[*a].1.total_cmp(&stretch[*b].1);
        let low = (0..stretch.len()).min_by(by_value).unwrap_or(0);
        let high = (0..stretch.len()).max_by(by_value).unwrap_or(0);
        kept.push(stretch[low.min(high)]);
        if low != high {
            kept.push(stretch[low.max(high)]);
        }
    }
    kept.extend(last);
    kept
}

fn entries(shown: &[(&TraceLine<'_>, Vec<(f64, f64)>)], bar: Option<f64>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for decision in FinalDecision::ALL {
        let n = shown.iter().filter(|(trace, _)| trace.decision == decision).count();
        let class = match decision {
            FinalDecision::Refused => "trace refused",
            FinalDecision::Complied => "trace complied",
            FinalDecision::Undecided => "trace undecided",
        };
        if n > 0 {
            entries.push((Key::Line(class), format!("{} {}", decision.name(), count(n))));
        }
    }
    let cuts = shown.iter().filter(|(trace, _)| trace.was_cut).count();
    if cuts > 0 {
        entries.push((Key::Point(Shape::Cross, "stop"), format!("cut here {}", count(cuts))));
    }
    entries.extend(bar.map(|bar| (Key::Line("reference"), format!("bar {}", decimal(bar, 2)))));
    entries
}

fn few(chart: &Along<'_>) -> String {
    let points = chart.traces.iter().filter(|trace| !trace.points.is_empty()).count();
    match points {
        0 => format!("no trace has a {}.", chart.measure),
        _ => format!("no trace is long enough for a line; traces: {}.", count(chart.traces.len())),
    }
}

fn describe(chart: &Along<'_>, lines: &[(&TraceLine<'_>, Vec<(f64, f64)>)]) -> String {
    let values = || lines.iter().flat_map(|(_, points)| points.iter().map(|point| point.1));
    let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    let longest = lines.iter().flat_map(|(_, points)| points.last()).map(|point| point.0).fold(0.0, f64::max);
    let cuts = lines.iter().filter(|(trace, _)| trace.was_cut).count();
    let bar = chart.bar.and_then(usable).map(|bar| format!(" below a bar of {}", decimal(bar, 2)));
    format!(
        "{} along {} traces of up to {} tokens, between {} and {}; {} were cut{}.",
        chart.measure,
        count(lines.len()),
        decimal(longest, 0),
        decimal(low, 2),
        decimal(high, 2),
        count(cuts),
        bar.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(points: &[(f64, f64)], was_cut: bool) -> String {
        let traces = [TraceLine { label: "trace <0>", decision: FinalDecision::Refused, points, was_cut }];
        let heading = Heading { id: "a", title: "Along" };
        along(&Along { heading, measure: "confidence", bar: Some(10.0), traces: &traces }).into_string()
    }

    #[test]
    fn thinning_keeps_dips_peaks_and_the_end() {
        let points: Vec<(f64, f64)> = (0..5000)
            .map(|at| {
                (
                    f64::from(at),
                    if at == 1234 {
                        -9.0
                    } else if at == 4321 {
                        9.0
                    } else {
                        f64::from(at % 7) / 7.0
                    },
                )
            })
            .collect();
        let kept = thin(&points, 300);
        assert!(kept.len() <= 300, "{}", kept.len());
        assert!(
            kept.contains(&(1234.0, -9.0))
                && kept.contains(&(4321.0, 9.0))
                && kept.ends_with(&[points[4999]])
        );
        assert!(kept.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(thin(&points[..300], 300), points[..300]);
    }

    #[test]
    fn a_cut_trace_ends_in_a_cross() {
        let svg = drawn(&[(0.0, 12.0), (50.0, 10.0), (100.0, 9.0)], true);
        // Confidence from 9 to 12 on 300 units from 78; "12" takes 2 · 11.6 + 12 = 35.2 units.
        assert!(svg.contains("<path d=\"M35.2 78L333.6 278 632 378\" class=\"trace refused\">"), "{svg}");
        assert!(
            svg.contains("<path d=\"M626.6 372.6l10.8 10.8m0 -10.8l-10.8 10.8\" class=\"stop\"/>"),
            "{svg}"
        );
        assert!(svg.contains("<title>trace &lt;0&gt;, refused</title>"), "{svg}");
        assert!(svg.contains("between 9.00 and 12.00; 1 were cut below a bar of 10.00."), "{svg}");
    }

    #[test]
    fn a_line_needs_two_points() {
        assert!(drawn(&[(3.0, 12.0)], false).contains("no trace is long enough for a line; traces: 1."));
        assert!(drawn(&[(3.0, f64::NAN)], false).contains("1 point has no usable number"));
    }
}
