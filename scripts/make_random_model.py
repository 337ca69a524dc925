#!/usr/bin/env python3
"""A small random GGUF of a known architecture, for tests and for measuring speed without weights.

    pip install gguf numpy
    python3 scripts/make_random_model.py SHAPE TOKENIZER.gguf OUT.gguf [--type BF16|F16|F32|Q8_0|Q4_0] [--seed 1]
    python3 scripts/make_random_model.py --list

SHAPE is an architecture and a size, such as qwen35:tiny or lfm2:350M; 0.6B and 1.7B mean Qwen3's. --list
prints them all. A tiny model has every kind of layer of its architecture in a few megabytes, for tests of
loading, decoding and saved states; the others have the sizes of published models, for measuring speed.

TOKENIZER.gguf gives the vocabulary, pre-tokenizer and chat template: any GGUF, for a tiny model one with few
tokens. Qwen2's 151,936 tokens (for instance llama.cpp's models/ggml-vocab-qwen2.gguf) get Qwen3's special
tokens, in place of padding entries, and a short chat template. The published models' own vocabularies may be
larger or smaller, and with them their files.

The weights are seeded noise, scaled so that activations stay in range, logits spread and recurrent states
matter; the same arguments give the same file. Nothing a model of noise says means anything.
"""

import argparse

from random_models import delta_net, other_recurrent, state_space, transformers
from random_models.model import RandomModel
from random_models.shapes import SHAPES, shape

ARCHITECTURES = {
    "llama": transformers.llama,
    "qwen3": transformers.qwen3,
    "qwen3moe": transformers.qwen3moe,
    "smollm3": transformers.llama,
    "gemma3": transformers.gemma3,
    "gpt-oss": transformers.gpt_oss,
    "cohere2": transformers.cohere2,
    "olmo2": transformers.olmo2,
    "qwen35": delta_net.qwen35,
    "qwen35moe": delta_net.qwen35moe,
    "qwen3next": delta_net.qwen3next,
    "lfm2": other_recurrent.lfm2,
    "lfm2moe": other_recurrent.lfm2moe,
    "mamba2": state_space.mamba2,
    "granitehybrid": state_space.granite_hybrid,
    "falcon-h1": state_space.falcon_h1,
    "nemotron_h": state_space.nemotron_h,
    "nemotron_h_moe": state_space.nemotron_h,
    "jamba": state_space.jamba,
    "rwkv7": other_recurrent.rwkv7,
}
OLD_NAMES = {"0.6B": "qwen3:0.6B", "1.7B": "qwen3:1.7B"}
TYPES = ["BF16", "F16", "F32", "Q8_0", "Q4_0"]


def print_shapes():
    for name in SHAPES:
        row = shape(name)
        print(f"{name:24} {row.layers:3} layers, {row.hidden:4} wide")


def write_model(row, options):
    name = f"random weights of {row.title}'s shape"
    model = RandomModel(options.out, row.architecture, name, options.type, options.tokenizer, options.seed)
    ARCHITECTURES[row.architecture](model, row)
    model.finish()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shape", nargs="?", help="architecture:size, as --list prints them")
    parser.add_argument("tokenizer", nargs="?", help="a GGUF whose vocabulary is copied")
    parser.add_argument("out", nargs="?")
    parser.add_argument("--type", default="BF16", choices=TYPES, help="type of the matrices")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", action="store_true", help="print the shapes and stop")
    options = parser.parse_args()
    if options.list:
        return print_shapes()
    if options.out is None:
        parser.error("SHAPE, TOKENIZER and OUT are required")
    name = OLD_NAMES.get(options.shape, options.shape)
    if name not in SHAPES:
        parser.error(f"no shape {options.shape}; --list prints them all")
    write_model(shape(name), options)


if __name__ == "__main__":
    main()
