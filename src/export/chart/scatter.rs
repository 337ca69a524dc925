//! Vote share against confidence, one linked point for each instance.

use std::fmt::Write as _;

use maud::{Markup, PreEscaped, Render, html};

use super::axis::{BELOW, LINE, horizontal, room, vertical};
use super::data::Heading;
use super::draw::{Anchor, Height, line, rectangle, text};
use super::frame::{Role, WIDTH, frame, left_out, sentence};
use super::legend::{Entry, Key, legend};
use super::number::{count, decimal, percent, usable};
use super::scale::Scale;
use super::spread::spread;
use super::symbol::{Shape, symbol};
use super::text::{cut, cut_front};
use crate::record::FinalDecision;
use crate::record::Label;

/// Number of points that are drawn; of more, every second, third … is.
const MOST: usize = 5000;

/// Number of points up to which each says that it is no stop of the tab key. With more that would take 14 bytes
/// of each point's 120: the page's script does it.
const MANY: usize = 2000;

/// Characters of an id that a point's title shows, with few points and with many.
const ID: (usize, usize) = (64, 18);

/// An instance.
#[derive(Clone, Copy, Debug)]
pub struct Point<'a> {
    /// Number of the instance on the page: the point links to `#i-INDEX`.
    pub index: usize,
    /// Its id, for the point's title only.
    pub id: &'a str,
    /// Confidence.
    pub confidence: f64,
    /// Share of the votes for the decision.
    pub vote_share: f64,
    /// FinalDecision.
    pub decision: FinalDecision,
    /// Label, if there is one.
    pub label: Option<Label>,
}

/// What the chart shows.
#[derive(Clone, Copy, Debug)]
pub struct Scatter<'a> {
    /// Place and name.
    pub heading: Heading<'a>,
    /// Name of the confidence.
    pub measure: &'a str,
    /// Confidence that divides confident from uncertain.
    pub split: Option<f64>,
    /// Instances.
    pub points: &'a [Point<'a>],
}

/// Colour, shape and filling of points. What contradicts its label is filled, so that it can be told apart
/// without colours too.
struct Kind {
    decision: FinalDecision,
    label: Option<Label>,
    shape: Shape,
    class: &'static str,
    words: &'static str,
}

/// Kinds in the order in which they are drawn: the rare and the bad on top.
const KINDS: [Kind; 9] = {
    use FinalDecision::{Complied, Refused, Undecided};
    use Label::{Safe, Unsafe};
    const fn kind(
        decision: FinalDecision,
        label: Option<Label>,
        shape: Shape,
        class: &'static str,
        words: &'static str,
    ) -> Kind {
        Kind { decision, label, shape, class, words }
    }
    [
        kind(Complied, Some(Safe), Shape::Circle, "point complied hollow", "safe, complied"),
        kind(Refused, Some(Unsafe), Shape::Triangle, "point refused hollow", "unsafe, refused"),
        kind(Refused, None, Shape::Square, "point refused hollow", "no label, refused"),
        kind(Complied, None, Shape::Diamond, "point complied", "no label, complied"),
        kind(Undecided, Some(Safe), Shape::Cross, "point undecided hollow", "undecided"),
        kind(Undecided, Some(Unsafe), Shape::Cross, "point undecided hollow", "undecided"),
        kind(Undecided, None, Shape::Cross, "point undecided hollow", "undecided"),
        kind(Refused, Some(Safe), Shape::Circle, "point refused", "safe, refused"),
        kind(Complied, Some(Unsafe), Shape::Triangle, "point complied", "unsafe, complied"),
    ]
};

/// Draws the chart.
#[must_use]
pub fn scatter(chart: &Scatter<'_>) -> Markup {
    let usable_points: Vec<&Point<'_>> = chart
        .points
        .iter()
        .filter(|point| usable(point.confidence).and(usable(point.vote_share)).is_some())
        .collect();
    let unusable = left_out(chart.points.len() - usable_points.len(), "instance");
    if let [] | [_] = usable_points.as_slice() {
        return sentence(chart.heading, &format!("{}{unusable}", few(&usable_points)));
    }
    let step = usable_points.len().div_ceil(MOST);
    let shown: Vec<&Point<'_>> = usable_points.iter().copied().step_by(step).collect();
    let split = chart.split.and_then(usable);
    let plot = Plot::of(&shown, split);
    let mut description = describe(chart, &usable_points, split);
    if step > 1 {
        let _ = write!(description, " {} of them are drawn.", count(shown.len()));
    }
    description.push_str(&unusable);
    frame(
        chart.heading,
        "scatter",
        Role::Image,
        plot.bottom + BELOW,
        &description,
        plot.draw(chart, &shown, split),
    )
}

