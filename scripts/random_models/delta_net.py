"""Qwen's hybrids: gated delta net layers, with gated attention in every n-th layer."""

from . import parts
from .state_space import decays, time_steps


def qwen35(model, shape):
    hybrid_sizes(model, shape)
    model.set("rope.dimension_sections", shape.rope_sections)
    model.embeddings(shape.hidden)
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        mixer(model, block, shape, layer)
        parts.feed_forward(model, block, shape)


def qwen35moe(model, shape):
    hybrid_sizes(model, shape)
    model.set("rope.dimension_sections", shape.rope_sections)
    expert_sizes(model, shape)
    model.embeddings_and_output(shape.hidden)
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        mixer(model, block, shape, layer)
        experts(model, block, shape)


def qwen3next(model, shape):
    """As qwen35moe, with one matrix for the delta net's two gates and plain rotary positions."""
    hybrid_sizes(model, shape)
    expert_sizes(model, shape)
    model.embeddings_and_output(shape.hidden)
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        mixer(model, block, shape, layer, fused_gates=True)
        experts(model, block, shape)


def hybrid_sizes(model, shape):
    parts.sizes(model, shape)
    parts.attention_sizes(model, shape)
    model.set("rope.dimension_count", shape.rope_size)
    parts.rms_epsilon(model, shape)
    model.set("full_attention_interval", shape.attention_interval)
    model.set("ssm.conv_kernel", shape.kernel)
    model.set("ssm.state_size", shape.state)
    model.set("ssm.group_count", shape.key_heads)
    model.set("ssm.time_step_rank", shape.value_heads)
    model.set("ssm.inner_size", shape.value_heads * shape.state)


def expert_sizes(model, shape):
    parts.expert_sizes(model, shape)
    model.set("expert_feed_forward_length", shape.expert)
    model.set("expert_shared_feed_forward_length", shape.shared_expert)


def mixer(model, block, shape, layer, fused_gates=False):
    """Attention or delta net, and the norms around it."""
    model.norm(block + "attn_norm.weight", shape.hidden)
    if (layer + 1) % shape.attention_interval == 0:
        parts.attention(model, block, shape, query_rows=2 * shape.heads * shape.head_size)
        parts.head_norms(model, block, shape)
    else:
        delta_net(model, block, shape, fused_gates)
    model.norm(block + "post_attention_norm.weight", shape.hidden)


def delta_net(model, block, shape, fused_gates):
    keys, values = shape.key_heads * shape.state, shape.value_heads * shape.state
    model.matrix(block + "attn_qkv.weight", 2 * keys + values, shape.hidden)
    model.matrix(block + "attn_gate.weight", values, shape.hidden)
    model.noise(block + "ssm_conv1d.weight", 2 * keys + values, shape.kernel, scale=shape.kernel**-0.5)
    time_steps(model, block + "ssm_dt.bias", shape.value_heads)
    decays(model, block + "ssm_a", shape.value_heads)
    if fused_gates:
        model.matrix(block + "ssm_ba.weight", 2 * shape.value_heads, shape.hidden)
    else:
        model.matrix(block + "ssm_beta.weight", shape.value_heads, shape.hidden)
        model.matrix(block + "ssm_alpha.weight", shape.value_heads, shape.hidden)
    model.norm(block + "ssm_norm.weight", shape.state)
    model.matrix(block + "ssm_out.weight", shape.hidden, values)


def experts(model, block, shape):
    parts.experts(model, block, shape, shape.expert)
    model.noise(block + "ffn_gate_inp_shexp.weight", shape.hidden, scale=shape.hidden**-0.5)
    parts.shared_expert(model, block, shape)
