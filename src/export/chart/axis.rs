//! Axes: ticks with numbers, light lines, a title that lies flat.

use maud::{Markup, html};

use super::draw::{Anchor, Height, line, text};
use super::frame::WIDTH;
use super::scale::{Scale, Tick};
use super::text::{EM, width};

/// Height that a horizontal axis takes below the plot: numbers and title.
pub const BELOW: f64 = 9.0 + 2.0 * LINE;

/// Distance from one line of text to the next.
pub const LINE: f64 = 1.4 * EM;

/// Width that the numbers of a vertical axis take.
pub fn room(ticks: &[Tick]) -> f64 {
    ticks.iter().map(|tick| width(&tick.words)).fold(0.0, f64::max) + 12.0
}

/// Draws lines across the plot at the ticks, their numbers below it and the title below these.
pub fn horizontal(scale: &Scale, ticks: &[Tick], top: f64, bottom: f64, title: &str) -> Markup {
    html! {
        @for tick in ticks { (line((scale.place(tick.value), top), (scale.place(tick.value), bottom), "grid")) }
        (numbers_below(scale, ticks, bottom, title))
    }
}

/// Draws the numbers of the ticks below a plot, and the title. Numbers that would touch are left out.
pub fn numbers_below(scale: &Scale, ticks: &[Tick], bottom: f64, title: &str) -> Markup {
    let mut free = f64::NEG_INFINITY;
    let mut shown = Vec::new();
    for tick in ticks {
        let (at, wide) = (scale.place(tick.value), width(&tick.words));
        // The outermost numbers stay inside the chart.
        let (x, anchor, left) = match at {
            at if at < wide / 2.0 => (0.0, Anchor::Start, 0.0),
            at if at > WIDTH - wide / 2.0 => (WIDTH, Anchor::End, WIDTH - wide),
            at => (at, Anchor::Middle, at - wide / 2.0),
        };
        if left >= free {
            free = left + wide + 0.5 * EM;
            shown.push((x, anchor, tick));
        }
    }
    html! {
        @for (x, anchor, tick) in shown {
            (text((x, bottom + 9.0), anchor, Height::Top, "axis", &tick.words))
        }
        (text((WIDTH, bottom + 9.0 + LINE), Anchor::End, Height::Top, "axis", title))
    }
}

/// Height that the title of a vertical axis takes above the plot.
pub const ABOVE: f64 = LINE + 22.0;

/// Draws the title of a vertical axis, flat above the plot.
pub fn title_above(top: f64, words: &str) -> Markup {
    text((0.0, top - 18.0), Anchor::Start, Height::Line, "axis", words)
}

/// Draws lines across the plot at the ticks, and their numbers left of it.
pub fn vertical(scale: &Scale, ticks: &[Tick], left: f64, right: f64) -> Markup {
    html! {
        @for tick in ticks {
            (line((left, scale.place(tick.value)), (right, scale.place(tick.value)), "grid"))
            (text((left - 9.0, scale.place(tick.value)), Anchor::End, Height::Centre, "axis", &tick.words))
        }
    }
}
