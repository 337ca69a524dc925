//! From records to a report. Pure: the same entries give the same report, on a machine without the model.

mod categories;
pub mod comparison;
mod hypothesis;
pub mod outcome;
mod overall;
pub mod predictions;
mod primary;
pub mod report;
pub mod subgroups;

pub use outcome::{Outcome, State, outcomes};
pub use predictions::{Predictions, predict};
pub use report::{Report, report};
