//! Distributions by group: every value, or a ridge where there are many, above the quartiles.

use maud::{Markup, html};

use super::axis::{BELOW, LINE, numbers_below};
use super::data::{Heading, Tone};
use super::draw::{Anchor, Height, dots, label, line, pieces, rectangle, text, through};
use super::frame::{Role, WIDTH, frame, left_out, sentence};
use super::number::{count, decimal, usable};
use super::rows::TRACK;
use super::scale::{Scale, Tick};
use super::spread::spread;
use super::text::{EM, cut, width};
use crate::stats::quantile::quantiles;

/// Number of values up to which each is a dot.
const DOTS: usize = 300;

/// Number of bins of a ridge over the whole axis.
const BINS: usize = 64;

/// Height of a group: label, values, box.
const GROUP: f64 = 100.0;
const BAND: (f64, f64) = (27.0, 63.0);
const BOX: (f64, f64) = (69.0, 81.0);

/// Values of a group.
#[derive(Clone, Copy, Debug)]
pub struct Group<'a> {
    /// Name.
    pub label: &'a str,
    /// Colour.
    pub tone: Tone,
    /// Values, in any order.
    pub values: &'a [f64],
}

/// Groups that belong together.
#[derive(Clone, Copy, Debug)]
pub struct Section<'a> {
    /// What divides them: "decision".
    pub title: &'a str,
    /// Groups.
    pub groups: &'a [Group<'a>],
}

/// What the chart shows.
#[derive(Clone, Copy, Debug)]
pub struct Distributions<'a> {
    /// Place and name.
    pub heading: Heading<'a>,
    /// What the values are: "confidence".
    pub measure: &'a str,
    /// Groups by what divides them.
    pub sections: &'a [Section<'a>],
    /// Value that divides confident from uncertain, if it is to be shown.
    pub split: Option<f64>,
}

/// A group's sorted values and their quartiles.
struct Sorted<'a> {
    group: Group<'a>,
    values: Vec<f64>,
    quartiles: Option<[f64; 3]>,
}

/// Draws the chart.
#[must_use]
pub fn distributions(chart: &Distributions<'_>) -> Markup {
    let sections: Vec<(&str, Vec<Sorted<'_>>)> =
        chart.sections.iter().map(|one| (one.title, one.groups.iter().map(sorted).collect())).collect();
    let groups = || sections.iter().flat_map(|(_, groups)| groups);
    let given: usize = chart.sections.iter().flat_map(|one| one.groups).map(|group| group.values.len()).sum();
    let used: usize = groups().map(|group| group.values.len()).sum();
    let unusable = left_out(given - used, "value");
    if used == 0 {
        return sentence(chart.heading, &format!("there is no {} to show.{unusable}", chart.measure));
    }
    let split = chart.split.and_then(usable);
    let scale = Scale::around(groups().flat_map(|group| group.values.iter().copied()).chain(split), TRACK, 6);
    let ticks = scale.ticks(6, decimal);
    let mut y = 0.0;
    let mut drawn = Vec::new();
    for (at, (title, groups)) in sections.iter().enumerate() {
        y += if at > 0 { 14.0 } else { 0.0 };
        drawn.push(text((0.0, y), Anchor::Start, Height::Top, "section", title));
        y += LINE + 4.0;
        for group in groups {
            drawn.push(draw(group, &scale, &ticks, split, y));
            y += GROUP;
        }
    }
    let bottom = y - 8.0;
    let title = match split {
        Some(split) => format!("{} (dashed: split {})", chart.measure, decimal(split, 2)),
        None => chart.measure.to_owned(),
    };
    let description = format!("{}{unusable}", describe(chart.measure, groups()));
    let body = html! {
        @for part in &drawn { (part) }
        (numbers_below(&scale, &ticks, bottom, &title))
    };
    frame(chart.heading, "distributions", Role::Image, bottom + BELOW, &description, body)
}

fn sorted<'a>(group: &Group<'a>) -> Sorted<'a> {
    let mut values: Vec<f64> = group.values.iter().copied().filter_map(usable).collect();
    let quartiles = quantiles(&mut values, [0.25, 0.5, 0.75]);
    Sorted { group: *group, values, quartiles }
}

fn draw(sorted: &Sorted<'_>, scale: &Scale, ticks: &[Tick], split: Option<f64>, top: f64) -> Markup {
    let n = format!("n {}", count(sorted.values.len()));
    let median = sorted.quartiles.map(|[_, median, _]| format!("median {}, ", decimal(median, 2)));
    let figures = median.unwrap_or_default();
    let room = WIDTH - width(&figures) - width(&n) - EM;
    let tone = sorted.group.tone.class();
    let (high, low) = (top + BAND.0, top + BOX.1);
    html! {
        (label((0.0, top + 17.0), Height::Line, "", sorted.group.label, room))
        (pieces((WIDTH, top + 17.0), Anchor::End, Height::Line, &[("", &figures), ("muted", &n)]))
        @for tick in ticks { (line((scale.place(tick.value), high), (scale.place(tick.value), low), "grid")) }
        @if sorted.values.len() > DOTS {
            path d=(ridge(&sorted.values, scale, top)) class={ "ridge " (tone) } {}
        } @else if !sorted.values.is_empty() {
            (dots(&strip(&sorted.values, scale, top), &format!("dots {tone}")))
        }
        @if let Some(quartiles) = sorted.quartiles { (boxed(&sorted.values, quartiles, scale, top, tone)) }
        @if let Some(split) = split { (line((scale.place(split), high), (scale.place(split), low), "reference")) }
    }
}

