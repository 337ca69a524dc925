"""Mamba and its hybrids with attention: mamba2, granitehybrid, falcon-h1, nemotron_h, jamba."""

import numpy as np

from . import parts


def mamba2(model, shape):
    parts.sizes(model, shape)
    model.set("attention.head_count", 0)
    parts.rms_epsilon(model, shape)
    mixer_sizes(model, shape)
    model.embeddings(shape.hidden)
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        model.norm(block + "attn_norm.weight", shape.hidden)
        mamba2_mixer(model, block, shape)


def granite_hybrid(model, shape):
    """Granite 4.0-H: Mamba-2 or attention, then feed-forward or experts; no rotary positions."""
    parts.sizes(model, shape)
    parts.attention_sizes(model, shape, kv_heads=parts.kv_heads_by_layer(shape))
    model.set("rope.scaling.finetuned", False)
    parts.rms_epsilon(model, shape)
    mixer_sizes(model, shape)
    model.set("embedding_scale", shape.embedding_scale)
    model.set("attention.scale", 1.0 / shape.head_size)
    model.set("residual_scale", shape.residual_scale)
    model.set("logit_scale", shape.logit_scale)
    if shape.experts:
        parts.expert_sizes(model, shape)
        model.set("expert_shared_feed_forward_length", shape.shared_expert)
    model.embeddings(shape.hidden, multiplier=shape.embedding_scale, logit_multiplier=1.0 / shape.logit_scale)
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        model.norm(block + "attn_norm.weight", shape.hidden)
        if layer in shape.attention:
            parts.attention(model, block, shape)
        else:
            mamba2_mixer(model, block, shape)
        model.norm(block + "ffn_norm.weight", shape.hidden)
        if shape.experts:
            parts.experts(model, block, shape, shape.feed_forward)
            parts.shared_expert(model, block, shape)
        else:
            parts.feed_forward(model, block, shape)


def falcon_h1(model, shape):
    """Attention and Mamba-2 side by side in every layer."""
    parts.sizes(model, shape)
    parts.attention_sizes(model, shape)
    parts.rms_epsilon(model, shape)
    mixer_sizes(model, shape)
    model.embeddings_and_output(shape.hidden)
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        model.norm(block + "attn_norm.weight", shape.hidden)
        parts.attention(model, block, shape)
        mamba2_mixer(model, block, shape, norm=False)
        model.norm(block + "ffn_norm", shape.hidden)  # llama.cpp's name for it, without ".weight"
        parts.feed_forward(model, block, shape)


def nemotron_h(model, shape):
    """Each layer is one thing: Mamba-2 (M), attention (*), feed-forward (-) or experts (E)."""
    parts.sizes(model, shape, feed_forward=[shape.feed_forward if kind in "-E" else 0 for kind in shape.pattern])
    parts.attention_sizes(model, shape, kv_heads=[shape.kv_heads if kind == "*" else 0 for kind in shape.pattern])
    model.set("attention.layer_norm_epsilon", shape.epsilon)
    parts.rms_epsilon(model, shape)
    mixer_sizes(model, shape)
    if shape.experts:
        parts.expert_sizes(model, shape)
        model.set("expert_feed_forward_length", shape.feed_forward)
        model.set("expert_shared_feed_forward_length", shape.shared_expert)
        model.set("expert_shared_count", 1)
        model.set("expert_weights_norm", True)
        model.set("expert_weights_scale", 2.5)
    model.embeddings_and_output(shape.hidden)
    for layer, kind in enumerate(shape.pattern):
        block = f"blk.{layer}."
        model.norm(block + "attn_norm.weight", shape.hidden)
        if kind == "M":
            mamba2_mixer(model, block, shape)
        elif kind == "*":
            parts.attention(model, block, shape)
        elif kind == "-":
            parts.feed_forward(model, block, shape, gated=False)
        else:
            parts.experts(model, block, shape, shape.feed_forward, gated=False)
            model.noise(block + "exp_probs_b.bias", shape.experts, scale=0.1)
            parts.shared_expert(model, block, shape, gated=False)


