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
