//! Looks at this machine: what the program uses of it, what it lacks, and how fast it is.
//!
//! ```no_run
//! use std::sync::atomic::AtomicBool;
//! use safety_deepconf::jobs::doctor::{DoctorRequest, doctor};
//! use safety_deepconf::jobs::{Context, Silent};
//!
//! let cancel = AtomicBool::new(false);
//! let context = Context { notify: &Silent, cancel: &cancel, offline: true };
//! for finding in doctor(&DoctorRequest::default(), &context) {
//!     println!("{}: {}", finding.subject, finding.found);
//! }
//! ```

mod finding;
mod machine;
mod model;
mod places;

pub use finding::{Finding, State};

use super::context::Context;

/// What to look at besides the machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DoctorRequest {
    /// Model to check, as `--model` takes it; the demo model if absent.
    pub model: Option<String>,
    /// Whether to ask the hub for an answer.
    pub hub: bool,
}

/// Looks at the machine, the places of files, and a model, whose speed it measures. What fails is a finding.
///
/// Cost: about four seconds with the demo model; one request to the hub if asked for.
pub fn doctor(request: &DoctorRequest, context: &Context<'_>) -> Vec<Finding> {
    let mut findings = machine::findings();
    findings.extend(places::findings(request.hub));
    findings.extend(model::findings(request.model.as_deref().unwrap_or("demo"), context));
    findings
}
