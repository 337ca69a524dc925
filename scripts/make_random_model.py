#!/usr/bin/env python3
"""A random GGUF of a Qwen3 model's shape, for measuring speed without its weights.

    pip install gguf numpy
    python3 scripts/make_random_model.py 0.6B TOKENIZER.gguf OUT.gguf [--type BF16|F16|Q8_0] [--seed 1]

TOKENIZER.gguf gives the vocabulary and its pre-tokenizer: any GGUF with Qwen2's 151,936 tokens, for
instance llama.cpp's models/ggml-vocab-qwen2.gguf. Its padding entries at Qwen3's special ids are renamed.
The weights are seeded noise, scaled so that activations stay in range; the same arguments give the same
file. Nothing a model of noise says means anything.
"""

import argparse

import gguf
import numpy as np

SHAPES = {
    # layers, hidden, feed-forward, heads, KV heads; head size 128, tied embeddings
    "0.6B": (28, 1024, 3072, 16, 8),
    "1.7B": (28, 2048, 6144, 16, 8),
}
HEAD_SIZE = 128
SPECIAL = {
    151665: "<tool_response>",
    151666: "</tool_response>",
    151667: "<think>",
    151668: "</think>",
}
TEMPLATE = (
    "{%- for message in messages %}"
    "{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}"
    "{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}"
    "{%- if enable_thinking is defined and enable_thinking is false %}"
    "{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}{%- endif %}"
)


def strings(field):
    return [bytes(field.parts[index]).decode("utf-8", "replace") for index in field.data]


def copy_tokenizer(writer, path):
    fields = gguf.GGUFReader(path).fields
    tokens = strings(fields["tokenizer.ggml.tokens"])
    types = [int(fields["tokenizer.ggml.token_type"].parts[i][0]) for i in fields["tokenizer.ggml.token_type"].data]
    for identity, text in SPECIAL.items():
        tokens[identity] = text
        types[identity] = int(gguf.TokenType.USER_DEFINED)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges(strings(fields["tokenizer.ggml.merges"]))
    writer.add_eos_token_id(tokens.index("<|im_end|>"))
    writer.add_pad_token_id(tokens.index("<|endoftext|>"))
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)
    return len(tokens)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("size", choices=SHAPES)
    parser.add_argument("tokenizer")
    parser.add_argument("out")
    parser.add_argument("--type", default="BF16", choices=["BF16", "F16", "Q8_0", "Q4_0"])
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    layers, hidden, feed_forward, heads, kv_heads = SHAPES[options.size]
    kind = gguf.GGMLQuantizationType[options.type]
    noise = np.random.default_rng(options.seed)

    writer = gguf.GGUFWriter(options.out, "qwen3", use_temp_file=True)
    writer.add_name(f"random weights of Qwen3-{options.size}'s shape")
    writer.add_file_type(int(gguf.LlamaFileType[f"MOSTLY_{options.type}"]))
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    writer.add_context_length(40_960)
    writer.add_embedding_length(hidden)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(feed_forward)
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv_heads)
    writer.add_key_length(HEAD_SIZE)
    writer.add_value_length(HEAD_SIZE)
    writer.add_rope_freq_base(1_000_000.0)
    writer.add_layer_norm_rms_eps(1e-6)
    vocabulary = copy_tokenizer(writer, options.tokenizer)

    def matrix(name, rows, columns, scale=1.0):
        values = noise.standard_normal((rows, columns), dtype=np.float32) * (scale / columns**0.5)
        writer.add_tensor(name, gguf.quants.quantize(values, kind), raw_dtype=kind)

    def norm(name, size):
        writer.add_tensor(name, np.ones(size, dtype=np.float32))

    matrix("token_embd.weight", vocabulary, hidden, scale=3.0)
    norm("output_norm.weight", hidden)
    for layer in range(layers):
        block = f"blk.{layer}."
        norm(block + "attn_norm.weight", hidden)
        matrix(block + "attn_q.weight", heads * HEAD_SIZE, hidden)
        matrix(block + "attn_k.weight", kv_heads * HEAD_SIZE, hidden)
        matrix(block + "attn_v.weight", kv_heads * HEAD_SIZE, hidden)
        matrix(block + "attn_output.weight", hidden, heads * HEAD_SIZE)
        norm(block + "attn_q_norm.weight", HEAD_SIZE)
        norm(block + "attn_k_norm.weight", HEAD_SIZE)
        norm(block + "ffn_norm.weight", hidden)
        matrix(block + "ffn_gate.weight", feed_forward, hidden)
        matrix(block + "ffn_up.weight", feed_forward, hidden)
        matrix(block + "ffn_down.weight", hidden, feed_forward)

    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file(progress=True)
    writer.close()


if __name__ == "__main__":
    main()
