//! Turns the rows of a file into instances, one at a time, and notes.

use std::path::Path;

use super::error::{BenchmarkError, Place};
use super::table::{Row, Table};
use crate::record::Instance;

/// Receiver of instances.
pub trait Sink {
    /// Announces the file of the next rows.
    fn file(&mut self, _file: &Path) {}

    /// Takes the instance of a row.
    fn take(&mut self, place: Place, instance: Instance);

    /// Takes every row, including rows that are left out; `None` for a row that is not valid in its format.
    fn row(&mut self, _row: Option<&Row>) {}

    /// Takes a row that cannot be read. Ends the reading, unless the sink collects faults.
    ///
    /// # Errors
    /// Returns the fault if it ends the reading.
    fn fault(&mut self, fault: BenchmarkError) -> Result<(), BenchmarkError> {
        Err(fault)
    }
}

/// State of reading one file: the sink and the notes on the file.
pub struct Intake<'a> {
    sink: &'a mut dyn Sink,
    /// Notes on what was left out or joined.
    pub notes: Vec<String>,
    /// Number of instances so far.
    pub taken: usize,
}

impl<'a> Intake<'a> {
    pub fn new(sink: &'a mut dyn Sink) -> Self {
        Self { sink, notes: Vec::new(), taken: 0 }
    }

    /// Reads all rows of a table. Each row is an instance, left out, or a fault.
    ///
    /// # Errors
    /// Returns the first fault, unless the sink collects them.
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

    /// Adds a note with a number of rows, if it is not 0.
    pub fn count(&mut self, rows: usize, words: &str) {
        if rows > 0 {
            self.notes.push(format!("{rows} {words}"));
        }
    }
}
