//! Names beside points: directly where they are short and free of each other, else numbers with a list below.

use maud::{Markup, html};

use super::axis::LINE;
use super::draw::{Anchor, Height, label, text};
use super::frame::WIDTH;
use super::number::count;
use super::text::{EM, shorten, width};

/// A point that wants a name.
#[derive(Clone, Debug)]
pub struct Callout {
    /// Place of the point.
    pub at: (f64, f64),
    /// Upper and lower end of its mark: of its interval.
    pub reach: (f64, f64),
    /// Its name.
    pub label: String,
    /// Its figures, for the list.
    pub figures: String,
}

impl Callout {
    /// Names a point without an interval.
    pub fn of(at: (f64, f64), label: &str, figures: String) -> Self {
        Self { at, reach: (at.1 - 4.0, at.1 + 4.0), label: label.to_owned(), figures }
    }
}

/// Names that were placed, and the list of those that were not.
pub struct Callouts {
    /// Names or numbers beside the points.
    pub beside: Markup,
    list: Vec<Item>,
}

/// An entry of the list.
struct Item {
    number: String,
    label: String,
    figures: String,
}

/// Width up to which a name stands beside its point.
const SHORT: f64 = 9.0 * EM;

/// Number of entries of the list.
const MOST: usize = 20;

/// Where labels of the list begin.
const INDENT: f64 = 38.0;

/// A rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Left end.
    pub left: f64,
    /// Upper end.
    pub top: f64,
    /// Right end.
    pub right: f64,
    /// Lower end.
    pub bottom: f64,
}

impl Area {
    /// Returns the square around a point.
    pub fn around((x, y): (f64, f64), half: f64) -> Self {
        Self { left: x - half, top: y - half, right: x + half, bottom: y + half }
    }

