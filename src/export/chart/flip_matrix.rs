//! Decisions of a reference against those of a cell of a sweep. Changes link to the instances.

use maud::{Markup, html};

use super::axis::LINE;
use super::data::Heading;
use super::draw::{Anchor, Height, label, rectangle, text};
use super::frame::{Role, WIDTH, frame, sentence};
use super::number::{count, percent};
use super::text::{EM, cut};
use crate::record::FinalDecision;

/// What the chart shows.
#[derive(Clone, Copy, Debug)]
pub struct FlipMatrix<'a> {
    /// Place and name.
    pub heading: Heading<'a>,
    /// Name of the reference.
    pub reference: &'a str,
    /// Name of the cell.
    pub cell: &'a str,
    /// Number of the cell on the page: changes link to `#flip-INDEX-FROM-TO`.
    pub cell_index: usize,
    /// Number of instances by decision of the reference, then of the cell, in the order of [`FinalDecision::ALL`].
    pub counts: [[usize; 3]; 3],
}

/// Width of the row heads, and of the totals.
const SIDES: (f64, f64) = (116.0, 76.0);
/// Where the names of the runs begin.
const HEAD: f64 = SIDES.0;
const GAP: f64 = 8.0;
const CELL: (f64, f64) = ((WIDTH - SIDES.0 - SIDES.1 - 2.0 * GAP) / 3.0, 62.0);
const TOP: f64 = 3.0 * LINE + 6.0;

/// Draws the chart.
#[must_use]
pub fn flip_matrix(chart: &FlipMatrix<'_>) -> Markup {
    let n: usize = chart.counts.iter().flatten().sum();
    if n == 0 {
        return sentence(chart.heading, "the two runs share no instance.");
    }
    let totals = |column: usize| chart.counts.iter().map(|row| row[column]).sum::<usize>();
    let foot = TOP + 3.0 * (CELL.1 + GAP) + 4.0;
    let room = (WIDTH - HEAD) / 1.1;
    let body = html! {
        (text((0.0, 0.0), Anchor::Start, Height::Top, "muted", "rows"))
        (label((HEAD, 0.0), Height::Top, "strong", chart.reference, room))
        (text((0.0, LINE), Anchor::Start, Height::Top, "muted", "columns"))
        (label((HEAD, LINE), Height::Top, "strong", chart.cell, room))
        @for (at, decision) in FinalDecision::ALL.into_iter().enumerate() {
            (text((left(at) + CELL.0 / 2.0, TOP - 10.0), Anchor::Middle, Height::Line, "", decision.name()))
            (text((0.0, middle(at)), Anchor::Start, Height::Centre, "", decision.name()))
            (text((WIDTH, middle(at)), Anchor::End, Height::Centre, "muted", &count(chart.counts[at].iter().sum())))
            (text((left(at) + CELL.0 / 2.0, foot), Anchor::Middle, Height::Top, "muted", &count(totals(at))))
        }
        (text((WIDTH, foot), Anchor::End, Height::Top, "axis", &format!("n {}", count(n))))
        @for (row, from) in FinalDecision::ALL.into_iter().enumerate() {
            @for (column, to) in FinalDecision::ALL.into_iter().enumerate() {
                (field(chart, (row, from), (column, to)))
            }
        }
    };
    frame(chart.heading, "flip-matrix", Role::Group, foot + 1.1 * EM, &describe(chart, n), body)
}

fn left(column: usize) -> f64 {
    SIDES.0 + column as f64 * (CELL.0 + GAP)
}

fn middle(row: usize) -> f64 {
    TOP + row as f64 * (CELL.1 + GAP) + CELL.1 / 2.0
}

fn field(
    chart: &FlipMatrix<'_>,
    (row, from): (usize, FinalDecision),
    (column, to): (usize, FinalDecision),
) -> Markup {
    let number = chart.counts[row][column];
    let is_change = row != column && number > 0;
    let class = match (row == column, number > 0) {
        (true, _) => "same",
        (false, true) => "flip",
        (false, false) => "none",
    };
    let words = if class == "none" { "muted" } else { "strong" };
    let drawn = html! {
        (rectangle((left(column) + 1.5, middle(row) - CELL.1 / 2.0), (CELL.0 - 3.0, CELL.1), 6.0, class))
        (text((left(column) + CELL.0 / 2.0, middle(row)), Anchor::Middle, Height::Centre, words, &count(number)))
    };
    if !is_change {
        return drawn;
    }
    let flip = format!("{}-{}-{}", chart.cell_index, from.name(), to.name());
    html! { a href={ "#flip-" (flip) } data-flip=(flip) { title { (from.name()) " → " (to.name()) } (drawn) } }
}

fn describe(chart: &FlipMatrix<'_>, n: usize) -> String {
    let same: usize = (0..3).map(|at| chart.counts[at][at]).sum();
    let changes = n - same;
    format!(
        "Of {} instances, {} decided {} ({}) otherwise than {}: {} refused became complied, {} complied became refused.",
        count(n),
        cut(chart.cell, 60),
        count(changes),
        percent(changes as f64 / n as f64, 1),
        cut(chart.reference, 60),
        count(chart.counts[0][1]),
        count(chart.counts[1][0])
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_links() {
        let heading = Heading { id: "f", title: "Flips" };
        let counts = [[90, 12, 0], [3, 45, 1], [0, 0, 2]];
        let chart = FlipMatrix { heading, reference: "F16", cell: "<Q2_K>", cell_index: 4, counts };
        let svg = flip_matrix(&chart).into_string();
        assert!(
            svg.contains("<a href=\"#flip-4-refused-complied\" data-flip=\"4-refused-complied\">"),
            "{svg}"
        );
        assert_eq!(svg.matches("<a ").count(), 3);
        assert!(
            svg.contains("Of 153 instances, &lt;Q2_K&gt; decided 16 (10.5 %) otherwise than F16"),
            "{svg}"
        );
        // Totals of the rows and columns.
        for total in ["102", "49", "93", "57", "n 153"] {
            assert!(svg.contains(&format!(">{total}</tspan>")), "{total}: {svg}");
        }
        let none = FlipMatrix { counts: [[0; 3]; 3], ..chart };
        assert!(flip_matrix(&none).into_string().starts_with("<p"));
    }
}
