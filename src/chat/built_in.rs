//! Chat templates by llama.cpp's names, for conversations of one turn with or without a system prompt.
//!
//! Each gives the text of llama.cpp's own formatter (`llama_chat_apply_template`), which `tests/chat_formats.rs`
//! compares. The only exception: where that formatter drops the system prompt, it is an error here.

/// Beginning of every template: `s` is the system prompt, undefined if there is none, and `u` the user's turn.
const TURNS: &str = "\
{% if messages|length > 2 %}{{ raise_exception('a built-in template takes one turn') }}{% endif %}
{% set s = messages[0].content if messages[0].role == 'system' %}
{% set u = messages[-1].content %}
";

/// Name, text before all turns, the system prompt's turn, the user's turn, and beginning of the answer.
type Format = (&'static str, &'static str, &'static str, &'static str, &'static str);

/// Returns the Jinja source of a template; `None` if llama.cpp has none of this name.
#[must_use]
pub fn source(name: &str) -> Option<String> {
    let (_, begin, system, user, answer) = FORMATS.iter().find(|format| format.0 == name)?;
    // A line end at the end of a template would be dropped, hence the empty expression.
    Some(format!("{TURNS}{begin}{{% if s is defined %}}{system}{{% endif %}}{user}{answer}{{{{ '' }}}}"))
}

/// Returns the names of all templates, in alphabetical order.
pub fn names() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().map(|format| format.0)
}

