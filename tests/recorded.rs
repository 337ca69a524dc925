//! Recorded folders of schema version 2 are read, and rendered to the bytes that version 3 first wrote.

use std::path::Path;

use crate::support::{RENDERED, run_in, stdout, succeed_in};

fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/recorded").join(name);
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    // A checkout may have other line ends.
    String::from_utf8(bytes).unwrap().replace("\r\n", "\n").into_bytes()
}

#[test]
fn recorded_folders_are_rendered_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    for run in ["run", "other"] {
        std::fs::create_dir(path.join(run)).unwrap();
        for name in ["manifest.json", "journal.jsonl"] {
            std::fs::write(path.join(run).join(name), fixture(&format!("{run}/{name}"))).unwrap();
        }
    }
    succeed_in(path, "analyze run other -q");
    for run in ["run", "other"] {
        for name in RENDERED {
            let found = std::fs::read(path.join(run).join(name)).unwrap();
            assert!(found == fixture(&format!("{run}/{name}")), "{run}/{name} has other bytes");
        }
    }
    for (command, name) in [
        ("table run other --format csv", "table.csv"),
        ("paired run other --format json", "paired.json"),
        ("paired run other --format md", "paired.md"),
    ] {
        let output = run_in(path, command);
        assert_eq!(stdout(&output), String::from_utf8(fixture(name)).unwrap(), "{command}");
    }
}
