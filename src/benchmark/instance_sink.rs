//! What a benchmark's rows become on their way out of a file: instances, one at a time, and notes.

use std::path::Path;

use super::error::{BenchmarkError, Place};
use super::table::{Row, Table};
use crate::record::Instance;

/// Where instances go.
pub trait Sink {
    /// A file whose rows come next.
    fn file(&mut self, _file: &Path) {}

    /// A row that is an instance.
    fn take(&mut self, place: Place, instance: Instance);

    /// A row, whatever becomes of it; nothing where it is not sound in its format.
    fn row(&mut self, _row: Option<&Row>) {}

    /// A row that cannot be read: the end, unless faults are collected.
    ///
    /// # Errors
    /// The fault, where it is the end.
    fn fault(&mut self, fault: BenchmarkError) -> Result<(), BenchmarkError> {
        Err(fault)
    }
}

/// A file's instances on their way to a sink, and what is to be said of the file.
pub struct Intake<'a> {
    sink: &'a mut dyn Sink,
    /// What was left out or joined, in words.
    pub notes: Vec<String>,
    /// Instances so far.
    pub taken: usize,
}

impl<'a> Intake<'a> {
    pub fn new(sink: &'a mut dyn Sink) -> Self {
        Self { sink, notes: Vec::new(), taken: 0 }
    }

    /// Reads all rows of a table: each is an instance, or left out, or a fault.
    ///
    /// # Errors
    /// The first fault, unless the sink collects them.
    pub fn each(
        &mut self,
        table: &mut Table,
        mut read: impl FnMut(&Row) -> Result<Option<Instance>, BenchmarkError>,
    ) -> Result<(), BenchmarkError> {
        loop {
            let fault = match table.next_row() {
                Ok(None) => return Ok(()),
                Ok(Some(row)) => {
                    self.sink.row(Some(&row));
                    match read(&row) {
                        Ok(None) => continue,
                        Ok(Some(instance)) => {
                            self.taken += 1;
                            self.sink.take(row.place, instance);
                            continue;
                        }
                        Err(fault) => fault,
                    }
                }
                Err(fault) => {
                    self.sink.row(None);
                    fault
                }
            };
            self.sink.fault(fault)?;
        }
    }

    /// A note on a number of rows, if there are some.
    pub fn count(&mut self, rows: usize, words: &str) {
        if rows > 0 {
            self.notes.push(format!("{rows} {words}"));
        }
    }
}
