#!/usr/bin/env bash
# The same run under several seeds: how much of a difference is sampling. Prints a row a seed.
#   scripts/loop_seeds.sh OUT "0 1 2 3" [options of run]
set -euo pipefail
out=$1 seeds=$2
shift 2
program=${SAFETY_DEEPCONF:-safety-deepconf}
for seed in $seeds; do
    "$program" run --seed "$seed" --output "$out/seed-$seed" --quiet "$@" >/dev/null
done
"$program" table "$out"/seed-* --format csv