fn strip(values: &[f64], scale: &Scale, top: f64) -> Vec<(f64, f64)> {
    let height = BAND.1 - BAND.0 - 6.0;
    let y = |rank| top + BAND.0 + 3.0 + height * spread(rank);
    values.iter().enumerate().map(|(rank, value)| (scale.place(*value), y(rank))).collect()
}

/// A polygon over the counts in bins of equal width; the fullest bin is as high as the band.
fn ridge(values: &[f64], scale: &Scale, top: f64) -> String {
    let bin = (TRACK.1 - TRACK.0) / BINS as f64;
    let mut counts = [0_u32; BINS];
    for value in values {
        counts[(((scale.place(*value) - TRACK.0) / bin) as usize).min(BINS - 1)] += 1;
    }
    let fullest = f64::from(*counts.iter().max().unwrap_or(&1));
    let foot = top + BAND.1;
    let occupied = |at: &usize| {
        let near = at.saturating_sub(1)..=(at + 1).min(BINS - 1);
        near.into_iter().any(|at| counts[at] > 0)
    };
    let peaks = (0..BINS).filter(occupied).map(|at| {
        let x = TRACK.0 + bin * (at as f64 + 0.5);
        (x, foot - (BAND.1 - BAND.0) * f64::from(counts[at]) / fullest)
    });
    let peaks: Vec<(f64, f64)> = peaks.collect();
    let start = peaks.first().map(|(x, _)| (*x, foot));
    let end = peaks.last().map(|(x, _)| (*x, foot));
    let outline: Vec<(f64, f64)> = start.into_iter().chain(peaks).chain(end).collect();
    through(&outline) + "z"
}

/// Quartiles as a box, the median as a line in it, and lines to the last values within 1.5 times its length.
fn boxed(values: &[f64], [low, median, high]: [f64; 3], scale: &Scale, top: f64, tone: &str) -> Markup {
    let reach = 1.5 * (high - low);
    let first = values.iter().copied().find(|value| *value >= low - reach).unwrap_or(low);
    let last = values.iter().copied().rev().find(|value| *value <= high + reach).unwrap_or(high);
    let (up, down) = (top + BOX.0, top + BOX.1);
    let middle = (up + down) / 2.0;
    let at = |value| scale.place(value);
    html! {
        @if last > first { (line((at(first), middle), (at(last), middle), &format!("whisker {tone}"))) }
        @if high > low { (rectangle((at(low), up), (at(high) - at(low), down - up), 2.0, &format!("box {tone}"))) }
        (line((at(median), up - 2.0), (at(median), down + 2.0), &format!("median {tone}")))
    }
}

fn describe<'a>(measure: &str, groups: impl Iterator<Item = &'a Sorted<'a>>) -> String {
    let said = groups.filter_map(|sorted| {
        let [low, median, high] = sorted.quartiles?.map(|value| decimal(value, 2));
        let n = count(sorted.values.len());
        Some(format!("{} median {median}, quartiles {low} and {high}, n {n}", cut(sorted.group.label, 60)))
    });
    format!("Distribution of {measure}. {}.", said.collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(values: &[f64]) -> String {
        let groups = [Group { label: "refused", tone: Tone::Plain, values }];
        let sections = [Section { title: "decision", groups: &groups }];
        let heading = Heading { id: "d", title: "Confidence" };
        let chart = Distributions { heading, measure: "confidence", sections: &sections, split: None };
        distributions(&chart).into_string()
    }

    #[test]
    fn a_box_lies_at_the_quartiles() {
        // numpy.quantile of 0 … 8 and 40: 2.25, 4.5, 6.75; the axis runs from 0 to 40.
        let values = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 40.0];
        let svg = drawn(&values);
        assert!(svg.contains("median 4.50, quartiles 2.25 and 6.75, n 10."), "{svg}");
        // 8 + 624 · 2.25 / 40, and 624 · 4.5 / 40 wide.
        assert!(svg.contains("<rect x=\"43.1\" y=\"101\" width=\"70.2\""), "{svg}");
        // The whisker ends at 8, the last value within 6.75 + 1.5 · 4.5.
        assert!(svg.contains("x2=\"132.8\" y2=\"107\" class=\"whisker plain\""), "{svg}");
        assert_eq!(svg.matches("h0").count(), 10);
    }

    #[test]
    fn many_values_are_a_ridge_of_their_counts() {
        let scale = Scale::linear((0.0, 64.0), TRACK);
        // Twice as many in the bin of 10 as in the bin of 20.
        let values: Vec<f64> = [vec![10.5; 400], vec![20.5; 200]].concat();
        let path = ridge(&values, &scale, 0.0);
        let x = |bin: f64| super::super::number::place(8.0 + 624.0 / 64.0 * (bin + 0.5));
        assert!(path.contains(&format!("{} 27 ", x(10.0))), "{path}");
        assert!(path.contains(&format!("{} 45 ", x(20.0))), "{path}");
        assert!(path.contains(&format!("{} 63 ", x(11.0))), "{path}");
    }

    #[test]
    fn it_holds_for_one_value_and_for_many() {
        let one = drawn(&[14.0]);
        assert!(one.contains("n 1<") && !one.contains("class=\"box"), "{one}");
        let many: Vec<f64> = (0..5000).map(|at| (f64::from(at) * 0.37).sin()).collect();
        assert!(drawn(&many).len() < 5000, "{}", drawn(&many).len());
        assert!(drawn(&[]).starts_with("<p"));
        assert!(drawn(&[f64::NAN, 1.0]).contains("1 value has no usable number"));
    }
}
