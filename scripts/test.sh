#!/usr/bin/env bash
# Every check, on any machine with Rust: set-up, format, lints, tests, documentation.
# All of them use the release profile, so that llama.cpp is compiled once.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/setup.sh

setup
step() { printf '\n== %s\n' "$*" >&2; }

step format
cargo fmt --check
step lints
cargo clippy --release --locked --all-targets -- -D warnings
step tests
cargo test --release --locked
step documentation
RUSTDOCFLAGS="-D warnings" cargo doc --release --locked --no-deps --document-private-items
step "all checks passed"
