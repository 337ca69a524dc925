"""The vocabulary of a random model, copied from another GGUF."""

import gguf

QWEN2_TOKENS = 151_936
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


def fields(path):
    """The tokenizer's fields of a GGUF, chat template included, in the file's order."""
    found = gguf.GGUFReader(path).fields
    found = {key: field for key, field in found.items() if key.startswith("tokenizer.")}
    if "tokenizer.ggml.tokens" not in found:
        raise SystemExit(f"{path} has no vocabulary")
    return found


def strings(field):
    return [bytes(field.parts[index]).decode("utf-8", "replace") for index in field.data]


def write(writer, found):
    """Copy the fields; Qwen2's vocabulary gets Qwen3's special tokens and chat template."""
    if len(found["tokenizer.ggml.tokens"].data) == QWEN2_TOKENS:
        write_qwen(writer, found)
        return
    for key, field in found.items():
        kind, value_kind = field.types[0], field.types[-1]
        if kind != gguf.GGUFValueType.ARRAY:
            writer.add_key_value(key, field.contents(), kind)
        elif value_kind == gguf.GGUFValueType.STRING:
            writer.add_key_value(key, strings(field), kind, sub_type=value_kind)
        else:
            writer.add_key_value(key, field.contents(), kind, sub_type=value_kind)


def write_qwen(writer, found):
    """Qwen2's vocabulary with its padding entries at Qwen3's special ids renamed."""
    tokens = strings(found["tokenizer.ggml.tokens"])
    types = [int(kind) for kind in found["tokenizer.ggml.token_type"].contents()]
    for identity, text in SPECIAL.items():
        tokens[identity] = text
        types[identity] = int(gguf.TokenType.USER_DEFINED)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(found["tokenizer.ggml.pre"].contents())
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges(strings(found["tokenizer.ggml.merges"]))
    writer.add_eos_token_id(tokens.index("<|im_end|>"))
    writer.add_pad_token_id(tokens.index("<|endoftext|>"))
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)
