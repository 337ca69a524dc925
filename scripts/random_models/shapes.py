"""The models that make_random_model.py can write, one row each: architecture:size and its numbers.

A tiny row has its architecture's parts in a few megabytes: four layers or more, both kinds of layers in a
hybrid, windows shorter than a prompt, rows of whole 256s wherever the architecture lets them, and head and
state sizes that llama.cpp's GPU code has kernels for. The other rows are the sizes of published models.
Qwen3's published sizes keep the embeddings of earlier versions, and with them their bytes: with those, greedy
decoding repeats itself.
"""

from types import SimpleNamespace

TINY = dict(
    layers=4, hidden=256, feed_forward=512, context=4096, epsilon=1e-6,
    heads=4, kv_heads=2, head_size=64, rope_base=10_000.0,
    experts=0,
)  # fmt: skip
WINDOW = dict(TINY, window=32)
EXPERTS = dict(TINY, experts=8, experts_used=2, expert=128, shared_expert=128)
MAMBA2 = dict(kernel=4, inner=512, state=128, ssm_heads=8, groups=1)
DELTA_NET = dict(
    kernel=4, state=64, key_heads=2, value_heads=4, attention_interval=2, rope_size=32, rope_sections=[6, 5, 5, 0],
)  # fmt: skip

SHAPES = {
    "llama:tiny": dict(TINY),
    "qwen3:tiny": dict(TINY, embedding=0.5),
    "qwen3:0.6B": dict(
        title="Qwen3-0.6B", layers=28, hidden=1024, feed_forward=3072, context=40_960, epsilon=1e-6,
        heads=16, kv_heads=8, head_size=128, rope_base=1_000_000.0, embedding=3.0,
    ),
    "qwen3:1.7B": dict(
        title="Qwen3-1.7B", layers=28, hidden=2048, feed_forward=6144, context=40_960, epsilon=1e-6,
        heads=16, kv_heads=8, head_size=128, rope_base=1_000_000.0, embedding=3.0,
    ),
    "qwen3moe:tiny": dict(EXPERTS),
    "smollm3:tiny": dict(TINY),
    "gemma3:tiny": dict(WINDOW, layers=6),
    "gpt-oss:tiny": dict(WINDOW, experts=8, experts_used=2, expert=128, rope_scaling=4.0),
    "cohere2:tiny": dict(WINDOW, logit_scale=0.25),
    "olmo2:tiny": dict(TINY, window=0),
    "olmo3:tiny": dict(WINDOW, architecture="olmo2"),
    "qwen35:tiny": dict(TINY, **DELTA_NET),
    "qwen35:0.8B": dict(
        title="Qwen3.5-0.8B", layers=24, hidden=1024, feed_forward=3584, context=262_144, epsilon=1e-6,
        heads=8, kv_heads=2, head_size=256, rope_base=10_000_000.0, rope_size=64, rope_sections=[11, 11, 10, 0],
        kernel=4, state=128, key_heads=16, value_heads=16, attention_interval=4,
    ),
    "qwen35moe:tiny": dict(EXPERTS, **DELTA_NET),
    "qwen3next:tiny": dict(EXPERTS, **DELTA_NET),
    "lfm2:tiny": dict(TINY, kernel=3, attention=[1, 3]),
    "lfm2:350M": dict(
        title="LFM2-350M", layers=16, hidden=1024, feed_forward=4608, context=128_000, epsilon=1e-5,
        heads=16, kv_heads=8, head_size=64, rope_base=1_000_000.0,
        kernel=3, attention=[2, 5, 8, 10, 12, 14],
    ),
    "lfm2moe:tiny": dict(EXPERTS, kernel=3, attention=[1, 3], dense_layers=1),
    "mamba2:tiny": dict(TINY, feed_forward=0, **MAMBA2),
    "mamba2:130M": dict(
        title="Mamba-2-130M", layers=24, hidden=768, feed_forward=0, context=1_048_576, epsilon=1e-5,
        kernel=4, inner=1536, state=128, ssm_heads=24, groups=1,
    ),
    "granitehybrid:tiny": dict(
        TINY, attention=[1, 3], embedding_scale=12.0, residual_scale=0.25, logit_scale=3.0, **MAMBA2,
    ),
    "granitehybrid:tiny-moe": dict(
        EXPERTS, feed_forward=128, attention=[1, 3],
        embedding_scale=12.0, residual_scale=0.25, logit_scale=6.0, **MAMBA2,
    ),
    "granitehybrid:350M": dict(
        title="Granite-4.0-H-350M", layers=32, hidden=768, feed_forward=2048, context=1_048_576, epsilon=1e-5,
        heads=12, kv_heads=4, head_size=64, rope_base=10_000.0, experts=0, attention=[10, 13, 17, 27],
        embedding_scale=12.0, residual_scale=0.246, logit_scale=3.0,
        kernel=4, inner=1536, state=128, ssm_heads=48, groups=1,
    ),
    "falcon-h1:tiny": dict(TINY, **MAMBA2),
    "falcon-h1:0.5B": dict(
        title="Falcon-H1-0.5B", layers=36, hidden=1024, feed_forward=2048, context=16_384, epsilon=1e-5,
        heads=8, kv_heads=2, head_size=64, rope_base=1e11,
        kernel=4, inner=1536, state=128, ssm_heads=24, groups=1,
    ),
    "nemotron_h:tiny": dict(TINY, layers=6, pattern="M-M*M-", **dict(MAMBA2, groups=2)),
    "nemotron_h_moe:tiny": dict(EXPERTS, layers=6, feed_forward=128, pattern="MEM*ME", **dict(MAMBA2, groups=2)),
    "jamba:tiny": dict(
        TINY, feed_forward=256, experts=4, experts_used=2, attention=[1, 3],
        kernel=4, inner=512, state=16, time_step_rank=16,
    ),
    "rwkv7:tiny": dict(
        TINY, feed_forward=1024, epsilon=1e-5, decay_rank=32, rate_rank=32, value_rank=32, gate_rank=64,
    ),
    "rwkv7:0.2B": dict(
        title="RWKV-7-0.2B", layers=12, hidden=768, feed_forward=3072, context=1_048_576, epsilon=1e-5,
        head_size=64, decay_rank=64, rate_rank=64, value_rank=32, gate_rank=128,
    ),
}  # fmt: skip


def shape(name):
    """A row as an object, with the name of its architecture in llama.cpp."""
    family, _, size = name.partition(":")
    row = dict(family=family, size=size, architecture=family, title=f"{family}-{size}")
    return SimpleNamespace(**{**row, **SHAPES[name]})