struct Plot {
    x: Scale,
    y: Scale,
    left: f64,
    top: f64,
    bottom: f64,
    key: Markup,
    jitter: f64,
    size: f64,
}

impl Plot {
    fn of(shown: &[&Point<'_>], split: Option<f64>) -> Self {
        let (key, key_height) = legend(&entries(shown), 0.0);
        let top = key_height + 2.0 * LINE + 12.0;
        let bottom = top + 380.0;
        let least = shown.iter().map(|point| point.vote_share).fold(0.5, f64::min).max(0.0);
        let y = Scale::linear(((least * 10.0).floor() / 10.0, 1.0), (bottom - 26.0, top + 26.0));
        let left = room(&y.ticks(5, |value, _| percent(value, 0)));
        let values = shown.iter().map(|point| point.confidence).chain(split);
        let x = Scale::around(values, (left + 6.0, WIDTH - 8.0), 6);
        let size = if shown.len() > 1000 { 2.5 } else { 5.0 };
        Self { jitter: jitter(shown, &y), x, y, left, top, bottom, key, size }
    }

    fn draw(&self, chart: &Scatter<'_>, shown: &[&Point<'_>], split: Option<f64>) -> Markup {
        let heads = self.top - 8.0;
        html! {
            (self.key)
            (text((0.0, heads - LINE), Anchor::Start, Height::Line, "axis", "share of votes for the decision"))
            @if let Some(split) = split {
                @let at = self.x.place(split);
                (rectangle((self.left, self.top), (at - self.left, self.bottom - self.top), 0.0, "zone"))
                @if at - self.left > 110.0 { (text((at - 8.0, heads), Anchor::End, Height::Line, "axis", "uncertain")) }
                @if WIDTH - at > 260.0 {
                    (text((at + 8.0, heads), Anchor::Start, Height::Line, "axis", &format!("confident: {} or more", decimal(split, 2))))
                }
            }
            (vertical(&self.y, &self.y.ticks(5, |value, _| percent(value, 0)), self.left, WIDTH))
            (horizontal(&self.x, &self.x.ticks(6, decimal), self.top, self.bottom, &format!("{}, n {}", chart.measure, count(shown.len()))))
            @if let Some(split) = split {
                (line((self.x.place(split), self.top - 6.0), (self.x.place(split), self.bottom), "reference"))
            }
            @if shown.len() > MANY { g class="many" { (PreEscaped(self.points(shown))) } } @else { (PreEscaped(self.points(shown))) }
        }
    }

