#!/usr/bin/env bash
# Runs the same benchmark under several seeds, to show how much of a difference is sampling. Prints a row per seed.
# The same command continues where it stopped.
#   scripts/loop_seeds.sh OUT "0 1 2 3" [options of run]
set -euo pipefail
out=$1 seeds=$2
shift 2
program=${SAFETY_DEEPCONF:-safety-deepconf}
for seed in $seeds; do
    "$program" run --seed "$seed" --output "$out/seed-$seed" --quiet "$@" >/dev/null
done
"$program" table "$out"/seed-* --format csv
