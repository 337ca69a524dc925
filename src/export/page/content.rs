//! What the page shows.

use maud::Markup;

use super::answers::{AnswerSet, FlipCell};

/// What the page shows, from top to bottom.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// Title of the page and its first heading.
    pub title: &'a str,
    /// The result in a sentence.
    pub headline: &'a str,
    /// What a reader must know about the result, one sentence or more each.
    pub notes: &'a [String],
    /// Command that makes the results again; empty if there is none.
    pub command: &'a str,
    /// Style sheet of the sections. The page's policy allows it, and no other style.
    pub style: &'a str,
    /// Sections between the headline and the answers.
    pub sections: &'a [Section],
    /// Answers, run by run.
    pub answers: &'a [AnswerSet],
    /// Cells of a sweep and the runs they are compared with, in the order of the cells.
    pub flips: &'a [FlipCell],
}

/// A section of the page.
///
/// Its elements can point into the answers: `data-instance="17"` opens the answer at position 17 of its run,
/// `data-filter="uncertain_compliance"` shows the answers with that name in one of their columns, both with
/// `data-set="1"` for a run other than the first, and `data-flip="CELL:FROM:TO"` shows the answers of a
/// [`FlipCell`] that changed from one decision to another. Links have `href="#i-17"` (or `#i-17&set=1`).
#[derive(Clone, Debug)]
pub struct Section {
    /// Id of the element: letters, digits and dashes, and different from that of every other section.
    pub id: String,
    /// Heading.
    pub title: String,
    /// Content.
    pub body: Markup,
}
