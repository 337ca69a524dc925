//! Blank rows: those at the end of a table are left out, all others are kept.

use std::collections::VecDeque;

use super::cell::Cell;
use super::rows::{RawRow, Rows};
use crate::benchmark::error::{BenchmarkError, Place};

/// Maximum number of consecutive blank rows to hold back; Excel's sheets have at most this many rows.
const HELD: usize = 1 << 20;

/// Rows of a format without the blank ones at the end.
pub struct Trimmed {
    rows: Box<dyn Rows>,
    /// Blank rows that may be the last ones.
    blank: VecDeque<Place>,
    /// Row after them.
    behind: Option<Result<RawRow, BenchmarkError>>,
    /// Number of blank rows at the end.
    left_out: usize,
}

impl Trimmed {
    pub fn of(rows: Box<dyn Rows>) -> Self {
        Self { rows, blank: VecDeque::new(), behind: None, left_out: 0 }
    }

    /// Returns the underlying rows.
    pub fn rows(&mut self) -> &mut dyn Rows {
        self.rows.as_mut()
    }

    /// Returns the notes on the rows; complete after the last row.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = self.rows.notes();
        match self.left_out {
            0 => {}
            1 => notes.push("a blank row at the end left out".to_owned()),
            count => notes.push(format!("{count} blank rows at the end left out")),
        }
        notes
    }

    /// Returns the next row; `None` at the end.
    pub fn next(&mut self) -> Option<Result<RawRow, BenchmarkError>> {
        while self.behind.is_none() {
            match self.rows.next().transpose() {
                None => {
                    self.left_out += self.blank.len();
                    self.blank.clear();
                    return None;
                }
                Some(Ok(row)) if self.rows.may_end_blank() && self.blank.len() < HELD && row.is_blank() => {
                    self.blank.push_back(row.place);
                }
                some => self.behind = some,
            }
        }
        match self.blank.pop_front() {
            Some(place) => {
                let cells = vec![Cell::Text(String::new()); self.rows.columns().len()];
                Some(Ok(RawRow { place, cells }))
            }
            None => self.behind.take(),
        }
    }
}
