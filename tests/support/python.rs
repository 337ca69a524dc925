//! Python, where it is there with what a test needs.

use std::path::PathBuf;
use std::process::Command;

use super::skipped;

/// A Python with these modules: that of `setup_python` in scripts/setup.sh, or the system's. Without one the test says
/// that it was skipped, and fails if `REQUIRE_PYTHON` is 1, as in CI.
pub fn python(modules: &[&str]) -> Option<PathBuf> {
    let imports = format!("import {}", modules.join(", "));
    let has_all = |python: &PathBuf| {
        let check = Command::new(python).args(["-c", &imports]).output();
        check.is_ok_and(|output| output.status.success())
    };
    let own = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/target/python/bin/python"));
    let found = [own, "python3".into()].into_iter().find(has_all);
    if found.is_none() {
        let required = std::env::var_os("REQUIRE_PYTHON").is_some_and(|value| value == "1");
        assert!(!required, "REQUIRE_PYTHON=1: no Python with {}", modules.join(", "));
        skipped(&format!("no Python with {}: run `. scripts/setup.sh && setup_python`", modules.join(", ")));
    }
    found
}
