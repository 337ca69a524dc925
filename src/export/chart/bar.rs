//! One bar in parts: how many of each.

use maud::{Markup, html};

use super::data::{Heading, Tone};
use super::draw::{Anchor, Height, rectangle, text};
use super::frame::{Role, WIDTH, frame, sentence};
use super::legend::{Entry, Key, legend};
use super::number::{count, percent};
use super::text::{EM, cut, width};

/// A part of the bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Name.
    pub label: String,
    /// Number of members.
    pub count: usize,
    /// Colour.
    pub tone: Tone,
}

/// What the chart shows.
#[derive(Clone, Copy, Debug)]
pub struct Bar<'a> {
    /// Place and name.
    pub heading: Heading<'a>,
    /// Parts, from left to right.
    pub parts: &'a [Part],
}

const HEIGHT: f64 = 40.0;
/// Space between parts, so that they are told apart without colours.
const GAP: f64 = 3.0;

/// Draws the chart.
#[must_use]
pub fn bar(chart: &Bar<'_>) -> Markup {
    let n: usize = chart.parts.iter().map(|part| part.count).sum();
    if n == 0 {
        return sentence(chart.heading, "there is nothing to count.");
    }
    let parts: Vec<&Part> = chart.parts.iter().filter(|part| part.count > 0).collect();
    let free = WIDTH - GAP * (parts.len() - 1) as f64;
    let mut left = 0.0;
    let mut drawn = Vec::new();
    for part in &parts {
        let wide = free * part.count as f64 / n as f64;
        drawn.push(segment(part, left, wide));
        left += wide + GAP;
    }
    let entries: Vec<Entry> =
        chart.parts.iter().map(|part| (Key::Field(key(part.tone)), words(part, n))).collect();
    let (keys, height) = legend(&entries, HEIGHT + 12.0);
    let said: Vec<String> = chart.parts.iter().map(|part| cut(&words(part, n), 80)).collect();
    let body = html! { @for part in &drawn { (part) } (keys) };
    let description = format!("Of {}: {}.", count(n), said.join("; "));
    frame(chart.heading, "bar", Role::Image, HEIGHT + 12.0 + height, &description, body)
}

fn segment(part: &Part, left: f64, wide: f64) -> Markup {
    let long = format!("{} {}", part.label, count(part.count));
    let inside = [long, count(part.count)].into_iter().find(|words| width(words) + EM < wide);
    html! {
        (rectangle((left, 0.0), (wide, HEIGHT), 3.0, key(part.tone)))
        @if let Some(words) = inside {
            (text((left + wide / 2.0, HEIGHT / 2.0), Anchor::Middle, Height::Centre, "inside", &words))
        }
    }
}

fn words(part: &Part, n: usize) -> String {
    format!("{} {} ({})", part.label, count(part.count), percent(part.count as f64 / n as f64, 1))
}

fn key(tone: Tone) -> &'static str {
    use crate::record::FinalDecision::{Complied, Refused, Undecided};
    use crate::record::Label::{Safe, Unsafe};
    match tone {
        Tone::Of(Refused) => "field refused",
        Tone::Of(Complied) => "field complied",
        Tone::Of(Undecided) => "field undecided",
        Tone::Labelled(Unsafe) => "field unsafe",
        Tone::Labelled(Safe) => "field safe",
        Tone::Right => "field right",
        Tone::Wrong => "field wrong",
        Tone::Uncertain => "field uncertain",
        Tone::Plain => "field plain",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::FinalDecision;

    #[test]
    fn parts_are_as_wide_as_their_shares() {
        let part =
            |label: &str, count, decision| Part { label: label.to_owned(), count, tone: Tone::Of(decision) };
        let parts = [
            part("refused", 75, FinalDecision::Refused),
            part("complied", 25, FinalDecision::Complied),
            part("undecided", 0, FinalDecision::Undecided),
        ];
        let svg = bar(&Bar { heading: Heading { id: "b", title: "Decisions" }, parts: &parts }).into_string();
        // Of 640 units 3 are the gap.
        assert!(svg.contains("<rect x=\"0\" y=\"0\" width=\"477.8\""), "{svg}");
        assert!(svg.contains("<rect x=\"480.8\" y=\"0\" width=\"159.3\""), "{svg}");
        assert!(
            svg.contains("Of 100: refused 75 (75.0 %); complied 25 (25.0 %); undecided 0 (0.0 %)."),
            "{svg}"
        );
        let none = bar(&Bar { heading: Heading { id: "b", title: "Decisions" }, parts: &parts[2..] });
        assert!(none.into_string().starts_with("<p"));
    }
}
