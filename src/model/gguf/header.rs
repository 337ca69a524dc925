//! A checked header.

use std::collections::HashMap;

use super::kinds::{file_type_name, tensor_type_name};
use super::value::{TOKENS_KEY, Tensor, Value};

/// A checked header.
#[derive(Clone, Debug)]
pub struct Header {
    /// 2 or 3.
    pub version: u32,
    /// Length of the file, bytes.
    pub file_size: u64,
    /// The metadata.
    pub metadata: HashMap<String, Value>,
    /// The tensors, in the order of the file.
    pub tensors: Vec<Tensor>,
    /// Texts of the tokenizer's first and last special tokens are looked up here by id.
    pub special_tokens: HashMap<u64, String>,
    /// CRC-32 over the texts of all tokens in order: equal in files whose ids mean the same.
    pub tokens_crc: u32,
    /// Elements of the short arrays of integers: numbers per block.
    pub(super) short_arrays: HashMap<String, Vec<u64>>,
}

impl Header {
    /// A string of the metadata.
    #[must_use]
    pub fn string(&self, key: &str) -> Option<&str> {
        match self.metadata.get(key)? {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// A non-negative integer of the metadata.
    #[must_use]
    pub fn unsigned(&self, key: &str) -> Option<u64> {
        match *self.metadata.get(key)? {
            Value::Unsigned(value) => Some(value),
            Value::Signed(value) => u64::try_from(value).ok(),
            _ => None,
        }
    }

    /// `general.architecture`.
    #[must_use]
    pub fn architecture(&self) -> Option<&str> {
        self.string("general.architecture")
    }

    /// A non-negative integer under the architecture's prefix, for instance `context_length`.
    #[must_use]
    pub fn of_architecture(&self, key: &str) -> Option<u64> {
        self.unsigned(&format!("{}.{key}", self.architecture()?))
    }

    /// The chat template, if the file has one.
    #[must_use]
    pub fn chat_template(&self) -> Option<&str> {
        self.string("tokenizer.chat_template")
    }

    /// Number of tokens in the vocabulary, 0 if the file has none.
    #[must_use]
    pub fn vocabulary(&self) -> u64 {
        match self.metadata.get(TOKENS_KEY) {
            Some(&Value::Array(count)) => count,
            _ => 0,
        }
    }

    /// Text of the token that a metadata key names by id, empty if there is none.
    #[must_use]
    pub fn token_text(&self, id_key: &str) -> &str {
        self.unsigned(id_key).and_then(|id| self.special_tokens.get(&id)).map_or("", String::as_str)
    }

    /// Number of weights.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        self.tensors.iter().map(Tensor::elements).sum()
    }

    /// Elements per tensor type, most first.
    #[must_use]
    pub fn types(&self) -> Vec<(String, u64)> {
        let mut by_type: HashMap<u32, u64> = HashMap::new();
        for tensor in &self.tensors {
            *by_type.entry(tensor.kind).or_default() += tensor.elements();
        }
        let mut types: Vec<_> =
            by_type.into_iter().map(|(kind, elements)| (tensor_type_name(kind), elements)).collect();
        types.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        types
    }

    /// Name of the quantization: of `general.file_type`, else the type of most weights.
    #[must_use]
    pub fn quantization(&self) -> String {
        self.unsigned("general.file_type")
            .and_then(file_type_name)
            .map(str::to_owned)
            .or_else(|| self.types().first().map(|(name, _)| name.clone()))
            .unwrap_or_else(|| "unknown".to_owned())
    }
}