    /// One group for each kind. Numbers and shapes are written by hand: 5,000 points must stay small.
    fn points(&self, shown: &[&Point<'_>]) -> String {
        let (tab, most) = if shown.len() > MANY { ("", ID.1) } else { (" tabindex=\"-1\"", ID.0) };
        let mut svg = String::new();
        for kind in &KINDS {
            let members = shown.iter().enumerate().filter(|(_, point)| kind.holds(point));
            let mut members = members.peekable();
            if members.peek().is_none() {
                continue;
            }
            let _ = write!(svg, "<g class=\"{}\">", kind.class);
            for (at, point) in members {
                let title = cut_front(point.id, most).render().into_string();
                let y = self.y.place(point.vote_share) + self.jitter * (2.0 * spread(at) - 1.0);
                let x = self.x.place(point.confidence);
                let at = if shown.len() > MANY { (x.round(), y.round()) } else { (x, y) };
                let mark = symbol(kind.shape, at, self.size, "");
                let index = point.index;
                let _ = write!(
                    svg,
                    "<a href=\"#i-{index}\" data-instance=\"{index}\"{tab}><title>{title}</title>{mark}</a>"
                );
            }
            svg.push_str("</g>");
        }
        svg
    }
}

impl Kind {
    fn holds(&self, point: &Point<'_>) -> bool {
        self.decision == point.decision && self.label == point.label
    }
}

/// Largest offset: 0.42 of the smallest distance between two shares, so that rows stay apart; 2 to 24 units.
fn jitter(shown: &[&Point<'_>], y: &Scale) -> f64 {
    let mut places: Vec<f64> = shown.iter().map(|point| y.place(point.vote_share)).collect();
    places.sort_by(f64::total_cmp);
    let gaps = places.windows(2).map(|pair| pair[1] - pair[0]).filter(|gap| *gap > 0.1);
    (0.42 * gaps.fold(f64::INFINITY, f64::min)).clamp(2.0, 24.0)
}

fn entries(shown: &[&Point<'_>]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    // Wrong ones first, then right ones, then what is neither.
    for kind in [8, 7, 1, 0, 3, 2, 4, 5, 6].map(|at: usize| &KINDS[at]) {
        let n = shown
            .iter()
            .filter(|point| KINDS.iter().any(|one| one.words == kind.words && one.holds(point)))
            .count();
        let words = format!("{} {}", kind.words, count(n));
        if n > 0 && entries.iter().all(|(_, known)| *known != words) {
            entries.push((Key::Point(kind.shape, kind.class), words));
        }
    }
    entries
}

fn few(points: &[&Point<'_>]) -> String {
    let [point] = points else {
        return "there is no instance with a confidence and a vote share.".to_owned();
    };
    format!(
        "the one instance, {}, was {} with {} of the votes at a confidence of {}.",
        cut(point.id, 60),
        point.decision.name(),
        percent(point.vote_share, 1),
        decimal(point.confidence, 2)
    )
}

fn describe(chart: &Scatter<'_>, points: &[&Point<'_>], split: Option<f64>) -> String {
    let among =
        |wanted: &dyn Fn(&Point<'_>) -> bool| count(points.iter().filter(|point| wanted(point)).count());
    let unanimous = among(&|point| point.vote_share >= 1.0 - 1e-9);
    let mut said = format!(
        "Vote share against {} of {} instances; {unanimous} are unanimous.",
        chart.measure,
        count(points.len())
    );
    if let Some(split) = split {
        let uncertain = among(&|point| point.confidence < split && point.decision == FinalDecision::Complied);
        let _ = write!(said, " {uncertain} complied below the split of {}.", decimal(split, 2));
    }
    said.push_str(" Points of equal shares are spread upwards and downwards.");
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(index: usize, id: &str, confidence: f64, vote_share: f64) -> Point<'_> {
        Point {
            index,
            id,
            confidence,
            vote_share,
            decision: FinalDecision::Complied,
            label: Some(Label::Unsafe),
        }
    }

    fn drawn(points: &[Point<'_>]) -> String {
        let heading = Heading { id: "s", title: "Votes" };
        scatter(&Scatter { heading, measure: "confidence", split: Some(14.5), points }).into_string()
    }

    #[test]
    fn a_point_links_by_its_number_and_shows_its_id_as_text() {
        let hostile = "\"><script>\u{202e}\0";
        let svg = drawn(&[point(7, hostile, 14.0, 1.0), point(8, "b", 16.0, 0.5)]);
        let link = "<a href=\"#i-7\" data-instance=\"7\" tabindex=\"-1\"><title>&quot;&gt;&lt;script&gt;\u{fffd}\u{fffd}</title>";
        assert!(svg.contains(link), "{svg}");
        assert!(
            svg.contains("unsafe, complied 2") && svg.contains("1 complied below the split of 14.50"),
            "{svg}"
        );
    }

    #[test]
    fn offsets_are_smaller_than_half_the_distance_of_shares() {
        let points = [point(0, "a", 14.0, 1.0), point(1, "b", 16.0, 0.9), point(2, "c", 15.0, 0.5)];
        let shown: Vec<&Point<'_>> = points.iter().collect();
        // 0.1 of a scale of 250 units for 0.5 is a distance of 50.
        let y = Scale::linear((0.5, 1.0), (250.0, 0.0));
        assert!((jitter(&shown, &y) - 21.0).abs() < 1e-9);
    }

    #[test]
    fn five_thousand_points_stay_small() {
        let ids: Vec<String> = (0..5000).map(|at| format!("some_benchmark_test_{at}")).collect();
        let points: Vec<Point<'_>> = ids
            .iter()
            .enumerate()
            .map(|(at, id)| point(at, id, 10.0 + spread(at) * 8.0, (5 + at % 6) as f64 / 10.0))
            .collect();
        let svg = drawn(&points);
        assert!(svg.len() < 600_000, "{}", svg.len());
        assert_eq!(svg.matches("<a ").count(), 5000);
        let twice: Vec<Point<'_>> = points.iter().chain(&points).copied().collect();
        assert!(
            drawn(&twice).contains("10,000 instances") && drawn(&twice).contains(" 5,000 of them are drawn.")
        );
    }

    #[test]
    fn one_point_is_a_sentence() {
        let svg = drawn(&[point(0, "a", 14.0, 0.8)]);
        assert!(svg.contains("was complied with 80.0 %"), "{svg}");
        assert!(drawn(&[point(0, "a", f64::NAN, 0.8)]).contains("1 instance has no usable number"));
    }
}
