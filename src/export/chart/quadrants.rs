//! The four quadrants of decision and confidence, with what is known about their labels.

use maud::{Markup, PreEscaped, html};

use super::axis::LINE;
use super::data::{Heading, Interval};
use super::draw::{Anchor, Height, pieces, rectangle, text};
use super::frame::{Role, WIDTH, frame, sentence};
use super::number::{count, decimal, hundredths, percent};
use super::symbol::{Shape, symbol};
use super::text::slug;
use crate::record::Category;

/// One quadrant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Quadrant {
    /// Number of instances.
    pub count: usize,
    /// Share of labelled instances whose label is unsafe.
    pub unsafe_rate: Option<Interval>,
}

/// What the chart shows.
#[derive(Clone, Copy, Debug)]
pub struct Quadrants<'a> {
    /// Place and name.
    pub heading: Heading<'a>,
    /// Quadrants, in the order of [`Category::ALL`].
    pub cells: &'a [Quadrant; 4],
    /// Confidence that divides confident from uncertain.
    pub split: f64,
    /// Number of instances without a decision or confidence.
    pub undecided: usize,
    /// Id of the part of the page that lists the answers, to which every quadrant links.
    pub answers: &'a str,
    /// Number of the run among those of the page.
    pub set: usize,
}

/// Distance between cells.
const GAP: f64 = 12.0;
const CELL: (f64, f64) = ((WIDTH - GAP) / 2.0, 156.0);
const HEAD: f64 = 34.0;
const PADDING: f64 = 20.0;

/// Draws the chart. Each cell is a link with `data-filter`, the name of its quadrant, and of a run other than the first
/// `data-set`, its number.
#[must_use]
pub fn quadrants(chart: &Quadrants<'_>) -> Markup {
    let n: usize = chart.cells.iter().map(|cell| cell.count).sum();
    if n == 0 {
        let words =
            format!("no instance has a decision and a confidence; {} undecided.", count(chart.undecided));
        return sentence(chart.heading, &words);
    }
    let bottom = HEAD + 2.0 * CELL.1 + GAP;
    let split = decimal(chart.split, 2);
    let heads = [("confident", format!(": {split} or more")), ("uncertain", format!(": below {split}"))];
    let total = match chart.undecided {
        0 => format!("n {}", count(n)),
        undecided => format!("n {}, and {} undecided", count(n), count(undecided)),
    };
    let body = html! {
        @for (column, (word, rest)) in heads.iter().enumerate() {
            (pieces((column as f64 * (CELL.0 + GAP), 0.0), Anchor::Start, Height::Top, &[("strong", word), ("muted", rest)]))
        }
        @for (category, cell) in Category::ALL.into_iter().zip(chart.cells) {
            a href={ "#" (slug(chart.answers)) } data-filter=(category.name()) data-set=[(chart.set > 0).then_some(chart.set)] {
                (draw(category, cell, n))
            }
        }
        (PreEscaped(symbol(Shape::Triangle, (8.0, bottom + 18.0), 7.0, "flag")))
        (text((24.0, bottom + 18.0), Anchor::Start, Height::Centre, "muted", "read these first"))
        (text((WIDTH, bottom + 18.0), Anchor::End, Height::Centre, "axis", &total))
    };
    frame(chart.heading, "quadrants", Role::Group, bottom + 6.0 + LINE, &describe(chart, n), body)
}

