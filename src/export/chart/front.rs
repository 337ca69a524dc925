//! Tokens against agreement for settings of a replay, with the Pareto front.

use maud::{Markup, PreEscaped, html};

use super::axis::{ABOVE, BELOW, horizontal, room, title_above, vertical};
use super::callouts::{Area, Callout, callouts};
use super::data::Heading;
use super::draw::polyline;
use super::frame::{Role, WIDTH, frame, left_out, sentence};
use super::legend::{Key, legend};
use super::number::{count, percent, round, short, usable};
use super::scale::Scale;
use super::symbol::{Shape, symbol};
use super::text::cut;

/// A setting.
#[derive(Clone, Debug, PartialEq)]
pub struct FrontPoint {
    /// Name of the setting.
    pub label: String,
    /// Number of tokens.
    pub tokens: f64,
    /// Agreement with the full budget, as a share.
    pub agreement: f64,
    /// Whether no other setting has more agreement with at most as many tokens.
    pub is_on_front: bool,
}

/// What the chart shows.
#[derive(Clone, Copy, Debug)]
pub struct Front<'a> {
    /// Place and name.
    pub heading: Heading<'a>,
    /// Settings.
    pub points: &'a [FrontPoint],
    /// Number of instances.
    pub n: usize,
}

const PLOT: f64 = 320.0;

/// Draws the chart.
#[must_use]
pub fn front(chart: &Front<'_>) -> Markup {
    let is_usable = |point: &&FrontPoint| usable(point.tokens).and(usable(point.agreement)).is_some();
    let points: Vec<&FrontPoint> = chart.points.iter().filter(is_usable).collect();
    let unusable = left_out(chart.points.len() - points.len(), "setting");
    if let [] | [_] = points.as_slice() {
        let words = points.first().map_or_else(
            || "there is no setting to show.".to_owned(),
            |point| {
                format!(
                    "the only setting: {} with {}, n {}.",
                    cut(&point.label, 80),
                    figures(point),
                    count(chart.n)
                )
            },
        );
        return sentence(chart.heading, &(words + &unusable));
    }
    let mut best: Vec<&FrontPoint> = points.iter().copied().filter(|point| point.is_on_front).collect();
    best.sort_by(|a, b| a.tokens.total_cmp(&b.tokens).then(a.agreement.total_cmp(&b.agreement)));
    let entries = [
        (Key::Point(Shape::Diamond, "mark"), "on the front".to_owned()),
        (
            Key::Point(Shape::Circle, "point plain hollow"),
            format!("other settings, {} in all", count(points.len())),
        ),
    ];
    let (keys, key_height) = legend(&entries, 0.0);
    let top = key_height + ABOVE;
    let bottom = top + PLOT;
    let y = Scale::around(points.iter().map(|point| point.agreement), (bottom - 14.0, top + 14.0), 5);
    let y_ticks = y.ticks(5, |value, decimals| percent(value, decimals.saturating_sub(2)));
    let left = room(&y_ticks);
    let tokens: Vec<f64> = points.iter().map(|point| point.tokens).collect();
    let x = Scale::around_log(&tokens, (left + 12.0, WIDTH - 12.0), 5);
    let at = |point: &FrontPoint| (x.place(point.tokens), y.place(point.agreement));
    let marks: Vec<(f64, f64)> = points.iter().map(|point| at(point)).collect();
    let wanted: Vec<Callout> =
        best.iter().map(|point| Callout::of(at(point), &point.label, figures(point))).collect();
    let steps: Vec<(f64, f64)> = best.iter().map(|point| at(point)).collect();
    let plot = Area { left, top: top - 4.0, right: WIDTH, bottom };
    let names = callouts(&wanted, &marks, &Area::along(&steps), plot);
    let scale_words = if x.is_log() { "tokens (logarithmic)" } else { "tokens" };
    let body = html! {
        (keys)
        (title_above(top, "agreement with the full budget"))
        (vertical(&y, &y_ticks, left, WIDTH))
        (horizontal(&x, &x.ticks(5, |value, _| round(value)), top, bottom, &format!("{scale_words}, n {}", count(chart.n))))
        @if steps.len() > 1 { (polyline(&steps, "front-line")) }
        @for point in points.iter().filter(|point| !point.is_on_front) {
            (PreEscaped(symbol(Shape::Circle, at(point), 5.0, "point plain hollow")))
        }
        @for point in &best { (PreEscaped(symbol(Shape::Diamond, at(point), 7.0, "mark"))) }
        (names.beside)
        (names.list(bottom + BELOW))
    };
    let description = format!("{}{unusable}", describe(chart, &points, &best));
    frame(chart.heading, "front", Role::Image, bottom + BELOW + names.height(), &description, body)
}

fn figures(point: &FrontPoint) -> String {
    format!("{} tokens, {}", short(point.tokens), percent(point.agreement, 1))
}

fn describe(chart: &Front<'_>, points: &[&FrontPoint], best: &[&FrontPoint]) -> String {
    let said: Vec<String> = best
        .iter()
        .take(6)
        .map(|point| format!("{} with {}", cut(&point.label, 60), figures(point)))
        .collect();
    let more = best.len().saturating_sub(6);
    let more = if more > 0 { format!(" and {} more", count(more)) } else { String::new() };
    format!(
        "Tokens against agreement of {} settings, n {}. On the Pareto front: {}{more}.",
        count(points.len()),
        count(chart.n),
        said.join("; ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(label: &str, tokens: f64, agreement: f64, is_on_front: bool) -> FrontPoint {
        FrontPoint { label: label.to_owned(), tokens, agreement, is_on_front }
    }

    fn drawn(points: &[FrontPoint]) -> String {
        front(&Front { heading: Heading { id: "p", title: "Front" }, points, n: 250 }).into_string()
    }

    #[test]
    fn the_front_is_joined_by_rising_tokens() {
        let svg = drawn(&[
            point("full", 100_000.0, 1.0, true),
            point("one", 1000.0, 0.9, true),
            point("worse", 20_000.0, 0.9, false),
        ]);
        // Two decades on a logarithmic axis; agreement from 90 to 100 %, with 14 units of air in 320 from 78.
        let line = "<path d=\"M83.4 384L628 92\" class=\"front-line\">";
        assert!(svg.contains(line), "{svg}");
        assert!(svg.contains("tokens (logarithmic), n 250"), "{svg}");
        assert!(svg.contains("one with 1k tokens, 90.0 %; full with 100k tokens, 100.0 %."), "{svg}");
        assert!(svg.contains(">one</text>") && !svg.contains(">worse</text>"), "{svg}");
    }

    #[test]
    fn one_setting_is_a_sentence() {
        assert!(
            drawn(&[point("<b>", 10.0, 0.5, true)])
                .contains("the only setting: &lt;b&gt; with 10 tokens, 50.0 %, n 250.")
        );
        assert!(drawn(&[point("x", f64::NAN, 0.5, true)]).contains("1 setting has no usable number"));
    }
}
