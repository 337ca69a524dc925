//! One table of many runs: a row for each instance, trace or token, in several formats.
//!
//! Rows are written one at a time, so that a table may be larger than memory.

mod csv;
mod format;
mod instances;
mod jsonl;
mod markdown;
#[cfg(feature = "parquet")]
mod parquet;
mod run;
mod table_writer;
mod tokens;
mod traces;
mod value;
mod xlsx;

use std::io::Write;
use std::str::FromStr;

pub use format::Format;
pub use run::TidyRun;
pub use table_writer::{Remark, TableWriter};
pub use tokens::NoTokens;
pub use value::{Column, Kind, Value};
pub use xlsx::TooManyRows;

use crate::record::BoxError;
use crate::record::names::find;

/// What a row of the table is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rows {
    /// One instance.
    #[default]
    Instance,
    /// One trace of an instance.
    Trace,
    /// One token of a trace.
    Token,
}

impl Rows {
    /// All three, from few rows to many.
    pub const ALL: [Self; 3] = [Self::Instance, Self::Trace, Self::Token];

    /// Returns the name as typed on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Instance => "instance",
            Self::Trace => "trace",
            Self::Token => "token",
        }
    }

    /// Returns the columns of the table, in order.
    #[must_use]
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Instance => &instances::COLUMNS,
            Self::Trace => &traces::COLUMNS,
            Self::Token => &tokens::COLUMNS,
        }
    }

    /// Writes the rows of one run and returns their number.
    ///
    /// # Errors
    /// Fails if a row cannot be written, or a trace has no recorded tokens and the rows are tokens.
    pub fn write(self, run: &TidyRun<'_>, table: &mut dyn TableWriter) -> Result<u64, BoxError> {
        match self {
            Self::Instance => instances::write(run, table),
            Self::Trace => traces::write(run, table),
            Self::Token => tokens::write(run, table),
        }
    }
}

impl FromStr for Rows {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        find("kind of rows", text, Self::ALL.map(|rows| (rows.name(), rows)))
    }
}

/// Begins a table of this format. `spreadsheet_safe` puts an apostrophe before texts of a CSV file that a
/// spreadsheet would read as formulas.
///
/// # Errors
/// Fails if the header cannot be written, or the program was built without the format.
pub fn begin<'a>(
    format: Format,
    columns: &'static [Column],
    spreadsheet_safe: bool,
    to: &'a mut (dyn Write + Send),
) -> Result<Box<dyn TableWriter + 'a>, BoxError> {
    Ok(match format {
        Format::Csv => Box::new(csv::Csv::begin(columns, spreadsheet_safe, to)?),
        Format::Jsonl => Box::new(jsonl::JsonLines::begin(columns, to)),
        Format::Markdown => Box::new(markdown::Markdown::begin(columns, to)?),
        Format::Xlsx => Box::new(xlsx::Xlsx::begin(columns, to)?),
        #[cfg(feature = "parquet")]
        Format::Parquet => Box::new(parquet::Parquet::begin(columns, to)?),
        #[cfg(not(feature = "parquet"))]
        Format::Parquet => return Err("this program was built without the feature `parquet`".into()),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_table_has_a_column_twice() {
        for rows in Rows::ALL {
            let names: HashSet<&str> = rows.columns().iter().map(|column| column.name).collect();
            assert_eq!(names.len(), rows.columns().len(), "{rows:?}");
        }
    }
}
