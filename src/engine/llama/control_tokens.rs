//! Control tokens, which words from outside must not spell.

use llama_cpp_2::model::LlamaModel;

/// Texts of the control tokens, which words from outside must not turn into tokens.
pub fn control_texts(model: &LlamaModel) -> Vec<String> {
    let vocab = model.vocab();
    vocab
        .tokens()
        .filter(|&token| vocab.is_control(token))
        .filter_map(|token| Some(vocab.text(token)?.to_string_lossy().into_owned()))
        .filter(|text| !text.is_empty())
        .collect()
}
