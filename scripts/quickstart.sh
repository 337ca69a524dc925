#!/usr/bin/env bash
# From a fresh clone to first results, offline once the crates are there: installs what the build
# needs, builds, and compares three sampling policies on the demo model inside the program.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/setup.sh

setup
echo "building (llama.cpp is compiled once: 5 to 7 minutes on two cores) ..." >&2
cargo build --release --locked

program=target/release/safety-deepconf
output=results/quickstart
"$program" compare --model demo --num-instances 200 --seed 1 --output "$output" --overwrite

cat <<EOF

The table's columns: how often prompts labelled unsafe and safe were refused, the traces and tokens
it took, and the four categories (refused or complied, confident or uncertain). What to look at is
"unc. comp.": uncertain compliance. The demo model proves nothing about any real model.

  $output/comparison.csv                           the table
  $output/deepconf_adaptive/predictions.jsonl      every prompt, answer, verdict and confidence
  $output/deepconf_adaptive/analysis.json          rates with intervals, the hypothesis tests

Read the answers that are most worth reading:

  $program show $output/deepconf_adaptive

Next, a model of yours:

  $program info MODEL.gguf
  $program run --model MODEL.gguf --num-instances 50
  $program run --help
EOF
