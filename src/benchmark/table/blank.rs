//! Rows with nothing in them: those at the end of a sheet are left out, those before others are rows.

use std::collections::VecDeque;

use super::cell::Cell;
use super::rows::{RawRow, Rows};
use crate::benchmark::error::{BenchmarkError, Place};

/// Blank rows one behind the other that are held back at most; Excel's sheets have no more rows.
const HELD: usize = 1 << 20;

/// A format's rows without the blank ones at their end.
pub struct Trimmed {
    rows: Box<dyn Rows>,
    /// Blank rows that may be the last ones.
    blank: VecDeque<Place>,
    /// What came behind them.
    behind: Option<Result<RawRow, BenchmarkError>>,
    /// Blank rows that were the last ones.
    left_out: usize,
}

impl Trimmed {
    pub fn of(rows: Box<dyn Rows>) -> Self {
        Self { rows, blank: VecDeque::new(), behind: None, left_out: 0 }
    }

    /// The rows themselves.
    pub fn rows(&mut self) -> &mut dyn Rows {
        self.rows.as_mut()
    }

    /// What is to be said of them, when all are read.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = self.rows.notes();
        match self.left_out {
            0 => {}
            1 => notes.push("a blank row at the end left out".to_owned()),
            count => notes.push(format!("{count} blank rows at the end left out")),
        }
        notes
    }

    /// The next row; nothing at the end.
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
