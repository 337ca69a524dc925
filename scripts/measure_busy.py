#!/usr/bin/env python3
"""What another program costs a run that takes the default number of threads.

    python3 scripts/measure_busy.py MODEL [--minutes 10] [--quiet-seconds 60] [--rounds 3]

Quiet rounds first: the default and `-t CORES` in turn, so that what watching others costs is seen. Then a loop takes one
core, and the default runs beside it for the given minutes. Rates are tokens drawn for each second in the engine, from the
manifest. Run it on a machine that does nothing else. Needs Python 3.9 and nothing else.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time

PROGRAM = os.path.abspath(os.environ.get("SAFETY_DEEPCONF", "target/release/safety-deepconf"))


def rate(model, seconds, options):
    """Tokens per second of a run that is interrupted after so many seconds, and its engine's facts."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "run")
        command = [PROGRAM, "run", "-m", model, "-N", "20000", "--no-early-stopping", "-q", "--no-report"]
        child = subprocess.Popen([*command, "-o", path, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        child.send_signal(signal.SIGINT)
        child.wait()
        with open(os.path.join(path, "manifest.json"), encoding="utf-8") as file:
            engine = json.load(file)["engine"]
    return engine["tokens_decoded"] / engine["seconds"], engine


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("model")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--quiet-seconds", type=float, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    cores = str(os.cpu_count())
    quiet = {"default": [], f"-t {cores}": []}
    for _ in range(args.rounds):
        for name, options in (("default", []), (f"-t {cores}", ["-t", cores])):
            quiet[name].append(rate(args.model, args.quiet_seconds, options)[0])
            print(f"quiet, {name}: {quiet[name][-1]:.1f} tokens/s", flush=True)
    median = {name: statistics.median(rates) for name, rates in quiet.items()}
    share = median["default"] / median[f"-t {cores}"]
    print(f"quiet medians: default {median['default']:.1f}, -t {cores} {median[f'-t {cores}']:.1f}, ratio {share:.3f}")
    loop = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        busy, engine = rate(args.model, 60 * args.minutes, [])
    finally:
        loop.kill()
    changes, least = engine.get("threads_changes", 0), engine.get("threads_least", cores)
    print(
        f"beside a loop, {args.minutes:g} minutes: {busy:.1f} tokens/s, {busy / median['default']:.2f} of the quiet rate; "
        f"{changes} changes of threads, least {least}"
    )


main()
