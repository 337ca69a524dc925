//! Runs as rows of one table.

use super::line::Line;
use super::text::Text;
use crate::analysis::table::Table;
use crate::export::table::{legend, readable};

/// Renders a table of runs, and what its columns mean.
#[must_use]
pub fn lines(table: &Table, width: usize) -> Vec<Line> {
    let (header, rows) = readable(table);
    let mut text = Text::new(width);
    text.numbers(&header, &rows);
    for row in table.rows.iter().filter(|row| row.found.open > 0) {
        let done = row.found.planned.saturating_sub(row.found.open);
        text.say(&format!("{} is incomplete: {done} of {} prompts", row.found.cell, row.found.planned));
    }
    let legend = legend(table);
    if !legend.is_empty() {
        text.quiet(&legend);
    }
    text.done()
}
