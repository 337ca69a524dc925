//! The frame of a chart: its size, its name and its text alternative.

use maud::{Markup, html};

use super::data::Heading;
use super::number::place;
use super::text::{clean, slug};

/// Width of every chart in its own units.
pub const WIDTH: f64 = 640.0;

/// What a chart is to a screen reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A picture, which its description replaces.
    Image,
    /// A picture with links in it, which an image would hide.
    Group,
}

/// Draws a frame around a chart of this height. `kind` is its class.
pub fn frame(
    heading: Heading<'_>,
    kind: &str,
    role: Role,
    height: f64,
    description: &str,
    body: Markup,
) -> Markup {
    let id = slug(heading.id);
    let role = if role == Role::Image { "img" } else { "group" };
    html! {
        svg class={ "chart " (kind) } id=(id) role=(role) viewBox={ "0 0 " (place(WIDTH)) " " (place(height)) }
            aria-labelledby={ (id) "-title " (id) "-desc" } {
            title id={ (id) "-title" } { (clean(heading.title)) }
            desc id={ (id) "-desc" } { (clean(description)) }
            (body)
        }
    }
}

/// Says in a sentence what a chart could not show.
pub fn sentence(heading: Heading<'_>, words: &str) -> Markup {
    html! { p class="chart-none" id=(slug(heading.id)) { (clean(heading.title)) ": " (clean(words)) } }
}

/// Says how many values were left out because they are no numbers; nothing for none.
pub fn left_out(count: usize, what: &str) -> String {
    match count {
        0 => String::new(),
        1 => format!(" 1 {what} has no usable number and is left out."),
        _ => format!(" {} {what}s have no usable number and are left out.", super::number::count(count)),
    }
}
