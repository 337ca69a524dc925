//! Puts version facts into the binary: git revision, enabled GPU features, CPU target.
//!
//! Never fails: without git, or outside a checkout, the revision is "unknown".

use std::env;
use std::process::Command;

fn main() {
    println!("cargo:rustc-env=SDC_GIT_REVISION={}", git_revision());
    println!("cargo:rustc-env=SDC_FEATURES={}", gpu_features());
    println!("cargo:rustc-env=SDC_CPU_TARGET={}", cpu_target());
    println!("cargo:rustc-env=SDC_TARGET={}", variable("TARGET"));
    println!("cargo:rustc-env=SDC_PROFILE={}", variable("PROFILE"));
    println!("cargo:rerun-if-changed=build.rs");
    let is_dynamic = env::var_os("CARGO_FEATURE_DYNAMIC_BACKENDS").is_some();
    if is_dynamic {
        search_beside_the_program();
    } else if cpu_target() == "baseline" {
        println!(
            "cargo:warning=compiling for the oldest processors, several times slower: set RUSTFLAGS=\"-C \
             target-cpu=native\" to use this machine's instructions"
        );
    }
    // The log of HEAD grows with every commit and checkout; the index changes when files are staged.
    for file in [".git/logs/HEAD", ".git/index"] {
        if std::path::Path::new(file).exists() {
            println!("cargo:rerun-if-changed={file}");
        }
    }
}

/// Lets the program find llama.cpp's libraries beside itself, wherever its folder is moved.
///
/// An old-style RPATH rather than a RUNPATH: it also holds for what the libraries and loaded backends need.
fn search_beside_the_program() {
    let (origin, more) = match variable("CARGO_CFG_TARGET_OS").as_str() {
        "macos" => ("@loader_path", ""),
        "linux" => ("$ORIGIN", ",--disable-new-dtags"),
        _ => return,
    };
    for folder in ["", "/lib", "/../lib/safety-deepconf"] {
        println!("cargo:rustc-link-arg-bins=-Wl,-rpath,{origin}{folder}{more}");
    }
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| "unknown".to_owned())
}

/// The short commit id, with `-dirty` when tracked files differ from it.
fn git_revision() -> String {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    match git(&["rev-parse", "--short=12", "HEAD"]) {
        None => "unknown".to_owned(),
        Some(revision) => {
            let status = git(&["status", "--porcelain", "--untracked-files=no"]);
            let dirty = status.is_some_and(|status| !status.is_empty());
            if dirty { format!("{revision}-dirty") } else { revision }
        }
    }
}

fn gpu_features() -> String {
    let enabled: Vec<&str> = ["cuda", "metal", "vulkan"]
        .into_iter()
        .filter(|feature| env::var(format!("CARGO_FEATURE_{}", feature.to_uppercase())).is_ok())
        .collect();
    if enabled.is_empty() { "none".to_owned() } else { enabled.join(",") }
}

/// `-C target-cpu` of this build, `baseline` if there was none; llama.cpp's kernels count.
fn cpu_target() -> String {
    if env::var_os("CARGO_FEATURE_DYNAMIC_BACKENDS").is_some() {
        return "chosen at start".to_owned();
    }
    env::var("CARGO_ENCODED_RUSTFLAGS")
        .unwrap_or_default()
        .split('\u{1f}')
        .find_map(|flag| flag.split_once("target-cpu=").map(|(_, cpu)| cpu.to_owned()))
        .unwrap_or_else(|| "baseline".to_owned())
}
