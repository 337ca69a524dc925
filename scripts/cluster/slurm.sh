#!/usr/bin/env bash
# A benchmark as an array of Slurm jobs, one shard each, and their merge.
#
#   MODEL=model.gguf BENCHMARK=harmbench scripts/cluster/slurm.sh 16 results/harmbench
#
# Both folders must be on a file system that all nodes see. A job that is killed goes on when it is submitted again: a
# shard that is complete is rendered again in a moment.
set -euo pipefail
shards=$1 output=$2
: "${MODEL:?}" "${BENCHMARK:?}"
program=${SAFETY_DEEPCONF:-safety-deepconf}
mkdir -p "$output/shards"

array=$(sbatch --parsable --array="1-$shards" --cpus-per-task="${CPUS:-8}" --time="${TIME:-08:00:00}" \
  --output="$output/shards/%a.log" --requeue --wrap \
  "$program run -m '$MODEL' -b '$BENCHMARK' --shard \$SLURM_ARRAY_TASK_ID/$shards -t \$SLURM_CPUS_PER_TASK \
     -o '$output/shards/'\$SLURM_ARRAY_TASK_ID --no-report")
sbatch --dependency="afterok:$array" --output="$output/merge.log" --wrap \
  "$program merge '$output'/shards/*/ -o '$output/merged'"
