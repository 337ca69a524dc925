//! Architectures whose llama.cpp graphs assert more about a file than others do.
//!
//! Each list contains only architectures whose assertions hold unconditionally in the pinned llama.cpp. All
//! others are checked by the common rules alone.

/// Architectures that rotate whole heads. Keys, values and the rotated part have the same length.
pub const ROTATES_WHOLE_HEADS: [&str; 51] = [
    "apertus", "arcee", "arctic", "baichuan", "chameleon", "codeshell", "cogvlm", "dbrx", "deepseek",
    "dots1", "dream", "ernie4_5", "ernie4_5-moe", "exaone", "exaone4", "falcon", "gpt-oss", "granite",
    "granitemoe", "grok", "grovemoe", "hunyuan-moe", "hunyuan_vl", "hunyuan-dense", "internlm2", "jais2",
    "llada", "llada-moe", "llama", "llama4", "maincoder", "minicpm", "mistral3", "olmo", "olmo2", "olmoe",
    "orion", "paddleocr", "pangu-embedded", "plamo", "qwen2", "qwen2moe", "qwen2vl", "qwen3", "qwen3moe",
    "qwen3vl", "qwen3vlmoe", "rnd1", "seed_oss", "smollm3", "starcoder2",
];

/// Architectures with attention in every block.
pub const EVERY_LAYER_ATTENDS: [&str; 24] = [
    "command-r", "cohere2", "falcon", "gemma", "gemma2", "gemma3", "gemma3n", "glm4", "gpt-oss", "granite",
    "granitemoe", "llama", "llama4", "mistral3", "olmo2", "phi2", "phi3", "qwen2", "qwen2moe", "qwen3",
    "qwen3moe", "qwen3vl", "smollm3", "starcoder2",
];

/// Further architectures whose keys and values have the same length.
pub const EQUAL_HEADS: [&str; 8] =
    ["bloom", "command-r", "cohere2", "glm4", "gptneox", "phi2", "phi3", "stablelm"];

/// Architectures whose queries are as long as the embedding.
pub const HEADS_FILL_EMBEDDING: [&str; 2] = ["phi3", "qwen2"];

/// Architectures that keep a cache for sliding-window blocks and assert that there are some.
pub const SOME_LAYERS_SLIDE: [&str; 4] = ["gemma2", "gemma3", "gemma3n", "gpt-oss"];

/// Architectures that do not generate text: they compute embeddings or are parts of other models.
pub const ENCODERS: [&str; 14] = [
    "bert", "clip", "eurobert", "gemma-embedding", "jina-bert-v2", "jina-bert-v3", "llama-embed",
    "modern-bert", "neo-bert", "nomic-bert", "nomic-bert-moe", "pockettts", "t5encoder", "wavtokenizer-dec",
];

/// Architectures that generate text in another way than one token after the other from the prompt on: encoders with a
/// decoder, drafts for other models, diffusion. As llama.cpp tells them apart.
pub const NOT_CAUSAL: [&str; 7] = ["dflash", "dream", "eagle3", "llada", "llada-moe", "rnd1", "t5"];
