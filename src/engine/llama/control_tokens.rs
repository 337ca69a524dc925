//! Control tokens, which untrusted text must not produce.

use llama_cpp_2::model::LlamaModel;

/// Returns the texts of the control tokens. Untrusted text that spells one must not become that token.
pub fn control_texts(model: &LlamaModel) -> Vec<String> {
    let vocab = model.vocab();
    vocab
        .tokens()
        .filter(|&token| vocab.is_control(token))
        .filter_map(|token| Some(vocab.text(token)?.to_string_lossy().into_owned()))
        .filter(|text| !text.is_empty())
        .collect()
}
