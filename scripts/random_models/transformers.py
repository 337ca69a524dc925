"""Architectures whose layers all have attention, some of them with sliding windows."""

from . import parts


def qwen3(model, shape):
    parts.sizes(model, shape)
    parts.attention_sizes(model, shape)
    parts.rms_epsilon(model, shape)
    model.embeddings(shape.hidden, scale=shape.embedding)
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        model.norm(block + "attn_norm.weight", shape.hidden)
        parts.attention(model, block, shape)
        parts.head_norms(model, block, shape)
        model.norm(block + "ffn_norm.weight", shape.hidden)
        parts.feed_forward(model, block, shape)


def qwen3moe(model, shape):
    parts.sizes(model, shape)
    parts.attention_sizes(model, shape)
    parts.rms_epsilon(model, shape)
    parts.expert_sizes(model, shape)
    model.set("expert_feed_forward_length", shape.expert)
    model.embeddings_and_output(shape.hidden)
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        model.norm(block + "attn_norm.weight", shape.hidden)
        parts.attention(model, block, shape)
        parts.head_norms(model, block, shape)
        model.norm(block + "ffn_norm.weight", shape.hidden)
        parts.experts(model, block, shape, shape.expert)


def llama(model, shape):
    """Llama and, under another name, SmolLM3, which has no rotary positions in every 4th layer."""
    parts.sizes(model, shape)
    parts.attention_sizes(model, shape)
    model.set("rope.dimension_count", shape.head_size)
    parts.rms_epsilon(model, shape)
    model.embeddings(shape.hidden)
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        model.norm(block + "attn_norm.weight", shape.hidden)
        parts.attention(model, block, shape)
        model.norm(block + "ffn_norm.weight", shape.hidden)
        parts.feed_forward(model, block, shape)


def gemma3(model, shape):
    """Windows in all layers but every 6th; llama.cpp multiplies embeddings by the hidden size's root."""
    parts.sizes(model, shape)
    parts.attention_sizes(model, shape)
    parts.rms_epsilon(model, shape)
    model.set("attention.sliding_window", shape.window)
    model.embeddings(shape.hidden, multiplier=shape.hidden**0.5)
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        model.norm(block + "attn_norm.weight", shape.hidden)
        parts.attention(model, block, shape)
        parts.head_norms(model, block, shape)
        model.norm(block + "post_attention_norm.weight", shape.hidden)
        model.norm(block + "ffn_norm.weight", shape.hidden)
        parts.feed_forward(model, block, shape)
        model.norm(block + "post_ffw_norm.weight", shape.hidden)


def gpt_oss(model, shape):
    """Windows in every 2nd layer, attention sinks, experts with biases."""
    parts.sizes(model, shape)
    parts.attention_sizes(model, shape)
    parts.rms_epsilon(model, shape)
    model.set("attention.sliding_window", shape.window)
    parts.expert_sizes(model, shape)
    model.set("expert_feed_forward_length", shape.expert)
    model.set("rope.scaling.type", "yarn")
    model.set("rope.scaling.factor", shape.rope_scaling)
    model.set("rope.scaling.original_context_length", int(shape.context / shape.rope_scaling))
    model.embeddings_and_output(shape.hidden)
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        model.norm(block + "attn_norm.weight", shape.hidden)
        parts.attention(model, block, shape)
        model.noise(block + "attn_q.bias", shape.heads * shape.head_size, scale=0.1)
        model.noise(block + "attn_k.bias", shape.kv_heads * shape.head_size, scale=0.1)
        model.noise(block + "attn_v.bias", shape.kv_heads * shape.head_size, scale=0.1)
        model.noise(block + "attn_output.bias", shape.hidden, scale=0.1)
        model.noise(block + "attn_sinks.weight", shape.heads, scale=1.0)
        model.norm(block + "post_attention_norm.weight", shape.hidden)
        parts.experts(model, block, shape, shape.expert)
        model.noise(block + "ffn_gate_inp.bias", shape.experts, scale=0.1)
        model.noise(block + "ffn_gate_exps.bias", shape.experts, shape.expert, scale=0.1)
        model.noise(block + "ffn_up_exps.bias", shape.experts, shape.expert, scale=0.1)
        model.noise(block + "ffn_down_exps.bias", shape.experts, shape.hidden, scale=0.1)


def cohere2(model, shape):
    """Windows in all layers but every 4th; attention and feed-forward read the same norm."""
    parts.sizes(model, shape)
    parts.attention_sizes(model, shape)
    model.set("rope.dimension_count", shape.head_size)
    model.set("rope.scaling.type", "none")
    model.set("attention.layer_norm_epsilon", shape.epsilon)
    model.set("attention.sliding_window", shape.window)
    model.set("logit_scale", shape.logit_scale)
    model.embeddings(shape.hidden, logit_multiplier=shape.logit_scale)
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        model.norm(block + "attn_norm.weight", shape.hidden)
        parts.attention(model, block, shape)
        parts.feed_forward(model, block, shape)


def olmo2(model, shape):
    """Norms after attention and feed-forward; OLMo 3 has windows in all layers but every 4th."""
    parts.sizes(model, shape)
    parts.attention_sizes(model, shape)
    parts.rms_epsilon(model, shape)
    if shape.window:
        model.set("attention.sliding_window", shape.window)
        model.set("attention.sliding_window_pattern", [(layer + 1) % 4 != 0 for layer in range(shape.layers)])
    model.embeddings_and_output(shape.hidden)
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        parts.attention(model, block, shape)
        model.norm(block + "attn_q_norm.weight", shape.heads * shape.head_size)
        model.norm(block + "attn_k_norm.weight", shape.kv_heads * shape.head_size)
        model.norm(block + "post_attention_norm.weight", shape.hidden)
        parts.feed_forward(model, block, shape)
        model.norm(block + "post_ffw_norm.weight", shape.hidden)
