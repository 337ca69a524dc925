#!/usr/bin/env bash
# Builds the program as a Python wheel in target/package, after scripts/package.sh and from the same build.
#
#   scripts/package.sh [FEATURE…] && scripts/package_wheel.sh [FEATURE…]
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/setup.sh

package=$(ls -d target/package/safety-deepconf-*/ | head -n 1)
features="dynamic-backends$(printf ',%s' "$@")"
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target/portable}
export RUSTFLAGS="-C strip=symbols"

environment=target/maturin
[ -x "$environment/bin/maturin" ] || {
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --disable-pip-version-check 'maturin>=1.9,<2'
}
wheel=scripts/packaging/wheel
libraries=$wheel/data/data/lib/safety-deepconf
rm -rf "$wheel/data"
mkdir -p "$libraries"
cp "$package"/lib/* "$libraries/"
mkdir -p "$wheel/data/data/share/doc/safety-deepconf"
cp -r "$package/licences" "$package/LICENSE" "$wheel/data/data/share/doc/safety-deepconf/"
# The libraries are in the wheel already: maturin must neither search nor rename them.
maturin=$PWD/$environment/bin/maturin output=$PWD/target/package
(cd "$wheel" && "$maturin" build --release --locked --features "${features%,}" --auditwheel skip --out "$output")
rm -rf "$wheel/data"
ls -lh target/package/*.whl