    /// Returns squares along a line through points, close to each other.
    pub fn along(points: &[(f64, f64)]) -> Vec<Self> {
        let between = |pair: &[(f64, f64)]| {
            let (from, to) = (pair[0], pair[1]);
            let steps = ((to.0 - from.0).hypot(to.1 - from.1) / 6.0).ceil().clamp(1.0, 200.0) as usize;
            (0..=steps).map(move |at| {
                let share = at as f64 / steps as f64;
                Self::around((from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1)), 3.0)
            })
        };
        points.windows(2).flat_map(between).collect()
    }

    fn meets(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    fn holds(&self, other: &Self) -> bool {
        self.left <= other.left
            && self.top <= other.top
            && self.right >= other.right
            && self.bottom >= other.bottom
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Placed {
    at: (f64, f64),
    anchor: Anchor,
    /// Whether it covers no line either.
    is_clear: bool,
}

/// Places names beside points. `marks` are all points, which names must not cover; `lines` they had better not.
pub fn callouts(wanted: &[Callout], marks: &[(f64, f64)], lines: &[Area], plot: Area) -> Callouts {
    let marks: Vec<Area> = marks.iter().map(|at| Area::around(*at, 9.0)).collect();
    let names: Vec<String> = wanted.iter().map(|one| shorten(&one.label, SHORT)).collect();
    let are_whole = wanted.iter().all(|one| width(&one.label) <= SHORT);
    if let Some(placed) = are_whole
        .then(|| place(wanted, &names, &marks, lines, &plot))
        .flatten()
        .filter(|found| found.iter().all(|one| one.is_clear))
    {
        return Callouts { beside: draw(&names, &placed), list: Vec::new() };
    }
    let numbers: Vec<String> = (1..=wanted.len()).map(count).collect();
    let above =
        |one: &Callout| Placed { at: (one.at.0, one.at.1 - 20.0), anchor: Anchor::Middle, is_clear: false };
    let placed = place(wanted, &numbers, &marks, lines, &plot);
    let placed = placed.unwrap_or_else(|| wanted.iter().map(above).collect());
    let item = |(one, number): (&Callout, &String)| Item {
        number: number.clone(),
        label: one.label.clone(),
        figures: one.figures.clone(),
    };
    Callouts { beside: draw(&numbers, &placed), list: wanted.iter().zip(&numbers).map(item).collect() }
}

impl Item {
    /// Room of the label beside the figures.
    fn room(&self) -> f64 {
        WIDTH - INDENT - width(&self.figures) - EM
    }

    /// A label that is too long for that has a line of its own.
    fn lines(&self) -> f64 {
        if width(&self.label) > self.room() { 2.0 } else { 1.0 }
    }
}

impl Callouts {
    /// Returns the height of the list.
    pub fn height(&self) -> f64 {
        let lines: f64 = self.list.iter().take(MOST).map(Item::lines).sum();
        let more = if self.list.len() > MOST { 1.0 } else { 0.0 };
        if self.list.is_empty() { 0.0 } else { LINE * (lines + more) + 12.0 }
    }

    /// Draws the list.
    pub fn list(&self, top: f64) -> Markup {
        let mut y = top + 8.0;
        let mut drawn = Vec::new();
        for item in self.list.iter().take(MOST) {
            let last = y + LINE * (item.lines() - 1.0);
            let room = if item.lines() > 1.0 { WIDTH - INDENT } else { item.room() };
            drawn.push(html! {
                (text((26.0, y), Anchor::End, Height::Top, "strong", &item.number))
                (label((INDENT, y), Height::Top, "", &item.label, room))
                (text((WIDTH, last), Anchor::End, Height::Top, "muted", &item.figures))
            });
            y = last + LINE;
        }
        let more = self.list.len().saturating_sub(MOST);
        html! {
            @for item in &drawn { (item) }
            @if more > 0 { (text((INDENT, y), Anchor::Start, Height::Top, "muted", &format!("and {} more", count(more)))) }
        }
    }
}

fn draw(names: &[String], placed: &[Placed]) -> Markup {
    html! {
        @for (name, place) in names.iter().zip(placed) {
            (text(place.at, place.anchor, Height::Centre, "callout", name))
        }
    }
}

/// Tries some places for each name in turn, first those that cover no line; `None` if a name finds none.
fn place(
    wanted: &[Callout],
    names: &[String],
    marks: &[Area],
    lines: &[Area],
    plot: &Area,
) -> Option<Vec<Placed>> {
    let mut taken = marks.to_vec();
    let mut placed = Vec::new();
    for (one, name) in wanted.iter().zip(names) {
        let all = candidates(one, width(name));
        let fits = |area: &Area| plot.holds(area) && !taken.iter().any(|other| other.meets(area));
        let is_clear = |area: &Area| !lines.iter().any(|line| line.meets(area));
        let clear = all.iter().find(|(_, area)| fits(area) && is_clear(area));
        let (found, area) = clear.or_else(|| all.iter().find(|(_, area)| fits(area)))?;
        placed.push(Placed { is_clear: clear.is_some(), ..*found });
        taken.push(*area);
    }
    Some(placed)
}

fn candidates(one: &Callout, wide: f64) -> [(Placed, Area); 8] {
    let (near, half, (x, y)) = (0.6 * EM, 0.55 * EM, one.at);
    let places = [
        (Anchor::Start, x + near, y),
        (Anchor::Middle, x, one.reach.0 - 0.7 * EM),
        (Anchor::Middle, x, one.reach.1 + 0.7 * EM),
        (Anchor::End, x - near, y),
        (Anchor::Start, x + near, y - 0.7 * EM),
        (Anchor::Start, x + near, y + 0.7 * EM),
        (Anchor::End, x - near, y - 0.7 * EM),
        (Anchor::End, x - near, y + 0.7 * EM),
    ];
    places.map(|(anchor, x, y)| {
        let left = match anchor {
            Anchor::Start => x,
            Anchor::Middle => x - wide / 2.0,
            Anchor::End => x - wide,
        };
        let area = Area { left, top: y - half, right: left + wide, bottom: y + half };
        (Placed { at: (x, y), anchor, is_clear: true }, area)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Area = Area { left: 0.0, top: 0.0, right: 640.0, bottom: 300.0 };

    fn callout(at: (f64, f64), label: &str) -> Callout {
        Callout::of(at, label, "1 %".to_owned())
    }

    #[test]
    fn names_do_not_meet() {
        let at = [(100.0, 100.0), (150.0, 100.0), (160.0, 120.0), (500.0, 100.0)];
        let wanted: Vec<Callout> = at.iter().map(|at| callout(*at, "Q4_K_M")).collect();
        let names: Vec<String> = wanted.iter().map(|one| one.label.clone()).collect();
        let marks = at.map(|at| Area::around(at, 8.0));
        let line = [Area { left: 490.0, top: 80.0, right: 640.0, bottom: 120.0 }];
        let placed = place(&wanted, &names, &marks, &line, &ROOM).unwrap();
        assert_eq!(placed[3].anchor, Anchor::End, "the line is on the right");
        let areas: Vec<Area> = placed
            .iter()
            .zip(&wanted)
            .map(|(placed, one)| {
                let found =
                    candidates(one, width("Q4_K_M")).into_iter().find(|(other, _)| other.at == placed.at);
                found.unwrap().1
            })
            .collect();
        for (at, area) in areas.iter().enumerate() {
            assert!(ROOM.holds(area));
            assert!(areas[..at].iter().all(|other| !other.meets(area)));
        }
    }

    #[test]
    fn crowded_or_long_names_become_numbers() {
        let crowd: Vec<Callout> =
            (0..12).map(|at| callout((100.0 + f64::from(at), 100.0), "Q4_K_M")).collect();
        let marks: Vec<(f64, f64)> = crowd.iter().map(|one| one.at).collect();
        let found = callouts(&crowd, &marks, &[], ROOM);
        assert_eq!(found.list.len(), 12);
        assert!(found.height() > 12.0 * LINE);
        let long =
            [callout((50.0, 50.0), "a name that is too long to stand beside its point and even its figures")];
        let found = callouts(&long, &[], &[], ROOM);
        // One line for the label, one for its figures.
        assert!((found.height() - 2.0 * LINE - 12.0).abs() < 1e-9);
        assert!(found.beside.into_string().contains(">1</tspan>"));
    }
}
