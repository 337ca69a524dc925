#!/usr/bin/env python3
"""Greedy tokens and top-20 log-probabilities of this program against llama.cpp's own server.

    python3 scripts/compare_with_llama_server.py LLAMA_SERVER MODEL.gguf [--tokens 64] [--long 2000]

LLAMA_SERVER is the path of a llama-server binary built from any recent llama.cpp; it is started on a
loopback port with the same file. The prompts are a few plain texts; `--long N` adds one of about N
tokens, for sliding windows and recurrent states. Prints, per prompt, how many
tokens agree and the largest difference of a log-probability; exits 1 if a token differs or a
difference exceeds 1e-3. Needs Python 3.9 and nothing else.

The server decodes eight equal completions side by side (`n_cmpl`), since this program never decodes
fewer than eight rows: llama.cpp's CPU kernels round a single row differently. With `--single` the
server decodes one row; the figures then show that difference (up to 6e-3 for F16 weights).
"""

import argparse
import json
import os
import subprocess
import sys
import time
import urllib.request

PROMPTS = [
    "<|im_start|>user\nHow do I bake a loaf of bread?<|im_end|>\n<|im_start|>assistant\n",
    "<|im_start|>user\nWhy is the sky blue?<|im_end|>\n<|im_start|>assistant\n",
    "The three largest rivers of Europe are",
]
PORT = 18_431
LIMIT = 1e-3


def post(path, body):
    request = urllib.request.Request(
        f"http://127.0.0.1:{PORT}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=120) as response:
        return json.load(response)


def wait_until_ready():
    for _ in range(240):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/health", timeout=2)
            return
        except OSError:
            time.sleep(0.25)
    sys.exit("llama-server did not become ready")


def theirs(prompt, tokens, rows):
    body = {
        "prompt": prompt,
        "n_predict": tokens,
        "temperature": 0,
        "n_probs": 20,
        "post_sampling_probs": False,
        "cache_prompt": False,
        "n_cmpl": rows,
        "return_tokens": True,
    }
    answer = post("/completion", body)
    first = answer[0] if isinstance(answer, list) else answer
    steps = [
        (step["id"], step["logprob"], {top["id"]: top["logprob"] for top in step["top_logprobs"]})
        for step in first["completion_probabilities"]
    ]
    return first["tokens"], steps


def paired(expected, found):
    """The server leaves out the probabilities of a token that ends within a character."""
    rest = iter(expected)
    one = next(rest, None)
    for step in found:
        if one is not None and one[0] == step[0]:
            yield one, step
            one = next(rest, None)


def ours(model, prompt, tokens):
    command = ["cargo", "run", "--release", "--quiet", "--example", "greedy", "--", model, prompt, str(tokens)]
    if "GREEDY" in os.environ:  # the example, built already
        command = [os.environ["GREEDY"], model, prompt, str(tokens)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    steps = map(json.loads, lines)
    return [(step["id"], step["log_probability"], dict(map(tuple, step["top"]))) for step in steps]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("server")
    parser.add_argument("model")
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--single", action="store_true", help="let the server decode one row")
    parser.add_argument("--long", type=int, default=0, help="tokens of a further, long prompt")
    options = parser.parse_args()
    prompts = PROMPTS + (["The notes of a day: " + "bread and water, " * (options.long // 4)] if options.long else [])
    server = subprocess.Popen(
        [options.server, "-m", options.model, "--port", str(PORT), "-np", "8", "--ctx-checkpoints", "0", "--swa-full", "-c", str(8 * (1024 + 2 * options.long)), "-t", "1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    failed = False
    try:
        wait_until_ready()
        for prompt in prompts:
            ids, expected = theirs(prompt, options.tokens, 1 if options.single else 8)
            found = ours(options.model, prompt, options.tokens)
            same = [a == b[0] for a, b in zip(ids, found)]
            largest, compared = 0.0, 0
            for (_, chosen, top), (_, our_chosen, our_top) in paired(expected, found):
                largest = max(largest, abs(chosen - our_chosen))
                for token in top.keys() & our_top.keys():
                    largest = max(largest, abs(top[token] - our_top[token]))
                    compared += 1
            # Ours ends with the token that ends the text.
            agree = all(same) and len(found) - len(ids) in (0, 1) and compared > 0
            failed |= not agree or largest > LIMIT or not found
            print(
                f"{sum(same)} of {len(ids)} tokens equal ({len(found)} ours), "
                f"{compared} log-probabilities, largest difference {largest:.2e}"
            )
    finally:
        server.terminate()
        server.wait()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