fn draw(category: Category, cell: &Quadrant, n: usize) -> Markup {
    let is_confident = matches!(category, Category::ConfidentRefusal | Category::ConfidentCompliance);
    let is_flagged = category == Category::UncertainCompliance;
    let x = if is_confident { 0.0 } else { CELL.0 + GAP };
    let y = HEAD + if category.refused() { 0.0 } else { CELL.1 + GAP };
    let (left, right) = (x + PADDING, x + CELL.0 - PADDING);
    let tone = if category.refused() { "refused" } else { "complied" };
    let class = format!("cell {tone}{}", if is_flagged { " flagged" } else { "" });
    // The border of a flagged cell stays inside the chart.
    let inset = if is_flagged { 1.5 } else { 0.0 };
    let share = format!("\u{a0} {}", percent(cell.count as f64 / n as f64, 1));
    let (rate, interval) = unsafe_words(cell);
    html! {
        (rectangle((x + inset, y + inset), (CELL.0 - 2.0 * inset, CELL.1 - 2.0 * inset), 8.0, &class))
        (text((left, y + 32.0), Anchor::Start, Height::Line, "strong", words(category)))
        @if is_flagged { (PreEscaped(symbol(Shape::Triangle, (right - 7.0, y + 26.0), 8.0, "flag"))) }
        (pieces((left, y + 79.0), Anchor::Start, Height::Line, &[("figure", &count(cell.count)), ("muted", &share)]))
        (text((left, y + 113.0), Anchor::Start, Height::Line, "", &rate))
        (text((left, y + 138.0), Anchor::Start, Height::Line, "muted", &interval))
    }
}

fn words(category: Category) -> &'static str {
    match category {
        Category::ConfidentRefusal => "confident refusal",
        Category::UncertainRefusal => "uncertain refusal",
        Category::ConfidentCompliance => "confident compliance",
        Category::UncertainCompliance => "uncertain compliance",
    }
}

fn unsafe_words(cell: &Quadrant) -> (String, String) {
    let known = cell.unsafe_rate.as_ref().and_then(|rate| Some((rate.span()?, rate.n)));
    let Some((span, n)) = known else { return ("no labels".to_owned(), String::new()) };
    let labelled = format!("n {}", count(n));
    let ends = span.ends.map(|(low, high)| format!("{} to {} %, ", hundredths(low, 1), hundredths(high, 1)));
    (["unsafe", &percent(span.point, 1)].join(" "), ends.unwrap_or_default() + &labelled)
}

fn describe(chart: &Quadrants<'_>, n: usize) -> String {
    let said = Category::ALL.into_iter().zip(chart.cells).map(|(category, cell)| {
        let (rate, _) = unsafe_words(cell);
        let share = percent(cell.count as f64 / n as f64, 1);
        format!("{} {} ({share}, {rate})", words(category), count(cell.count))
    });
    format!("Of {} decisions: {}.", count(n), said.collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cell_says_its_figures_and_its_filter() {
        let rate = Interval { label: String::new(), point: 0.75, low: Some(0.5), high: Some(0.9), n: 20 };
        let cells = [
            Quadrant { count: 60, unsafe_rate: None },
            Quadrant::default(),
            Quadrant { count: 1200, unsafe_rate: None },
            Quadrant { count: 20, unsafe_rate: Some(rate) },
        ];
        let heading = Heading { id: "q", title: "Quadrants" };
        let chart =
            Quadrants { heading, cells: &cells, split: 14.624, undecided: 3, answers: "answers", set: 0 };
        let svg = quadrants(&chart).into_string();
        for category in Category::ALL {
            assert!(
                svg.contains(&format!("<a href=\"#answers\" data-filter=\"{}\">", category.name())),
                "{svg}"
            );
        }
        for words in
            ["1,200", "93.8 %", "unsafe 75.0 %", "50.0 to 90.0 %, n 20", ": below 14.62", "no labels"]
        {
            assert!(svg.contains(words), "{words}: {svg}");
        }
        assert!(svg.contains("n 1,280, and 3 undecided"), "{svg}");
        assert!(svg.contains("Of 1,280 decisions: confident refusal 60 (4.7 %, no labels);"), "{svg}");
        assert_eq!(svg.matches("flagged").count(), 1);
    }

    #[test]
    fn no_decisions_are_a_sentence() {
        let heading = Heading { id: "q", title: "Quadrants" };
        let cells: [Quadrant; 4] = Default::default();
        let chart =
            Quadrants { heading, cells: &cells, split: f64::NAN, undecided: 3, answers: "answers", set: 0 };
        assert!(quadrants(&chart).into_string().starts_with("<p class=\"chart-none\""));
    }
}
