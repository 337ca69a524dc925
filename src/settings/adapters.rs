//! Ranges of the adapters' settings.

use super::BadSetting;
use crate::record::adapters::AdapterSettings;

/// Checks factors and layers.
///
/// # Errors
/// Returns [`BadSetting`] for the first value out of its range.
pub fn check(adapters: &AdapterSettings) -> Result<(), BadSetting> {
    for one in adapters.lora.iter().chain(&adapters.control_vectors) {
        if !one.scale.is_finite() {
            return Err(BadSetting(format!(
                "{}: the scale {} is not a number",
                one.file.display(),
                one.scale
            )));
        }
    }
    match adapters.layers {
        Some(_) if adapters.control_vectors.is_empty() => {
            Err(BadSetting("--control-vector-layer-range needs a --control-vector".to_owned()))
        }
        Some([first, last]) if first == 0 || last < first => Err(BadSetting(format!(
            "--control-vector-layer-range {first} {last}: layers count from 1, and the first comes first"
        ))),
        _ => Ok(()),
    }
}
