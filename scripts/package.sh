#!/usr/bin/env bash
# Builds the program as a folder that travels: it needs no compiler, may be moved, and may be read-only.
#
#   scripts/package.sh [FEATURE…]        # for instance: scripts/package.sh vulkan
#
# The folder is target/package/safety-deepconf-VERSION-SYSTEM, and beside it the same as .tar.gz. llama.cpp's backends
# are libraries in lib/; the best one for the processor is loaded at the start, and GPUs' where their drivers are.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/setup.sh

setup
features="dynamic-backends$(printf ',%s' "$@")"
features=${features%,}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target/portable}
# Another value than the one in .cargo/config.toml, which compiles for this machine's processor alone.
export RUSTFLAGS="-C strip=symbols"

echo "building with the features $features" >&2
messages=$(cargo build --release --locked --features "$features" --bin safety-deepconf \
  --message-format=json-render-diagnostics)
llama=$(printf '%s\n' "$messages" | grep '"build-script-executed"' | grep 'llama-cpp-sys-2' |
  sed -n 's/.*"out_dir":"\([^"]*\)".*/\1/p' | tail -n 1)
program=$CARGO_TARGET_DIR/release/safety-deepconf
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
system=$(rustc -vV | sed -n 's/^host: //p')
name=safety-deepconf-$version-$system
package=target/package/$name

rm -rf "$package"
mkdir -p "$package/lib" "$package/licences" "$package/completions" "$package/man"
cp "$program" "$package/"
# Libraries under the names by which they ask for each other; links would be lost in some archives.
for file in "$llama"/lib/*.so.? "$llama"/lib/*.dylib "$llama"/backends/*; do
  # Nothing needs llama-common, the library of llama.cpp's own tools.
  case $file in *llama-common*) continue ;; esac
  if [ -f "$file" ]; then cp -L "$file" "$package/lib/"; fi
done
if [ "$(uname)" = Linux ]; then
  # OpenMP's library is not on every system; its licence allows this copy.
  gomp=$(ldd "$package"/lib/libggml-cpu-*.so | awk '/libgomp/ && !found { print $3; found = 1 }')
  if [ -n "$gomp" ]; then cp -L "$gomp" "$package/lib/"; fi
  strip --strip-unneeded "$package"/lib/*
fi
cp LICENSE README.md "$package/"
cp -r docs "$package/docs"
scripts/packaging/licences.py "$package/licences"
for shell in bash zsh fish; do
  "$package/safety-deepconf" completions "$shell" >"$package/completions/safety-deepconf.$shell"
done
"$package/safety-deepconf" man -o "$package/man" 2>/dev/null
"$package/safety-deepconf" doctor
tar -C target/package -czf "$package.tar.gz" "$name"
du -sh "$package" "$package.tar.gz"