#[rustfmt::skip]
const FORMATS: [Format; 54] = [
    ("bailing", "", "<role>SYSTEM</role>{{ s }}", "<role>HUMAN</role>{{ u }}", "<role>ASSISTANT</role>"),
    ("bailing-think", "", "<role>SYSTEM</role>{{ s }}", "<role>HUMAN</role>{{ u }}", "<role>ASSISTANT</role><think>"),
    ("bailing2", "<role>SYSTEM</role>{% if s is not defined %}detailed thinking off{% endif %}", "{{ s }}",
        "<|role_end|><role>HUMAN</role>{{ u }}<|role_end|>", "<role>ASSISTANT</role>"),
    ("chatglm3", "[gMASK]sop", "<|system|>\n {{ s }}", "<|user|>\n {{ u }}", "<|assistant|>"),
    ("chatglm4", "[gMASK]<sop>", "<|system|>\n{{ s }}", "<|user|>\n{{ u }}", "<|assistant|>\n"),
    ("chatml", "", "<|im_start|>system\n{{ s }}<|im_end|>\n", "<|im_start|>user\n{{ u }}<|im_end|>\n",
        "<|im_start|>assistant\n"),
    ("command-r", "", "<|START_OF_TURN_TOKEN|><|SYSTEM_TOKEN|>{{ s|trim }}<|END_OF_TURN_TOKEN|>",
        "<|START_OF_TURN_TOKEN|><|USER_TOKEN|>{{ u|trim }}<|END_OF_TURN_TOKEN|>",
        "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>"),
    ("deepseek", "", "{{ s }}", "### Instruction:\n{{ u }}\n", "### Response:\n"),
    ("deepseek-ocr", "", "{{ s }}", "{{ u }}", ""),
    ("deepseek2", "", "{{ s }}\n\n", "User: {{ u }}\n\n", "Assistant:"),
    ("deepseek3", "", "{{ s }}\n\n", "<｜User｜>{{ u }}", "<｜Assistant｜>"),
    ("exaone-moe", "", "<|system|>\n{{ s|trim }}<|endofturn|>\n", "<|user|>\n{{ u|trim }}<|endofturn|>\n",
        "<|assistant|>\n"),
    ("exaone3", "", "[|system|]{{ s|trim }}[|endofturn|]\n", "[|user|]{{ u|trim }}\n", "[|assistant|]"),
    ("exaone4", "", "[|system|]{{ s|trim }}[|endofturn|]\n", "[|user|]{{ u|trim }}\n", "[|assistant|]"),
    ("falcon3", "", "<|system|>\n{{ s }}\n", "<|user|>\n{{ u }}\n", "<|assistant|>\n"),
    ("gemma", "<start_of_turn>user\n", "{% if s|trim %}{{ s|trim }}\n\n{% endif %}", "{{ u|trim }}<end_of_turn>\n",
        "<start_of_turn>model\n"),
    ("gigachat", "<s>", "{{ s }}<|message_sep|>",
        "user<|role_sep|>{{ u }}<|message_sep|>available functions<|role_sep|>[]<|message_sep|>",
        "assistant<|role_sep|>"),
    ("glmedge", "", "<|system|>\n{{ s }}", "<|user|>\n{{ u }}", "<|assistant|>"),
    ("gpt-oss", "", "<|start|>system<|message|>{{ s }}<|end|>", "<|start|>user<|message|>{{ u }}<|end|>",
        "<|start|>assistant"),
    ("granite", "", "<|start_of_role|>system<|end_of_role|>{{ s }}<|end_of_text|>\n",
        "<|start_of_role|>user<|end_of_role|>{{ u }}<|end_of_text|>\n", "<|start_of_role|>assistant<|end_of_role|>"),
    ("granite-4.0", "", "<|start_of_role|>system<|end_of_role|>{{ s }}<|end_of_text|>\n",
        "<|start_of_role|>user<|end_of_role|>{{ u }}<|end_of_text|>\n", "<|start_of_role|>assistant<|end_of_role|>"),
    ("granite-4.1", "", "<|start_of_role|>system<|end_of_role|>{{ s }}<|end_of_text|>\n",
        "<|start_of_role|>user<|end_of_role|>{{ u }}<|end_of_text|>\n", "<|start_of_role|>assistant<|end_of_role|>"),
    ("grok-2", "", "System: {{ s|trim }}<|separator|>\n\n", "Human: {{ u|trim }}<|separator|>\n\n", "Assistant:"),
    ("hunyuan-dense", "", "{{ s }}<｜hy_place▁holder▁no▁3｜>", "<｜hy_User｜>{{ u }}<｜hy_Assistant｜>", ""),
    ("hunyuan-moe", "", "<|startoftext|>{{ s }}<|extra_4|>", "<|startoftext|>{{ u }}<|extra_0|>", ""),
    ("hunyuan-vl", "<｜hy_begin▁of▁sentence｜>", "{{ s }}<｜hy_place▁holder▁no▁3｜>", "{{ u }}<｜hy_User｜>", ""),
    ("kimi-k2", "", "<|im_system|>system<|im_middle|>{{ s }}<|im_end|>",
        "<|im_user|>user<|im_middle|>{{ u }}<|im_end|>", "<|im_assistant|>assistant<|im_middle|>"),
    ("llama2", "[INST] ", "{{ s }}\n", "{{ u }} [/INST]", ""),
    ("llama2-sys", "[INST] ", "<<SYS>>\n{{ s }}\n<</SYS>>\n\n", "{{ u }} [/INST]", ""),
    ("llama2-sys-bos", "[INST] ", "<<SYS>>\n{{ s }}\n<</SYS>>\n\n", "{{ u }} [/INST]", ""),
    ("llama2-sys-strip", "[INST] ", "<<SYS>>\n{{ s|trim }}\n<</SYS>>\n\n", "{{ u|trim }} [/INST]", ""),
    ("llama3", "", "<|start_header_id|>system<|end_header_id|>\n\n{{ s|trim }}<|eot_id|>",
        "<|start_header_id|>user<|end_header_id|>\n\n{{ u|trim }}<|eot_id|>",
        "<|start_header_id|>assistant<|end_header_id|>\n\n"),
    ("llama4", "", "<|header_start|>system<|header_end|>\n\n{{ s|trim }}<|eot|>",
        "<|header_start|>user<|header_end|>\n\n{{ u|trim }}<|eot|>", "<|header_start|>assistant<|header_end|>\n\n"),
    ("megrez", "", "<|role_start|>system<|role_end|>{{ s }}<|turn_end|>",
        "<|role_start|>user<|role_end|>{{ u }}<|turn_end|>", "<|role_start|>assistant<|role_end|>"),
    ("minicpm", "", "{{ s|trim }}", "<用户>{{ u|trim }}<AI>", ""),
    ("mistral-v1", " [INST] ", "{{ s }}\n\n", "{{ u }} [/INST]", ""),
    ("mistral-v3", "[INST] ", "{{ s }}\n\n", "{{ u }}[/INST]", ""),
    ("mistral-v3-tekken", "[INST]", "{{ s }}\n\n", "{{ u }}[/INST]", ""),
    ("mistral-v7", "", "[SYSTEM_PROMPT] {{ s }}[/SYSTEM_PROMPT]", "[INST] {{ u }}[/INST]", ""),
    ("mistral-v7-tekken", "", "[SYSTEM_PROMPT]{{ s }}[/SYSTEM_PROMPT]", "[INST]{{ u }}[/INST]", ""),
    ("monarch", "", "system\n{{ s }}</s>\n<s>", "user\n{{ u }}</s>\n", "<s>assistant\n"),
    ("openchat", "", "{{ s }}<|end_of_turn|>", "GPT4 Correct User: {{ u }}<|end_of_turn|>", "GPT4 Correct Assistant:"),
    ("orion", "Human: ", "{% if s %}{{ s }}\n\n{% endif %}", "{{ u }}\n\nAssistant: </s>", ""),
    ("pangu-embedded", "[unused9]系统：", "{{ s }}", "[unused10][unused9]用户：{{ u }}[unused10]", "[unused9]助手："),
    ("phi3", "", "<|system|>\n{{ s }}<|end|>\n", "<|user|>\n{{ u }}<|end|>\n", "<|assistant|>\n"),
    ("phi4", "", "<|im_start|>system<|im_sep|>{{ s }}<|im_end|>", "<|im_start|>user<|im_sep|>{{ u }}<|im_end|>",
        "<|im_start|>assistant<|im_sep|>"),
    ("rwkv-world", "", "System: {{ s|trim }}\n\n", "User: {{ u|trim }}\n\n", "Assistant:"),
    ("seed_oss", "", "<seed:bos>system\n{{ s }}<seed:eos>", "<seed:bos>user\n{{ u }}<seed:eos>",
        "<seed:bos>assistant\n"),
    ("smolvlm", "<|im_start|>", "{{ s }}\n\n", "User: {{ u }}<end_of_utterance>\n", "Assistant:"),
    ("solar-open", "", "<|begin|>system<|content|>{{ s }}<|end|>", "<|begin|>user<|content|>{{ u }}<|end|>",
        "<|begin|>assistant"),
    ("vicuna", "", "{{ s }}\n\n", "USER: {{ u }}\n", "ASSISTANT:"),
    ("vicuna-orca", "", "SYSTEM: {{ s }}\n", "USER: {{ u }}\n", "ASSISTANT:"),
    ("yandex", "", "{{ raise_exception('yandex has no place for a system prompt') }}", " Пользователь: {{ u }}\n\n",
        " Ассистент:[SEP]"),
    ("zephyr", "", "<|system|>\n{{ s }}<|endoftext|>\n", "<|user|>\n{{ u }}<|endoftext|>\n", "<|assistant|>\n"),
];
