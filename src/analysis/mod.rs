//! Builds a report from records. The same entries give the same report, and no model is needed.

mod adjusted;
pub mod agreement;
pub mod answer_tokens;
pub mod answers;
pub mod calibration;
pub mod cascade;
mod cases;
mod categories;
pub mod comparison;
pub mod cost;
pub mod exploratory;
mod headline;
pub mod hypothesis;
mod interpretation;
mod options;
pub mod outcome;
mod overall;
pub mod paired;
pub mod panel;
pub mod predictions;
pub mod primary;
pub mod rates;
pub mod remeasure;
pub mod report;
pub mod review;
pub mod reviewed;
pub mod run_summary;
mod scores;
pub mod selection;
pub mod sensitivity;
#[cfg(test)]
mod simulated;
pub mod subgroups;
pub mod table;
#[cfg(test)]
pub(crate) mod testing;
pub mod token_scale;
pub mod why;
pub mod within_prompt;

pub use options::ReportOptions;
pub use outcome::{Outcome, State, outcomes};
pub use predictions::{Predictions, predict};
pub use report::{Report, report};
