#!/usr/bin/env bash
# Measures the demo model again and writes its tables and the ends of commands into README.md and docs/. About four minutes on two idle cores.
#   scripts/refresh_docs.sh                                            from the root of the checkout; needs jq
#   scripts/refresh_docs.sh MODEL.gguf XSTEST.csv STRONGREJECT.csv     also prints docs/replay.md's tables of these (hours)
# SAFETY_DEEPCONF names the binary; WORK keeps the runs, so that the same command continues them.
#
# Tables between "made by scripts/refresh_docs.sh" and "end" are written; the demo's columns of the tables of the
# hypothesis and of windows are printed. Numbers differ a little between processors, whose kernels round differently.
# Text next to a table is not written: read it after a refresh. Not refreshed, because of other programs, data or models:
#   judge-figures.md  scripts/train_judge.py, scripts/judge_elsewhere.py, examples/judge_speed.rs
#   levels.md         the SmolLM2 table: its sweep needs the model, XSTest and HarmBench
#   replay.md         tables of XSTest and StrongREJECT without arguments; what recording costs; live runs (scripts/compare_stop_rules.sh)
#   comparing.md      llama-perplexity; simulations; cargo bench --bench statistics
#   performance.md, architecture.md, benchmarks.md: each table names its command
#   method.md         traces by rule, which is enumerated, not measured
set -euo pipefail
cd "$(dirname "$0")/.."
program=$(realpath "${SAFETY_DEEPCONF:-target/release/safety-deepconf}")
work=${WORK:-$(mktemp -d)}
mkdir -p "$work"
# Bytes do not depend on it, and threads that spin are slow on a busy machine.
export LLAMA_ARG_THREADS=${LLAMA_ARG_THREADS:-1} OMP_WAIT_POLICY=passive NO_COLOR=1

# Replaces what is between the markers of a table by stdin.
put() { # FILE NAME
    local new="$work/new"
    { echo; cat; echo; } >"$new"
    grep -q "made by scripts/refresh_docs.sh: $2 " "$1" || { echo "$1 has no table $2" >&2; return 1; }
    awk -v name="$2" -v new="$new" '
        index($0, "<!-- made by scripts/refresh_docs.sh: " name " ") {
            print; while ((getline line < new) > 0) print line; skip = 1; next }
        /^<!-- end -->/ { skip = 0 }
        !skip' "$1" >"$work/page"
    cat "$work/page" >"$1"
    echo "$1: $2" >&2
}

# Rows of a replay.csv in falling order of what they save.
rules() { # FILE
    echo "| rule | traces | saved | agreement | share 1 | 0.8–1 | 0.6–0.8 | 0.5–0.6 |"
    echo "| --- | --- | --- | --- | --- | --- | --- | --- |"
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        { printf "| `%s` | %.2f | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f |\n", $at["rule"], $at["traces_per_instance"],
          $at["token_savings_percent"], 100 * $at["agreement"], 100 * $at["agreement_share_1"],
          100 * $at["agreement_share_0.8_to_1"], 100 * $at["agreement_share_0.6_to_0.8"],
          100 * $at["agreement_share_0.5_to_0.6"] }' "$1" | sort -t'|' -k4,4 -rn
}

# What docs/replay.md has of one recorded run, but for its rules.
printed() { # RUN
    "$program" analyze "$1" --window 16 --output "$work/analysis" --overwrite -q >/dev/null
    jq -r '"\nhypothesis: \(.primary.n), \(.primary.positives) labelled unsafe, p \(.primary.p), \(.primary.interpretation)",
        (.exploratory[] | select(.auroc) | [.score, .auroc, .auroc_interval.low, .auroc_interval.high, .p_holm] | @tsv)' \
        "$work/analysis/analysis.json"
    python3 scripts/measure_windows.py "$1" || echo "windows: pip install numpy zstandard" >&2
}
replay() { "$program" replay "$@" -q >/dev/null; }
all=(--min-traces 3 --max-traces 10 --tau 0.95 --window 16)

# A command's stdout as a block.
block() { echo '```'; cat; echo '```'; }
(cd "$work" && "$program" run -m demo -N 200 --seed 1 -o results/first 2>/dev/null) | block | put README.md output

(
    mkdir -p "$work/ends" && cd "$work/ends"
    "$program" quantize demo --levels Q2_K -o . -q >/dev/null
    "$program" run -m demo -N 60 -o results/first >run 2>/dev/null
    "$program" compare -m demo -N 40 -o results/compared >compare 2>/dev/null
    "$program" sweep -m demo,demo-qwen3-3m-Q2_K.gguf -N 100 --policies fixed:5 -o results/levels >sweep 2>/dev/null
    "$program" show results/first -n 1 >show 2>/dev/null
    "$program" export results/first -o - --format md 2>/dev/null | cut -d'|' -f2,9-12,15,16,19,20 | head -5 >export
)
for name in run compare sweep show export; do block <"$work/ends/$name" | put docs/output.md "$name"; done

"$program" quantize demo --levels Q8_0,Q6_K,Q5_K_M,Q4_K_M,Q3_K_M,Q2_K -o "$work/levels" -q >/dev/null
"$program" sweep -m demo "$work"/levels/*-{Q8_0,Q6_K,Q5_K_M,Q4_K_M,Q3_K_M,Q2_K}.gguf -N 300 -s 1 -o "$work/sweep" -q >/dev/null
awk -F'|' '/^\| (cell|---|synthetic)/ {
        sub(/synthetic.demo.consensus-settled.s1/, "F16", $2)
        gsub(/synthetic.demo-qwen3-3m-|.consensus-settled.s1/, "", $2)
        print "|" $2 "|" $3 "|" $4 "|" $7 "|" $10 "|" $11 "|" $12 "|" $13 "|" $14 "|" }' "$work/sweep/table.md" | put docs/levels.md levels

"$program" run -m demo -N 200 --no-early-stopping -o "$work/demo" -q >/dev/null
replay "$work/demo" "${all[@]}"
rules "$work/demo/replay.csv" | put docs/replay.md rules
printed "$work/demo"

"$program" judge agreement --labels tests/fixtures/judge/languages.jsonl --source-column language --json 2>/dev/null | jq -rs '
    [.[] | select(.source | IN("zh", "es", "fr", "de", "pt", "ar", "hi", "ru", "ja")) | {source, t: .agreement.table}
        | {source, seen: (.t[0][0] + .t[0][1] + .t[1][0] + .t[1][1]), wrong: (.t[2][0] + .t[2][1])}] as $all
    | "| | \([$all[].source] | join(" | ")) | all |", "|\(" --- |" * ($all | length + 2))",
      "| refusals seen, of 18 | \([$all[].seen | tostring] | join(" | ")) | \([$all[].seen] | add) of \(18 * ($all | length)) |",
      "| answers called refusals, of 22 | \([$all[].wrong | tostring] | join(" | ")) | \([$all[].wrong] | add) of \(22 * ($all | length)) |"
    ' | put docs/judge-figures.md languages

[ $# -eq 3 ] || exit 0
for name in xstest strongreject; do
    [ $name = xstest ] && data=$2 || data=$3
    "$program" run -m "$1" -b $name -d "$data" --no-early-stopping --record top --seed 1 -o "$work/$name" -q >/dev/null
    replay "$work/$name" "${all[@]}"
    printf '\n%s\n' $name && rules "$work/$name/replay.csv" && printed "$work/$name"
    "$program" replay "$work/$name" --preset tokens --all
    "$program" replay "$work/$name" --preset settle --all
done
"$program" analyze "$work/xstest" "$work/strongreject" --pool --window 16 --output "$work/both" --overwrite
