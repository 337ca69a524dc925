//! The report as one HTML page: no other file, no network, readable without scripts.
//!
//! `frame` is the page, `blocks` the answers as compressed data, and the files ending in `.js` show them.

pub mod answers;
mod blocks;
mod content;
mod frame;
mod policy;
pub mod shown;
mod uncertain;

pub use answers::{Answer, AnswerSet, AnswerTokens, AnswerTrace, FlipCell};
pub use content::{Page, Section};

/// Renders the page. The same page gives the same bytes.
#[must_use]
pub fn render(page: &Page<'_>) -> Vec<u8> {
    frame::document(page).into_string().into_bytes()
}

#[cfg(test)]
mod tests;
