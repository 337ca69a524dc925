//! Symbols of points.

use super::number::place;

/// Shape of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// A circle.
    Circle,
    /// A triangle on its base.
    Triangle,
    /// A square.
    Square,
    /// A square on its corner.
    Diamond,
    /// Two crossing lines.
    Cross,
}

/// Returns the element at a place, with the class if it is not empty. Areas of the shapes are similar.
pub fn symbol(shape: Shape, (x, y): (f64, f64), size: f64, class: &str) -> String {
    let mut element = match shape {
        Shape::Circle => format!("<circle cx=\"{}\" cy=\"{}\" r=\"{}\"", place(x), place(y), place(size)),
        _ => format!("<path d=\"{}\"", outline(shape, x, y, size)),
    };
    if !class.is_empty() {
        element.push_str(&format!(" class=\"{class}\""));
    }
    element.push_str("/>");
    element
}

fn outline(shape: Shape, x: f64, y: f64, size: f64) -> String {
    let start = |dx: f64, dy: f64| format!("M{} {}", place(x + dx * size), place(y + dy * size));
    let of = |factor: f64| place(factor * size);
    match shape {
        Shape::Triangle => format!("{}l{} {}h{}z", start(0.0, -1.2), of(1.2), of(2.1), of(-2.4)),
        Shape::Square => format!("{}h{s}v{s}h{}z", start(-0.9, -0.9), of(-1.8), s = of(1.8)),
        Shape::Diamond => {
            format!("{}l{d} {d} {m} {d} {m} {m}z", start(0.0, -1.25), d = of(1.25), m = of(-1.25))
        }
        Shape::Circle | Shape::Cross => {
            format!("{}l{s} {s}m0 {m}l{m} {s}", start(-0.9, -0.9), s = of(1.8), m = of(-1.8))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_lie_around_their_place() {
        assert_eq!(symbol(Shape::Circle, (10.0, 20.5), 4.0, ""), "<circle cx=\"10\" cy=\"20.5\" r=\"4\"/>");
        assert_eq!(
            symbol(Shape::Square, (10.0, 20.0), 5.0, "mark"),
            "<path d=\"M5.5 15.5h9v9h-9z\" class=\"mark\"/>"
        );
        assert_eq!(symbol(Shape::Triangle, (10.0, 20.0), 5.0, ""), "<path d=\"M10 14l6 10.5h-12z\"/>");
        assert_eq!(symbol(Shape::Diamond, (10.0, 20.0), 4.0, ""), "<path d=\"M10 15l5 5 -5 5 -5 -5z\"/>");
        assert_eq!(symbol(Shape::Cross, (10.0, 20.0), 5.0, ""), "<path d=\"M5.5 15.5l9 9m0 -9l-9 9\"/>");
    }
}
