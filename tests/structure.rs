//! The rules of docs/architecture.md that the source tree can be held to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Parts and their row; a part imports lower rows only, and of its own row nothing but what
/// `SAME_ROW` allows.
const ROWS: [(&str, u32); 21] = [
    ("record", 0),
    ("chat", 1),
    ("deepconf", 1),
    ("sampling", 1),
    ("stats", 1),
    ("settings", 2),
    ("benchmark", 3),
    ("engine", 3),
    ("judge", 3),
    ("model", 3),
    ("store", 3),
    ("system", 3),
    ("drift", 4),
    ("experiment", 4),
    ("guard", 4),
    ("speed", 4),
    ("analysis", 5),
    ("replay", 5),
    ("export", 6),
    ("jobs", 7),
    ("cli", 8),
];

/// Imports within a row: (importer, imported).
const SAME_ROW: [(&str, &str); 5] = [
    ("deepconf", "stats"),
    ("sampling", "deepconf"),
    ("engine", "model"),
    ("benchmark", "model"),
    ("replay", "analysis"),
];

/// Imports that are not to be although the rows would allow them: analysis is computed from records
/// alone, the engine knows nothing of stop rules, votes or judges, and the command line opens no journal and no
/// engine: jobs do.
const FORBIDDEN: [(&str, &str); 17] = [
    ("analysis", "engine"),
    ("analysis", "store"),
    ("analysis", "settings"),
    ("analysis", "experiment"),
    ("replay", "engine"),
    ("replay", "store"),
    ("replay", "settings"),
    ("replay", "experiment"),
    ("engine", "settings"),
    ("experiment", "store"),
    ("cli", "experiment"),
    ("cli", "guard"),
    ("cli", "judge"),
    ("cli", "drift"),
    ("cli", "speed"),
    ("cli", "store"),
    ("cli", "engine"),
];

fn source_files() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, files: &mut Vec<(PathBuf, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                files.push((path, text));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    files.into_iter().map(|(path, text)| (path.strip_prefix(&root).unwrap().to_owned(), text)).collect()
}

/// The code of a file without its comments and its tests.
fn code(text: &str) -> String {
    let text = text.split("\nmod tests {").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Part of a file, and the parts it names.
fn imports() -> BTreeMap<String, BTreeSet<(String, PathBuf)>> {
    let mut imports: BTreeMap<String, BTreeSet<(String, PathBuf)>> = BTreeMap::new();
    for (path, text) in source_files() {
        let part = path.components().next().unwrap().as_os_str().to_string_lossy().replace(".rs", "");
        if !ROWS.iter().any(|(name, _)| *name == part) {
            continue;
        }
        for piece in code(&text).split("crate::").skip(1) {
            let name: String =
                piece.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
            if name != part {
                imports.entry(part.clone()).or_default().insert((name, path.clone()));
            }
        }
    }
    imports
}

fn row(part: &str) -> u32 {
    ROWS.iter().find(|(name, _)| *name == part).unwrap_or_else(|| panic!("{part} has no row")).1
}

#[test]
fn no_part_imports_upward() {
    let imports = imports();
    assert!(imports.len() > 10, "the imports were found: {imports:?}");
    for (part, imported) in imports {
        for (name, path) in imported {
            let allowed = row(&name) < row(&part) || SAME_ROW.contains(&(part.as_str(), name.as_str()));
            assert!(allowed, "{} imports {name}", path.display());
            assert!(
                !FORBIDDEN.contains(&(part.as_str(), name.as_str())),
                "{} imports {name}",
                path.display()
            );
        }
    }
}

#[test]
fn effects_stay_at_the_edge() {
    for (path, text) in source_files() {
        let (path, code) = (path.to_string_lossy().replace('\\', "/"), code(&text));
        let uses = |what: &str| code.contains(what);
        let within = |places: &[&str]| places.iter().any(|place| path.starts_with(place));
        if uses("llama_cpp_2::") || uses("llama_cpp_sys_2::") {
            assert!(within(&["engine/llama", "model/"]), "{path} speaks to llama.cpp");
        }
        if uses("parquet::") || uses("calamine::") || uses("encoding_rs::") {
            let places = ["benchmark/table/", "export/tidy/"];
            assert!(within(&places), "{path} reads or writes Parquet, workbooks or encodings");
        }
        if uses("rust_xlsxwriter::") {
            assert!(within(&["export/tidy/xlsx.rs"]), "{path} writes workbooks");
        }
        if uses("ureq::") || uses("hf_hub::") {
            assert!(within(&["model/hub/"]), "{path} speaks to the hub");
        }
        if uses("clap::") {
            assert!(within(&["cli/"]), "{path} uses clap");
        }
        if uses("println!") || uses("eprint") || uses("io::stdout") {
            assert!(within(&["cli/output/printer.rs"]), "{path} prints");
        }
        if uses("fs_err") || uses("std::fs::") {
            let places = [
                "store/",
                "benchmark/",
                "model/",
                "jobs/",
                "cli/",
                "system/",
                "engine/scripted.rs",
                "engine/llama/backend_files.rs",
            ];
            assert!(within(&places), "{path} touches files");
        }
        if ["unsafe {", "unsafe fn", "unsafe impl"].iter().any(|form| uses(form)) {
            assert!(
                within(&[
                    "model/gguf/kinds.rs",
                    "model/quantize/call.rs",
                    "engine/llama/raw.rs",
                    "engine/llama/raw_model.rs",
                ]),
                "{path} is unsafe"
            );
        }
        if uses("Instant::now") || uses("SystemTime") {
            let places = [
                "store/timings.rs",
                "jobs/sweep/state.rs",
                "system/",
                "cli/",
                "engine/llama",
                "engine/command",
            ];
            assert!(within(&places), "{path} reads a clock");
        }
    }
}

#[test]
fn every_file_says_what_it_holds_and_stays_small() {
    for (path, text) in source_files() {
        let name = path.display();
        assert!(text.starts_with("//!"), "{name} begins with its purpose");
        let lines = text.lines().count();
        assert!(lines <= 350, "{name} has {lines} lines: is it one thing?");
    }
}

#[test]
fn the_manifest_names_the_bindings_that_are_pinned() {
    let cargo = include_str!("../Cargo.toml");
    let host = include_str!("../src/system/host.rs");
    for name in ["llama-cpp-2", "llama-cpp-sys-2"] {
        let pinned = cargo.split(&format!("\n{name} = {{ version = \"=")).nth(1);
        let pinned = pinned.unwrap_or_else(|| panic!("{name} is not pinned")).split('"').next().unwrap();
        assert!(host.contains(&format!("\"{pinned}\"")), "src/system/host.rs does not say {name} {pinned}");
    }
}

#[test]
fn every_file_of_tests_is_run() {
    let all = include_str!("all.rs");
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if path.extension().is_some_and(|extension| extension == "rs") && name != "all" {
            assert!(all.contains(&format!("mod {name};")), "tests/all.rs does not name {name}");
        }
    }
}

#[test]
fn a_command_of_the_command_line_is_short() {
    for (path, text) in source_files() {
        if path.starts_with("cli/commands") {
            let lines = text.lines().count();
            assert!(lines <= 80, "{} has {lines} lines: what it does belongs in jobs", path.display());
        }
    }
}
