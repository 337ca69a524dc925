#!/usr/bin/env bash
# Runs models of several sizes on the same prompts; goes on to the next model if one fails. Prints a row per model.
# The same command continues where it stopped.
#   scripts/loop_sizes.sh OUT "MODEL MODEL …" [options of run]
set -uo pipefail
out=$1 models=$2
shift 2
program=${SAFETY_DEEPCONF:-safety-deepconf}
for model in $models; do
    name=$(basename "${model//[:\/]/-}" .gguf)
    "$program" run --model "$model" --output "$out/$name" --quiet "$@" >/dev/null ||
        echo "$model: exit status $?" >&2
done
"$program" table "$out"/*/ --format csv
