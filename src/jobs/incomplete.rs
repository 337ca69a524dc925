//! Runs that lack instances: they are not pooled or paired unless asked.

use std::path::Path;

use super::error::InputError;
use crate::analysis::{Outcome, State};

/// Returns how many of the planned instances were tried, if not all were: `21 of 60`. `planned` is 0 where nothing
/// says so.
pub fn progress(outcomes: &[Outcome], planned: usize) -> Option<String> {
    let planned = planned.max(outcomes.len());
    let tried = outcomes.iter().filter(|outcome| outcome.state != State::Open).count();
    (tried < planned).then(|| format!("{tried} of {planned}"))
}

/// Checks that every planned instance was tried.
///
/// # Errors
/// Fails if the run was interrupted, or its journal lacks instances.
pub fn check(path: &Path, outcomes: &[Outcome], planned: usize) -> Result<(), InputError> {
    let Some(progress) = progress(outcomes, planned) else { return Ok(()) };
    let path = path.display();
    Err(InputError::new(
        format!("{path} is incomplete: {progress} instances"),
        format!("finish it with `run --resume {path}`, or take what is there with --allow-incomplete"),
    ))
}
