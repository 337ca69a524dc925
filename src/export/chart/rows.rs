//! Rows of a point with an interval: label and figures in a line, the mark on a track below it.

use maud::{Markup, PreEscaped, html};

use super::data::Span;
use super::draw::{Anchor, Height, label, line, pieces};
use super::frame::WIDTH;
use super::number::count;
use super::scale::{Scale, Tick};
use super::symbol::{Shape, symbol};
use super::text::{EM, width};

/// Height of a row.
pub const ROW: f64 = 52.0;

/// Ends of the tracks: marks at the ends stay inside the chart.
pub const TRACK: (f64, f64) = (8.0, WIDTH - 8.0);

/// A row.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    /// Name.
    pub label: &'a str,
    /// Point, and interval in brackets.
    pub words: (String, String),
    /// Number of observations.
    pub n: usize,
    /// What is drawn.
    pub span: Span,
    /// Whether the row stands out.
    pub is_primary: bool,
}

impl Row<'_> {
    fn figures(&self) -> (String, String) {
        (self.words.0.clone(), format!("{}, n {}", self.words.1, count(self.n)))
    }
}

/// Draws rows below `top`. A reference is a line through all tracks.
pub fn rows(rows: &[Row<'_>], scale: &Scale, ticks: &[Tick], reference: Option<f64>, top: f64) -> Markup {
    html! {
        @for (at, row) in rows.iter().enumerate() { (draw(row, scale, ticks, reference, top + ROW * at as f64)) }
    }
}

fn draw(row: &Row<'_>, scale: &Scale, ticks: &[Tick], reference: Option<f64>, top: f64) -> Markup {
    let (point, rest) = row.figures();
    let strong = if row.is_primary { "strong" } else { "" };
    // Bold letters are wider.
    let factor = if row.is_primary { 1.1 } else { 1.0 };
    let room = WIDTH - factor * width(&point) - width(&rest) - EM;
    let y = top + 33.0;
    let (shape, size) = if row.is_primary { (Shape::Diamond, 7.5) } else { (Shape::Circle, 6.5) };
    html! {
        (label((0.0, top + 17.0), Height::Line, strong, row.label, room / factor))
        (pieces((WIDTH, top + 17.0), Anchor::End, Height::Line, &[(strong, &point), ("muted", &rest)]))
        (line((TRACK.0, y), (TRACK.1, y), "track"))
        @for tick in ticks { (line((scale.place(tick.value), y - 4.0), (scale.place(tick.value), y + 4.0), "track")) }
        @if let Some(value) = reference {
            (line((scale.place(value), y - 12.0), (scale.place(value), y + 12.0), "reference"))
        }
        @if let Some((low, high)) = row.span.ends {
            (line((scale.place(low), y), (scale.place(high), y), "interval"))
        }
        (PreEscaped(symbol(shape, (scale.place(row.span.point), y), size, "mark")))
    }
}
