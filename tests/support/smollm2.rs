//! SmolLM2-135M-Instruct, where it is there.

use std::path::PathBuf;

use super::skipped;

/// The model's file: that of `setup_smollm2` in scripts/setup.sh. Without it the test says that it was skipped, and fails
/// if `REQUIRE_SMOLLM2` is 1, as in CI.
pub fn smollm2() -> Option<PathBuf> {
    let path =
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/target/smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"));
    if path.is_file() {
        return Some(path);
    }
    assert!(std::env::var_os("REQUIRE_SMOLLM2").is_none_or(|value| value != "1"), "no {}", path.display());
    skipped("no SmolLM2: run `. scripts/setup.sh && setup_smollm2`");
    None
}
