"""Recurrent architectures of their own kind: lfm2, lfm2moe, rwkv7."""

from . import parts

SIGMOID = 2  # llama.cpp's number for routers with a sigmoid


def lfm2(model, shape):
    """Short convolutions, attention in some layers, then feed-forward."""
    convolution_sizes(model, shape)
    model.embeddings(shape.hidden, norm="token_embd_norm")  # llama.cpp's name for LFM2's output norm
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        convolution_or_attention(model, block, shape, layer)
        parts.feed_forward(model, block, shape)


def lfm2moe(model, shape):
    """As lfm2, with experts after the first layers."""
    convolution_sizes(model, shape)
    parts.expert_sizes(model, shape)
    model.set("expert_feed_forward_length", shape.expert)
    model.set("leading_dense_block_count", shape.dense_layers)
    model.set("expert_gating_func", SIGMOID)
    model.embeddings(shape.hidden, norm="token_embd_norm")
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        convolution_or_attention(model, block, shape, layer)
        if layer < shape.dense_layers:
            parts.feed_forward(model, block, shape)
        else:
            parts.experts(model, block, shape, shape.expert)
            model.noise(block + "exp_probs_b.bias", shape.experts, scale=0.1)


def convolution_sizes(model, shape):
    parts.sizes(model, shape)
    parts.attention_sizes(model, shape, kv_heads=parts.kv_heads_by_layer(shape))
    parts.rms_epsilon(model, shape)
    model.set("shortconv.l_cache", shape.kernel)


def convolution_or_attention(model, block, shape, layer):
    model.norm(block + "attn_norm.weight", shape.hidden)
    if layer in shape.attention:
        parts.attention(model, block, shape)
        parts.head_norms(model, block, shape)
    else:
        model.matrix(block + "shortconv.in_proj.weight", 3 * shape.hidden, shape.hidden)
        model.noise(block + "shortconv.conv.weight", shape.hidden, shape.kernel, scale=shape.kernel**-0.5)
        model.matrix(block + "shortconv.out_proj.weight", shape.hidden, shape.hidden)
    model.norm(block + "ffn_norm.weight", shape.hidden)


def rwkv7(model, shape):
    hidden = shape.hidden
    parts.sizes(model, shape)
    model.set("attention.head_count", 0)
    model.set("attention.layer_norm_epsilon", shape.epsilon)
    model.set("wkv.head_size", shape.head_size)
    model.set("attention.decay_lora_rank", shape.decay_rank)
    model.set("attention.iclr_lora_rank", shape.rate_rank)
    model.set("attention.value_residual_mix_lora_rank", shape.value_rank)
    model.set("attention.gate_lora_rank", shape.gate_rank)
    model.embeddings_and_output(hidden)
    layer_norm(model, "token_embd_norm", hidden)
    model.norm("output_norm.bias", hidden, value=0.0)
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        layer_norm(model, block + "attn_norm", hidden)
        time_mix(model, block + "time_mix_", shape, layer)
        layer_norm(model, block + "attn_norm_2", hidden)
        model.uniform(block + "channel_mix_lerp_k.weight", 1, 1, hidden, low=0.0, high=1.0)
        model.matrix(block + "channel_mix_key.weight", shape.feed_forward, hidden)
        model.matrix(block + "channel_mix_value.weight", hidden, shape.feed_forward)


def time_mix(model, mix, shape, layer):
    """RWKV-7's mixer. Its four small networks are (0) a bias, then (1) down to a rank and (2) up again."""
    hidden = shape.hidden
    # the first layer's value residual is never used, but llama.cpp wants it, with the rates' rank
    value_rank = shape.value_rank if layer else shape.rate_rank
    model.uniform(mix + "lerp_fused.weight", 6, 1, 1, hidden, low=0.0, high=1.0)
    model.uniform(mix + "w0.weight", hidden, low=-6.0, high=-1.0)  # decays of 0.85 to 0.998 a token
    low_rank(model, mix + "w", hidden, shape.decay_rank)
    model.noise(mix + "a0.weight", hidden, scale=0.1)
    low_rank(model, mix + "a", hidden, shape.rate_rank)
    model.norm(mix + "v0.weight", hidden, value=0.73)
    low_rank(model, mix + "v", hidden, value_rank)
    low_rank(model, mix + "g", hidden, shape.gate_rank)
    model.norm(mix + "k_k.weight", hidden, value=0.71)
    model.norm(mix + "k_a.weight", hidden, value=1.02)
    model.noise(mix + "r_k.weight", hidden, scale=0.04)
    for name in ("key", "value", "receptance", "output"):
        model.matrix(mix + f"{name}.weight", hidden, hidden)
    layer_norm(model, mix + "ln", hidden)


def low_rank(model, name, hidden, rank):
    """Two small matrices; F32, as llama-quantize leaves them alone too."""
    model.noise(name + "1.weight", rank, hidden, scale=hidden**-0.5)
    model.noise(name + "2.weight", hidden, rank, scale=rank**-0.5)


def layer_norm(model, name, size):
    model.norm(name + ".weight", size)
    model.norm(name + ".bias", size, value=0.0)
