//! Commands in README and docs: each is one that the program knows, and those that need nothing but the demo model and
//! the fixtures run as they are written.

#![cfg(unix)]

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::program;

/// A benchmark that is fetched, and the fixture that replaces the download.
const FETCHED: (&str, &str) = ("-b xstest ", "-b xstest --data tests/fixtures/xstest_prompts.csv ");

/// What stands for something of the reader's, or would be downloaded.
const NOT_HERE: [&str; 13] = [
    "MODEL",
    "GUARD",
    "FILE",
    "DIR",
    "RUN",
    "REFERENCE",
    "Qwen/",
    "unsloth/",
    "harmbench",
    "strongreject_dataset",
    "toxicchat",
    "small.gguf",
    "run --num-instances 50",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn pages() -> Vec<PathBuf> {
    let docs = std::fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let mut pages: Vec<PathBuf> =
        docs.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect();
    pages.push(root().join("README.md"));
    pages.sort();
    pages
}

/// The blocks of a page in this language.
fn blocks(page: &Path, language: &str) -> Vec<String> {
    let text = std::fs::read_to_string(page).unwrap();
    let fence = format!("```{language}\n");
    let blocks = text.split(&fence).skip(1).filter_map(|rest| rest.split("\n```").next());
    blocks.map(str::to_owned).collect()
}

/// Commands of a block, each on one line, without its comment and what it is piped into.
fn commands(block: &str) -> Vec<String> {
    let block = block.replace("\\\n", " ");
    let lines = block.lines().map(str::trim).filter(|line| line.starts_with("safety-deepconf "));
    let command = |line: &str| {
        let line = line.split(" # ").next().unwrap_or(line);
        line.split(['|', '>']).next().unwrap_or(line).trim().to_owned()
    };
    lines.map(command).collect()
}

#[test]
fn every_command_is_one_that_the_program_knows() {
    let mut checked = 0;
    for page in pages() {
        for command in blocks(&page, "sh").iter().flat_map(|block| commands(block)) {
            // Quoting is the shell's; a synopsis has options in brackets.
            if command.contains(['[', '$']) {
                continue;
            }
            let words = Command::new("bash")
                .arg("-c")
                .arg(format!("set -f; printf '%s\\n' {command}"))
                .output()
                .unwrap();
            let words = String::from_utf8(words.stdout).unwrap();
            let parsed = safety_deepconf::cli::parses(words.lines().map(Into::into));
            assert!(parsed.is_ok(), "{}: {command}\n{}", page.display(), parsed.unwrap_err());
            checked += 1;
        }
    }
    assert!(checked > 80, "the commands were found: {checked}");
}

#[test]
fn blocks_of_the_readme_run_as_written() {
    run_blocks("README.md", 2);
}

#[test]
fn blocks_of_the_howto_run_as_written() {
    run_blocks("docs/howto.md", 10);
}

/// Runs the blocks of a page that need only the demo model, in one folder.
fn run_blocks(page: &str, least: usize) {
    let mut ran = 0;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::create_dir(path.join("bin")).unwrap();
    std::fs::create_dir(path.join("tests")).unwrap();
    let link = |from: &Path, to: &str| std::os::unix::fs::symlink(from, path.join(to)).unwrap();
    link(env!("CARGO_BIN_EXE_safety-deepconf").as_ref(), "bin/safety-deepconf");
    link(&root().join("tests/fixtures"), "tests/fixtures");
    link(&root().join("scripts"), "scripts");
    for block in blocks(&root().join(page), "sh") {
        let is_here = block.contains("safety-deepconf ") && !NOT_HERE.iter().any(|word| block.contains(word));
        // What a block before it made is there only if that ran.
        let needs = ["results/a ", "results/f16", "results/q8"];
        // jq is the reader's own.
        let has_jq = Command::new("jq").arg("--version").output().is_ok();
        if !is_here || block.contains("jq ") && !has_jq || needs.iter().any(|need| block.contains(need)) {
            continue;
        }
        let mut shell = Command::new("bash");
        for (key, value) in program().get_envs() {
            match value {
                Some(value) => shell.env(key, value),
                None => shell.env_remove(key),
            };
        }
        let binaries = format!("{}:{}", path.join("bin").display(), std::env::var("PATH").unwrap());
        let block = block.replace(FETCHED.0, FETCHED.1);
        let output = shell
            .args(["-e", "-o", "pipefail", "-c", &block])
            .env("PATH", binaries)
            .env("HOME", path)
            .current_dir(path)
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{page}: {block}\n{errors}");
        ran += 1;
    }
    assert!(ran >= least, "blocks were found: {ran}");
}