def jamba(model, shape):
    """Mamba or attention, then feed-forward or, in every 2nd layer, experts; no rotary positions."""
    parts.sizes(model, shape)
    model.set("attention.head_count", shape.heads)
    model.set("attention.head_count_kv", parts.kv_heads_by_layer(shape))
    parts.rms_epsilon(model, shape)
    parts.expert_sizes(model, shape)
    model.set("ssm.conv_kernel", shape.kernel)
    model.set("ssm.inner_size", shape.inner)
    model.set("ssm.state_size", shape.state)
    model.set("ssm.time_step_rank", shape.time_step_rank)
    model.embeddings(shape.hidden)
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        model.norm(block + "attn_norm.weight", shape.hidden)
        if layer in shape.attention:
            parts.attention(model, block, shape)
        else:
            mamba_mixer(model, block, shape)
        model.norm(block + "ffn_norm.weight", shape.hidden)
        if layer % 2:
            parts.experts(model, block, shape, shape.feed_forward)
        else:
            parts.feed_forward(model, block, shape)


def mixer_sizes(model, shape):
    model.set("ssm.conv_kernel", shape.kernel)
    model.set("ssm.inner_size", shape.inner)
    model.set("ssm.state_size", shape.state)
    model.set("ssm.time_step_rank", shape.ssm_heads)
    model.set("ssm.group_count", shape.groups)


def mamba2_mixer(model, block, shape, norm=True):
    """One decay, one time step and one skip weight a head; groups of heads share B and C."""
    mixed = shape.inner + 2 * shape.groups * shape.state
    model.matrix(block + "ssm_in.weight", shape.inner + mixed + shape.ssm_heads, shape.hidden)
    convolution(model, block, mixed, shape.kernel)
    time_steps(model, block + "ssm_dt.bias", shape.ssm_heads)
    decays(model, block + "ssm_a", shape.ssm_heads, 1)
    model.norm(block + "ssm_d", shape.ssm_heads, 1)
    if norm:
        model.norm(block + "ssm_norm.weight", shape.groups, shape.inner // shape.groups)
    model.matrix(block + "ssm_out.weight", shape.hidden, shape.inner)


def mamba_mixer(model, block, shape):
    """One decay for each channel and state; time steps through a matrix of low rank; norms as in Jamba."""
    rank, state = shape.time_step_rank, shape.state
    model.matrix(block + "ssm_in.weight", 2 * shape.inner, shape.hidden)
    convolution(model, block, shape.inner, shape.kernel)
    model.matrix(block + "ssm_x.weight", rank + 2 * state, shape.inner)
    model.norm(block + "ssm_dt_norm.weight", rank)
    model.matrix(block + "ssm_dt.weight", shape.inner, rank)
    time_steps(model, block + "ssm_dt.bias", shape.inner)
    model.norm(block + "ssm_b_norm.weight", state)
    model.norm(block + "ssm_c_norm.weight", state)
    model.vector(block + "ssm_a", np.tile(-np.arange(1.0, state + 1.0), (shape.inner, 1)))
    model.norm(block + "ssm_d", shape.inner)
    model.matrix(block + "ssm_out.weight", shape.hidden, shape.inner)


def convolution(model, block, channels, kernel):
    model.noise(block + "ssm_conv1d.weight", channels, kernel, scale=kernel**-0.5)
    model.noise(block + "ssm_conv1d.bias", channels, scale=0.1)


def time_steps(model, name, size):
    """Biases whose softplus is between 0.001 and 0.1, evenly in the logarithm, as Mamba starts training."""
    steps = np.exp(model.random.uniform(np.log(0.001), np.log(0.1), size))
    model.vector(name, np.log(np.expm1(steps)))


def decays(model, name, *shape):
    """Rates of forgetting, stored as -exp(A_log): between -16 and -1, evenly in the logarithm."""
    model.vector(name, -np.exp(model.random.uniform(0.0, np.log(16.0), shape)))
