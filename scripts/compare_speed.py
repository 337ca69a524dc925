#!/usr/bin/env python3
"""Speed of this program beside llama.cpp's own programs: the same work in turn, medians and ratios.

    python3 scripts/compare_speed.py batched LLAMA_BATCHED_BENCH MODEL.gguf [--widths 8,16,32]
    python3 scripts/compare_speed.py server LLAMA_SERVER MODEL.gguf [--prompts 16]

`batched`: generation with confidences here (`bench --no-fork`) against llama-batched-bench, which samples
nothing: one prompt shared by all sequences (-pps), the same lengths, width, threads and -ub. Both of its
caches, separate and unified (-kvu), are run; the better one counts. --own-prompts is for models with a recurrent state,
which -pps cannot share there: each of their sequences evaluates the prompt, and only separate sequences are run.

`server`: prompts with 8 traces each, ends of text ignored, confidences on (here) and `n_probs` 20 (there),
against llama-server with 32 slots and several requests of n = 8 in flight; all of the time from the first
prompt to the last token.

Every round runs each program once, one after the other, so that a machine that slows down slows all of
them. Run it on a machine that does nothing else. Needs Python 3.9 and nothing else.
"""

import argparse
import concurrent.futures
import json
import os
import re
import statistics
import subprocess
import sys
import time
import urllib.request

PORT = 18_432
PROGRAM = os.environ.get("SAFETY_DEEPCONF", "target/release/safety-deepconf")


def ours(args, *options):
    command = [PROGRAM, "bench", "-q", "--format", "json", "--no-fork", "-r", "1"]
    command += ["-m", args.model, "-t", str(args.threads), "-ub", str(args.ubatch)]
    command += ["-npp", str(args.prompt_tokens), "-ntg", str(args.tokens), *map(str, options)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)[0]


def batched(args, width, unified):
    cells = -(-(args.prompt_tokens + args.tokens) // 256) * 256 * width
    command = [args.theirs, "-m", args.model, "-npp", str(args.prompt_tokens), "-ntg", str(args.tokens)]
    command += [] if args.own_prompts else ["-pps"]
    command += ["-npl", str(width), "-t", str(args.threads), "-ub", str(args.ubatch), "-b", "512", "-c", str(cells)]
    command += ["-kvu"] if unified else []
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows = re.findall(r"^\|\s*\d+ \|\s*\d+ \|\s*%d \|(.*)\|$" % width, text, re.MULTILINE)
    return float(rows[0].split("|")[4])


def spread(values):
    return f"{statistics.median(values):7.1f} ({min(values):.1f} to {max(values):.1f})"


def compare_batched(args):
    print(f"{os.path.basename(args.model)}: tokens/s of generation, median of {args.rounds} (least to most)")
    names = ["here", "here, -kvu", "theirs, separate", "theirs, unified"]
    print("width  " + "  ".join(f"{name:25}" for name in names) + "  here and here -kvu to their better")
    for width in args.widths:
        runs = [
            lambda: ours(args, "-npl", width)["decode_tokens_per_second"],
            lambda: ours(args, "-npl", width, "-kvu")["decode_tokens_per_second"],
            lambda: batched(args, width, False),
            lambda: batched(args, width, True),
        ]
        if args.own_prompts:
            runs[1] = runs[3] = lambda: 0.0
        figures = [[], [], [], []]
        for turn in range(args.rounds):
            # Forth and back, so that none always comes after the same one.
            for index in range(4) if turn % 2 == 0 else reversed(range(4)):
                figures[index].append(runs[index]())
        here, here_unified, separate, unified = map(statistics.median, figures)
        cells = "  ".join(f"{spread(values):25}" for values in figures)
        better = max(separate, unified)
        print(f"{width:5}  {cells}  {here / better:.3f}  {here_unified / better:.3f}", flush=True)


def prompt(index, letters):
    """The prompts of `bench`: rows of single letters."""
    letter = lambda at: chr(ord("a") + (at * 7 + at * at * 3 + index * (11 + at)) % 26)
    return "".join(f" {letter(at)}" for at in range(letters))


def post(body):
    request = urllib.request.Request(
        f"http://127.0.0.1:{PORT}/completion", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=1_200) as response:
        return json.load(response)


def served(args, in_flight):
    """Tokens a second of all prompts through the server, 8 completions a request."""
    body = {"n_predict": args.tokens, "ignore_eos": True, "n_cmpl": 8, "cache_prompt": False, "seed": 1}
    body |= {"temperature": 0.7, "top_k": 20, "top_p": 0.8, "min_p": 0.0, "samplers": ["top_k", "top_p", "temperature"]}
    body |= {"n_probs": 20, "post_sampling_probs": False}
    bodies = [body | {"prompt": prompt(index, args.prompt_tokens)} for index in range(args.prompts)]
    begun = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(in_flight) as pool:
        answers = list(pool.map(post, bodies))
    seconds = time.monotonic() - begun
    completions = [one for answer in answers for one in answer]
    tokens = sum(one["tokens_predicted"] for one in completions)
    if len(completions) != 8 * args.prompts or tokens != 8 * args.prompts * args.tokens:
        sys.exit(f"the server made {len(completions)} completions of {tokens} tokens in all")
    return tokens / seconds


def compare_server(args):
    cells = 256 * 32 * -(-(args.prompt_tokens + args.tokens) // 256)
    command = [args.theirs, "-m", args.model, "--port", str(PORT), "-np", "32", "-c", str(cells)]
    command += ["-t", str(args.threads), "-ub", str(args.ubatch), "-b", "512", "--no-webui"]
    figures = {"here": []} | {f"server, {n} in flight": [] for n in args.in_flight}
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(480):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{PORT}/health", timeout=2)
                break
            except OSError:
                time.sleep(0.25)
        post({"prompt": " a", "n_predict": 4})
        for _ in range(args.rounds):
            line = ours(args, "-npl", 32, "--prompts", args.prompts, "--traces", 8)
            figures["here"].append(line["all_tokens_per_second"])
            for in_flight in args.in_flight:
                figures[f"server, {in_flight} in flight"].append(served(args, in_flight))
    finally:
        server.terminate()
        server.wait()
    print(f"{os.path.basename(args.model)}: tokens/s, {args.prompts} prompts of {args.prompt_tokens} tokens, 8 traces of")
    print(f"{args.tokens} each, 32 side by side; median of {args.rounds} (least to most)")
    for name, values in figures.items():
        print(f"{name:22} {spread(values)}")
    medians = {name: statistics.median(values) for name, values in figures.items()}
    here = medians.pop("here")
    print(f"ratio to the server's best: {here / max(medians.values()):.3f}")


def numbers(text):
    return [int(number) for number in text.split(",")]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("mode", choices=["batched", "server"])
    parser.add_argument("theirs", help="llama-batched-bench or llama-server")
    parser.add_argument("model")
    parser.add_argument("--widths", type=numbers, default=[8, 16, 32])
    parser.add_argument("--prompt-tokens", type=int, default=100)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--prompts", type=int, default=16)
    parser.add_argument("--in-flight", type=numbers, default=[4, 6])
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--ubatch", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--own-prompts", action="store_true")
    args = parser.parse_args()
    {"batched": compare_batched, "server": compare_server}[args.mode](args)


main()
