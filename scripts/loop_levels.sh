#!/usr/bin/env bash
# Makes quantization levels of a model, runs each on the same prompts, and compares each with the source.
# The same command continues where it stopped.
#   scripts/loop_levels.sh MODEL OUT [options of sweep: -b, -N, --seeds …]      LEVELS=Q8_0,Q4_K_M names others
set -euo pipefail
model=$1 out=$2
shift 2
program=${SAFETY_DEEPCONF:-safety-deepconf}
"$program" quantize "$model" --levels "${LEVELS:-Q8_0,Q6_K,Q5_K_M,Q4_K_M,Q3_K_M,Q2_K}" --output "$out/models" >&2
"$program" sweep --model "$model" "$out"/models/*.gguf --output "$out/runs" "$@"
