//! The interface of all formats.

use super::value::Value;
use crate::record::BoxError;

/// Writes a table of fixed columns row by row.
pub trait TableWriter {
    /// Writes a row with a value for each column.
    ///
    /// # Errors
    /// Fails if the row cannot be written.
    fn row(&mut self, row: &[Value<'_>]) -> Result<(), BoxError>;

    /// Writes what is left, and returns what a reader of the table must know.
    ///
    /// # Errors
    /// Fails if the table cannot be written.
    fn finish(self: Box<Self>) -> Result<Option<Remark>, BoxError>;
}

/// What a reader of a table must know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// Texts were cut.
    Loss(String),
    /// A spreadsheet would read texts as formulas.
    Formulas(String),
}
