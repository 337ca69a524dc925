"""What several architectures share: sizes, attention, feed-forward layers and experts."""


def sizes(model, shape, feed_forward=None):
    """Sizes of the whole model; `feed_forward` is a list where layers differ."""
    model.set("context_length", shape.context)
    model.set("embedding_length", shape.hidden)
    model.set("block_count", shape.layers)
    model.set("feed_forward_length", feed_forward or shape.feed_forward)


def attention_sizes(model, shape, kv_heads=None):
    """Heads and rotary base; `kv_heads` is a list where some layers have no attention."""
    model.set("attention.head_count", shape.heads)
    model.set("attention.head_count_kv", kv_heads or shape.kv_heads)
    model.set("attention.key_length", shape.head_size)
    model.set("attention.value_length", shape.head_size)
    model.set("rope.freq_base", shape.rope_base)


def rms_epsilon(model, shape):
    model.set("attention.layer_norm_rms_epsilon", shape.epsilon)


def kv_heads_by_layer(shape):
    """KV heads, layer by layer; 0 marks a layer without attention."""
    return [shape.kv_heads if layer in shape.attention else 0 for layer in range(shape.layers)]


def attention(model, block, shape, query_rows=None):
    """The four matrices of attention; `query_rows` where the queries come with gates."""
    wide, narrow = shape.heads * shape.head_size, shape.kv_heads * shape.head_size
    model.matrix(block + "attn_q.weight", query_rows or wide, shape.hidden)
    model.matrix(block + "attn_k.weight", narrow, shape.hidden)
    model.matrix(block + "attn_v.weight", narrow, shape.hidden)
    model.matrix(block + "attn_output.weight", shape.hidden, wide)


def head_norms(model, block, shape):
    model.norm(block + "attn_q_norm.weight", shape.head_size)
    model.norm(block + "attn_k_norm.weight", shape.head_size)


def feed_forward(model, block, shape, gated=True):
    if gated:
        model.matrix(block + "ffn_gate.weight", shape.feed_forward, shape.hidden)
    model.matrix(block + "ffn_up.weight", shape.feed_forward, shape.hidden)
    model.matrix(block + "ffn_down.weight", shape.hidden, shape.feed_forward)


def expert_sizes(model, shape):
    model.set("expert_count", shape.experts)
    model.set("expert_used_count", shape.experts_used)


def router(model, block, shape):
    model.noise(block + "ffn_gate_inp.weight", shape.experts, shape.hidden, scale=shape.hidden**-0.5)


def experts(model, block, shape, size, gated=True):
    """Router and experts; `size` is one expert's feed-forward size."""
    router(model, block, shape)
    if gated:
        model.experts(block + "ffn_gate_exps.weight", shape.experts, size, shape.hidden)
    model.experts(block + "ffn_up_exps.weight", shape.experts, size, shape.hidden)
    model.experts(block + "ffn_down_exps.weight", shape.experts, shape.hidden, size)


def shared_expert(model, block, shape, gated=True):
    """The expert that every token goes through."""
    if gated:
        model.matrix(block + "ffn_gate_shexp.weight", shape.shared_expert, shape.hidden)
    model.matrix(block + "ffn_up_shexp.weight", shape.shared_expert, shape.hidden)
    model.matrix(block + "ffn_down_shexp.weight", shape.hidden, shape.shared_expert)
