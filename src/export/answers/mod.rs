//! Answers of a run as text for a person: every text from outside is cleaned of what steers a terminal.

mod entry;
mod heading;
mod look;
mod marks;
mod paint;
mod traces;
mod words;
mod wrap;

pub use look::Look;

use crate::analysis::answers::Answers;

/// Columns of a text that is wider than a person reads.
const WIDEST: usize = 100;
/// Columns below which nothing is wrapped sensibly.
const NARROWEST: usize = 40;

/// Renders answers for a person.
#[must_use]
pub fn text(answers: &Answers, look: &Look) -> String {
    let look = Look { width: look.width.clamp(NARROWEST, WIDEST), ..*look };
    let mut text = heading::heading(answers, &look);
    let mut is_cut = false;
    for (place, entry) in (1..).zip(&answers.entries) {
        text.push('\n');
        text.push_str(&entry::entry(answers, entry, place, &look, &mut is_cut));
    }
    let rest = heading::rest(answers, is_cut);
    if !rest.is_empty() {
        text.push('\n');
        text.extend(rest.iter().map(|line| wrap::paragraph(line, "", look.width)));
    }
    text
}
