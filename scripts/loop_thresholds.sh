#!/usr/bin/env bash
# Analyses one run with several splits, to show which prompts are confident under each. Generates nothing.
#   scripts/loop_thresholds.sh RUN OUT "q0.25 q0.5 q0.75 0.8"
set -euo pipefail
run=$1 out=$2 splits=$3
program=${SAFETY_DEEPCONF:-safety-deepconf}
for split in $splits; do
    "$program" analyze "$run" --split "$split" --output "$out/$split" --overwrite --quiet --json
done
