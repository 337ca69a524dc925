//! Elements that charts are made of.

use maud::{Markup, html};

use super::number::place;
use super::text::{clean, cut, shorten};

/// Which end of a text lies at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The beginning.
    Start,
    /// The middle.
    Middle,
    /// The end.
    End,
}

/// Which height of a text lies at its place, whatever the size of the font.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Height {
    /// The line on which letters stand.
    Line,
    /// The middle of small letters.
    Centre,
    /// The top of capitals.
    Top,
}

/// Draws text of pieces with a class each, one after the other.
pub fn pieces(at: (f64, f64), anchor: Anchor, height: Height, pieces: &[(&str, &str)]) -> Markup {
    let anchor = match anchor {
        Anchor::Start => None,
        Anchor::Middle => Some("middle"),
        Anchor::End => Some("end"),
    };
    let down = match height {
        Height::Line => None,
        Height::Centre => Some(".35em"),
        Height::Top => Some(".75em"),
    };
    html! {
        text x=(place(at.0)) y=(place(at.1)) dy=[down] class=[anchor] {
            @for (class, words) in pieces {
                @if class.is_empty() { (clean(words)) } @else { tspan class=(class) { (clean(words)) } }
            }
        }
    }
}

/// Draws text of one class.
pub fn text(at: (f64, f64), anchor: Anchor, height: Height, class: &str, words: &str) -> Markup {
    pieces(at, anchor, height, &[(class, words)])
}

/// Draws a label in its room; one that was shortened has a title with more of it.
pub fn label(at: (f64, f64), height: Height, class: &str, words: &str, room: f64) -> Markup {
    let short = shorten(words, room);
    let drawn = text(at, Anchor::Start, height, class, &short);
    if short == clean(words) {
        drawn
    } else {
        html! { g { title { (cut(words, 200)) } (drawn) } }
    }
}

/// Draws a straight line.
pub fn line(from: (f64, f64), to: (f64, f64), class: &str) -> Markup {
    html! {
        line x1=(place(from.0)) y1=(place(from.1)) x2=(place(to.0)) y2=(place(to.1)) class=(class) {}
    }
}

/// Draws a rectangle with corners of this radius.
pub fn rectangle(at: (f64, f64), size: (f64, f64), radius: f64, class: &str) -> Markup {
    let rounded = (radius > 0.0).then(|| place(radius));
    html! {
        rect x=(place(at.0)) y=(place(at.1)) width=(place(size.0.max(0.0))) height=(place(size.1.max(0.0)))
            rx=[rounded] class=(class) {}
    }
}

/// Draws a line through points.
pub fn polyline(points: &[(f64, f64)], class: &str) -> Markup {
    html! { path d=(through(points)) class=(class) {} }
}

/// Returns the path through points.
pub fn through(points: &[(f64, f64)]) -> String {
    let mut path = String::new();
    for (at, (x, y)) in points.iter().enumerate() {
        let letter = ["M", "L", " "][at.min(2)];
        path.push_str(&format!("{letter}{} {}", place(*x), place(*y)));
    }
    path
}

/// Draws a dot at every point, with the width of the class's stroke.
pub fn dots(points: &[(f64, f64)], class: &str) -> Markup {
    let mut path = String::new();
    for (x, y) in points {
        path.push_str(&format!("M{} {}h0", place(*x), place(*y)));
    }
    html! { path d=(path) class=(class) {} }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_clean() {
        let hostile = "<script>\"&\u{202e}\0";
        let drawn = text((1.0, 2.25), Anchor::End, Height::Centre, "muted", hostile).into_string();
        assert_eq!(
            drawn,
            "<text x=\"1\" y=\"2.3\" dy=\".35em\" class=\"end\"><tspan class=\"muted\">&lt;script&gt;&quot;&amp;\u{fffd}\u{fffd}</tspan></text>"
        );
    }

    #[test]
    fn a_line_goes_through_its_points() {
        assert_eq!(through(&[(0.0, 1.0), (2.0, 3.5), (4.0, 5.0)]), "M0 1L2 3.5 4 5");
    }
}
