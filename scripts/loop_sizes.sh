#!/usr/bin/env bash
# Models of several sizes on the same prompts, one run each; a model that cannot be run stops no other.
#   scripts/loop_sizes.sh OUT "MODEL MODEL …" [options of run]
set -uo pipefail
out=$1 models=$2
shift 2
program=${SAFETY_DEEPCONF:-safety-deepconf}
for model in $models; do
    name=$(basename "${model//[:\/]/-}" .gguf)
    if [ -f "$out/$name/manifest.json" ]; then
        "$program" run --resume "$out/$name" --quiet >/dev/null
    else
        "$program" run --model "$model" --output "$out/$name" --quiet "$@" >/dev/null
    fi || echo "$model: exit status $?" >&2
done
"$program" table "$out"/*/ --format csv
