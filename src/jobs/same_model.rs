//! Whether a run continues with the weights it began with.

use super::error::InputError;
use crate::record::manifest::ModelFacts;

/// Checks that the weights are those the run began with.
///
/// # Errors
/// Fails if their sha256 differs. Of a model in several files, names the parts that differ.
pub fn same_model(begun: &ModelFacts, now: &ModelFacts) -> Result<(), InputError> {
    if begun.sha256 == now.sha256 {
        return same_adapters(begun, now);
    }
    let hint = "if the file has moved, name it with --model; another model needs its own run";
    if begun.parts.len() == now.parts.len() && !now.parts.is_empty() {
        let differ = begun.parts.iter().zip(&now.parts).filter(|(begun, now)| begun.sha256 != now.sha256);
        let list: Vec<String> = differ
            .map(|(begun, now)| {
                format!("{} has sha256 {}, in the run it had {}", now.file, now.sha256, begun.sha256)
            })
            .collect();
        return Err(InputError::new(format!("the run used other weights: {}", list.join("; ")), hint));
    }
    if now.parts.first().is_some_and(|part| part.sha256 == begun.sha256) {
        return Err(InputError::new(
            format!(
                "the run recorded the sha256 of {} only, so whether the other {} parts are the same cannot be checked",
                begun.file,
                now.parts.len() - 1
            ),
            "versions of this program before model parts were recorded did so: begin a new run",
        ));
    }
    Err(InputError::new(
        format!("the run used a model with sha256 {}; {} has {}", begun.sha256, now.name, now.sha256),
        hint,
    ))
}

/// Checks that the adapters are those the run began with.
fn same_adapters(begun: &ModelFacts, now: &ModelFacts) -> Result<(), InputError> {
    if begun.adapters == now.adapters {
        return Ok(());
    }
    let pairs = begun.adapters.iter().zip(&now.adapters);
    let changed = pairs.clone().find(|(begun, now)| begun.sha256 != now.sha256);
    let message = match changed {
        Some((begun, now)) => format!(
            "the run used a {} with sha256 {}; {} has {}",
            begun.what(),
            begun.sha256,
            now.file,
            now.sha256
        ),
        None => format!(
            "the run used {}, not {}",
            begun.with_adapters("the model"),
            now.with_adapters("the model")
        ),
    };
    Err(InputError::new(message, "other adapters need their own run"))
}
