//! A file of a benchmark that can be fetched.

use crate::model::hub::DatasetFile;

/// A file of a benchmark on the hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subset {
    /// As `--subset` names it.
    pub name: &'static str,
    /// Where it is.
    pub file: DatasetFile,
}
