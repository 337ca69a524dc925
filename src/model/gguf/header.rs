//! Checked header of a GGUF file.

use std::collections::HashMap;

use super::kinds::{file_type_name, tensor_type_name};
use super::value::{TOKENS_KEY, Tensor, Value};

/// Checked header of a GGUF file.
#[derive(Clone, Debug)]
pub struct Header {
    /// GGUF version, 2 or 3.
    pub version: u32,
    /// Length of the file in bytes.
    pub file_size: u64,
    /// Metadata by key.
    pub metadata: HashMap<String, Value>,
    /// Tensors in the order of the file.
    pub tensors: Vec<Tensor>,
    /// Texts of the BOS and EOS tokens by id.
    pub special_tokens: HashMap<u64, String>,
    /// CRC-32 over the texts of all tokens in order. It is equal for files with the same meaning of ids.
    pub tokens_crc: u32,
    /// Elements of short integer arrays, which hold numbers per block.
    pub(super) short_arrays: HashMap<String, Vec<u64>>,
}

impl Header {
    /// Returns a string of the metadata.
    #[must_use]
    pub fn string(&self, key: &str) -> Option<&str> {
        match self.metadata.get(key)? {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns a non-negative integer of the metadata.
    #[must_use]
    pub fn unsigned(&self, key: &str) -> Option<u64> {
        match *self.metadata.get(key)? {
            Value::Unsigned(value) => Some(value),
            Value::Signed(value) => u64::try_from(value).ok(),
            _ => None,
        }
    }

    /// Returns `general.architecture`.
    #[must_use]
    pub fn architecture(&self) -> Option<&str> {
        self.string("general.architecture")
    }

    /// Returns a non-negative integer under the architecture's prefix, for example `context_length`.
    #[must_use]
    pub fn of_architecture(&self, key: &str) -> Option<u64> {
        self.unsigned(&format!("{}.{key}", self.architecture()?))
    }

    /// Returns a non-negative integer for each block: an array, or one number for all `blocks`. Empty if the key is
    /// missing.
    #[must_use]
    pub fn per_block(&self, key: &str, blocks: usize) -> Vec<u64> {
        let Some(name) = self.architecture() else { return Vec::new() };
        match (self.of_architecture(key), self.short_arrays.get(&format!("{name}.{key}"))) {
            (Some(number), _) => vec![number; blocks],
            (None, Some(numbers)) => numbers.iter().copied().take(blocks).collect(),
            (None, None) => Vec::new(),
        }
    }

    /// Returns the chat template, if any.
    #[must_use]
    pub fn chat_template(&self) -> Option<&str> {
        self.string("tokenizer.chat_template")
    }

    /// Returns the number of tokens in the vocabulary; 0 if the file has none.
    #[must_use]
    pub fn vocabulary(&self) -> u64 {
        match self.metadata.get(TOKENS_KEY) {
            Some(&Value::Array(count)) => count,
            _ => 0,
        }
    }

    /// Returns the text of the token whose id is the value of a metadata key; empty if there is none.
    #[must_use]
    pub fn token_text(&self, id_key: &str) -> &str {
        self.unsigned(id_key).and_then(|id| self.special_tokens.get(&id)).map_or("", String::as_str)
    }

    /// Returns the number of weights.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        self.tensors.iter().map(Tensor::elements).sum()
    }

    /// Returns the number of elements per tensor type, largest first.
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

    /// Returns the name of `general.file_type`, or the type of most weights if it is missing.
    #[must_use]
    pub fn quantization(&self) -> String {
        self.unsigned("general.file_type")
            .and_then(file_type_name)
            .map(str::to_owned)
            .or_else(|| self.types().first().map(|(name, _)| name.clone()))
            .unwrap_or_else(|| "unknown".to_owned())
    }
}
