//! Legends: what a mark means, in words, above the plot.

use maud::{Markup, PreEscaped, html};

use super::axis::LINE;
use super::draw::{Height, label, line, rectangle};
use super::frame::WIDTH;
use super::symbol::{Shape, symbol};
use super::text::{EM, width};

/// Picture of an entry.
#[derive(Clone, Copy, Debug)]
pub enum Key {
    /// A point, with its classes.
    Point(Shape, &'static str),
    /// A piece of line, with its classes.
    Line(&'static str),
    /// A field of colour, with its classes.
    Field(&'static str),
}

/// An entry: its picture and its words.
pub type Entry = (Key, String);

/// Space between entries.
const GAP: f64 = 1.2 * EM;

/// Draws entries from left to right, in columns if they need more than a line; returns the height too.
pub fn legend(entries: &[Entry], top: f64) -> (Markup, f64) {
    let widths: Vec<f64> = entries.iter().map(|(key, words)| indent(*key) + width(words)).collect();
    let in_a_line = widths.iter().sum::<f64>() + GAP * widths.len().saturating_sub(1) as f64 <= WIDTH;
    let places: Vec<(f64, f64)> = if in_a_line {
        let left = |at: usize| widths[..at].iter().map(|wide| wide + GAP).sum();
        (0..entries.len()).map(|at| (left(at), 0.0)).collect()
    } else {
        let columns = columns(&widths);
        (0..entries.len()).map(|at| (columns[at % columns.len()], (at / columns.len()) as f64)).collect()
    };
    let lines = places.last().map_or(0.0, |(_, line)| line + 1.0);
    let markup = html! {
        @for ((key, words), (x, line)) in entries.iter().zip(places) {
            @let y = top + LINE * (line + 0.5);
            (picture(*key, x, y))
            (label((x + indent(*key), y), Height::Centre, "", words, WIDTH - x - indent(*key)))
        }
    };
    (markup, LINE * lines)
}

/// Left ends of as many columns as fit when entries go through them line by line.
fn columns(widths: &[f64]) -> Vec<f64> {
    for count in (2..widths.len()).rev() {
        let widest = |column: usize| widths.iter().skip(column).step_by(count).copied().fold(0.0, f64::max);
        let mut lefts = vec![0.0];
        for column in 0..count - 1 {
            lefts.push(lefts[column] + widest(column) + GAP);
        }
        if lefts[count - 1] + widest(count - 1) <= WIDTH {
            return lefts;
        }
    }
    vec![0.0]
}

/// Width of a picture and the space after it.
fn indent(key: Key) -> f64 {
    match key {
        Key::Line(_) => 40.0,
        Key::Point(..) | Key::Field(_) => 24.0,
    }
}

fn picture(key: Key, x: f64, y: f64) -> Markup {
    match key {
        Key::Point(shape, class) => PreEscaped(symbol(shape, (x + 8.0, y), 6.0, class)),
        Key::Line(class) => line((x, y), (x + 32.0, y), class),
        Key::Field(class) => rectangle((x, y - 8.0), (16.0, 16.0), 3.0, class),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_that_need_lines_stand_in_columns() {
        assert_eq!(columns(&[200.0, 300.0, 250.0, 100.0]), [0.0, 250.0 + GAP]);
        assert_eq!(columns(&[100.0, 100.0, 100.0, 100.0, 500.0]), [0.0, 500.0 + GAP]);
        assert_eq!(columns(&[700.0, 600.0]), [0.0]);
        let entry = |words: &str| (Key::Field("field"), words.to_owned());
        let (_, height) = legend(&[entry("refused"), entry("complied")], 0.0);
        assert!((height - LINE).abs() < 1e-9);
        assert_eq!(legend(&[], 0.0).1, 0.0);
    }
}
