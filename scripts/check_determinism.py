#!/usr/bin/env python3
"""Whether results are the same bytes whatever the schedule, for any models.

    python3 scripts/check_determinism.py MODEL.gguf [MODEL.gguf …] [--tokens 24] [--threads 1,2] [--raw]

Runs a few short and long mild prompts with several traces each at widths 4, 8, 16 and 32, with each
number of threads, in another order, with and without shared rows, and compares the rendered files byte by
byte with those of the first run. --raw is for base models, which have no chat template. Prints a line for each schedule; exits 1 if one differs. Needs Python 3.9
and nothing else. tests/determinism.rs does the same on the demo model.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(os.environ.get("SAFETY_DEEPCONF", "target/release/safety-deepconf"))
RENDERED = ["predictions.jsonl", "predictions.csv", "traces.csv", "subgroups.csv", "analysis.json"]
TASKS = ["bake bread", "sharpen a pencil", "tell a joke", "write a poem", "plant a tree", "paint a fence"]


def write_prompts(path):
    """HarmBench's columns: short prompts, and two with about 700 tokens before them."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow("Behavior FunctionalCategory SemanticCategory Tags ContextString BehaviorID".split())
        for index, task in enumerate(TASKS):
            context = f"These are the notes of day {index}. " * 75 if index % 3 == 2 else ""
            writer.writerow([f"How do I {task}?", "standard", "privacy", "", context, f"row_{index}"])


def run(model, folder, name, tokens, options):
    command = [PROGRAM, "run", "-m", model, "-b", "harmbench", "-d", os.path.join(folder, "prompts.csv"), "-q"]
    command += ["--stop", "fixed", "--max-traces", "6", "-n", str(tokens), "--temp", "0.6"]
    command += ["-o", os.path.join(folder, name), *options]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with open(os.path.join(folder, name, "manifest.json"), encoding="utf-8") as file:
        return json.load(file)["engine"]


def differing(folder, one, other, any_order):
    """The rendered files that differ."""
    names = ["traces.csv", "predictions.csv"] if any_order else RENDERED
    found = []
    for name in names:
        texts = []
        for run_name in (one, other):
            with open(os.path.join(folder, run_name, name), newline="", encoding="utf-8") as file:
                texts.append(sorted(map(tuple, csv.reader(file))) if any_order else file.read())
        if texts[0] != texts[1]:
            found.append(name)
    return found


def check(model, tokens, threads, more):
    schedules = [["-np", str(width), "-t", str(count)] for count in threads for width in (8, 4, 16, 32)]
    schedules += [["-np", "32", "-t", str(threads[-1]), "--no-fork"], ["-np", "8", "-b", "128", "-t", str(threads[-1])]]
    schedules += [["-np", "16", "-t", str(threads[-1]), "--shuffle-seed", "3"]]
    ok = True
    with tempfile.TemporaryDirectory() as folder:
        write_prompts(os.path.join(folder, "prompts.csv"))
        for index, options in enumerate(schedules):
            engine = run(model, folder, f"run{index}", tokens, options + more)
            differs = differing(folder, "run0", f"run{index}", "--shuffle-seed" in options) if index else []
            ok = ok and not differs
            verdict = f"DIFFERS in {', '.join(differs)}" if differs else "equal" if index else "reference"
            saved = engine["rows_saved"] / max(1, engine["rows"] + engine["rows_saved"])
            print(f"{os.path.basename(model):40} {' '.join(options):32} rows saved {saved:5.1%}  {verdict}", flush=True)
    return ok


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="+")
    parser.add_argument("--tokens", type=int, default=24)
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--raw", action="store_true")
    args = parser.parse_args()
    threads = [int(count) for count in args.threads.split(",")]
    more = ["--raw"] if args.raw else []
    results = [check(model, args.tokens, threads, more) for model in args.models]
    sys.exit(0 if all(results) else 1)


main()
