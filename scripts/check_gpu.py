#!/usr/bin/env python3
"""Whether a build for GPUs does on one what it does on the CPU, and how fast it decodes there.

    python3 scripts/check_gpu.py [MODEL …] [--batched LLAMA_BATCHED_BENCH] [--widths 32,64,127] [--prompts 200]

The demo model answers prompts on the CPU and on the GPU with one seed: decisions must agree on 99 % of them. Each
MODEL is then decoded with all layers on the GPU; with --batched also by llama.cpp's own program, in turn, three times
each, and the ratio of the medians is printed. Prints devices, layers and memory as the manifest has them. Exits 1 if
decisions differ too often. Needs Python 3.9 and nothing else.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(os.environ.get("SAFETY_DEEPCONF", "target/release/safety-deepconf"))
PROMPT, TOKENS, ROUNDS = 64, 128, 3


def output(command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def decisions(folder, name, prompts, options):
    path = os.path.join(folder, name)
    output([PROGRAM, "run", "-m", "demo", "-N", str(prompts), "-q", "--no-report", "-o", path, *options])
    with open(os.path.join(path, "manifest.json"), encoding="utf-8") as file:
        engine = json.load(file)["engine"]
    with open(os.path.join(path, "predictions.jsonl"), encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return {row["instance_id"]: row["decision"] for row in rows}, engine


def ours(model, width):
    command = [PROGRAM, "bench", "-q", "--format", "json", "--no-fork", "-r", "1", "-m", model, "-ngl", "all"]
    command += ["-npl", str(width), "-npp", str(PROMPT), "-ntg", str(TOKENS)]
    return json.loads(output(command))[0]["decode_tokens_per_second"]


def theirs(program, model, width):
    cells = -(-(PROMPT + TOKENS) // 256) * 256 * width
    command = [program, "-m", model, "-ngl", "99", "-pps", "-npp", str(PROMPT), "-ntg", str(TOKENS)]
    command += ["-npl", str(width), "-c", str(cells)]
    row = re.search(r"^\|\s*\d+ \|\s*\d+ \|\s*%d \|(.*)\|$" % width, output(command), re.MULTILINE)
    return float(row[1].split("|")[4])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("models", nargs="*", metavar="MODEL")
    parser.add_argument("--batched", metavar="LLAMA_BATCHED_BENCH")
    parser.add_argument("--widths", default="32,64,127")
    parser.add_argument("--prompts", type=int, default=200)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cpu, _ = decisions(folder, "cpu", args.prompts, ["-dev", "none"])
        gpu, engine = decisions(folder, "gpu", args.prompts, ["-ngl", "all"])
    print(json.dumps(engine["gpu"]))
    same = sum(decision == gpu[name] for name, decision in cpu.items())
    print(f"demo: {same} of {len(cpu)} decisions as on the CPU")
    for model in args.models:
        for width in map(int, args.widths.split(",")):
            pairs = []
            for _ in range(ROUNDS):
                pairs.append((ours(model, width), theirs(args.batched, model, width) if args.batched else None))
            rate = statistics.median(one for one, _ in pairs)
            text = f"{os.path.basename(model)}, width {width}: {rate:.0f} tokens/s"
            if args.batched:
                other = statistics.median(two for _, two in pairs)
                text += f", llama-batched-bench {other:.0f}, ratio {rate / other:.2f}"
            print(text, flush=True)
    sys.exit(same < 0.99 * len(cpu))


main()
