//! Sizes of a model from its header.

use super::recurrent::Recurrent;
use crate::engine::EngineError;
use crate::model::gguf::Header;
use crate::model::gguf::sanity::MAX_BLOCKS;
use crate::record::engine::CacheType;
use crate::record::engine_settings::EngineSettings;

/// Sizes that determine the memory of a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModelShape {
    /// Context length of the training, in tokens; 0 if unknown.
    pub context_length: usize,
    /// Number of elements of a head's key; 0 if unknown.
    pub key_length: u64,
    /// Number of elements of a head's value; 0 if unknown.
    pub value_length: u64,
    /// Number of KV heads of all layers together; 0 if unknown.
    pub heads: u64,
    /// Bytes of a sequence's recurrent state; 0 for a model without one.
    pub recurrent_bytes: u64,
    /// Whether a sequence can be cut back to fewer tokens. A recurrent state has its end only.
    pub rewinds: bool,
    /// Whether some layers attend only to a window.
    pub sliding_window: bool,
}

impl ModelShape {
    /// Reads the shape from a header.
    #[must_use]
    pub fn of(header: &Header) -> Self {
        let number = |key: &str| header.of_architecture(key);
        let count = |key: &str| number(key).and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        let recurrent = Recurrent::of(header);
        let blocks = count("block_count").min(MAX_BLOCKS as usize);
        let sizes = || {
            let heads = header.per_block("attention.head_count", blocks).into_iter().max()?;
            let default = number("embedding_length")?.checked_div(heads);
            let kv_heads = match header.per_block("attention.head_count_kv", blocks) {
                kv_heads if kv_heads.is_empty() => vec![heads; blocks],
                kv_heads => kv_heads,
            };
            let attending = kv_heads.iter().enumerate().filter(|&(block, _)| recurrent.attends(block));
            Some((
                number("attention.key_length").or(default)?,
                number("attention.value_length").or(default)?,
                attending.fold(0_u64, |sum, (_, &heads)| sum.saturating_add(heads)),
            ))
        };
        let (key_length, value_length, heads) = sizes().unwrap_or_default();
        let recurrent_bytes = recurrent.bytes();
        Self {
            context_length: count("context_length"),
            key_length,
            value_length,
            heads,
            recurrent_bytes,
            rewinds: recurrent_bytes == 0,
            sliding_window: number("attention.sliding_window").is_some_and(|window| window > 0),
        }
    }

    /// Returns the bytes of KV cache per token; 0 if unknown.
    #[must_use]
    pub fn kv_bytes_per_token(&self, keys: CacheType, values: CacheType) -> u64 {
        let head = keys.bytes(self.key_length).saturating_add(values.bytes(self.value_length));
        self.heads.saturating_mul(head)
    }

    /// Checks that heads divide into blocks of the cache types. Otherwise llama.cpp would fail or abort the
    /// process.
    ///
    /// # Errors
    /// [`EngineError::Unfit`] with the option and the types that fit.
    pub fn check(&self, settings: &EngineSettings) -> Result<(), EngineError> {
        let sides = [
            ("-ctk", "key", settings.cache_type_k, self.key_length),
            ("-ctv", "value", settings.cache_type_v, self.value_length),
        ];
        for (option, what, kind, length) in sides {
            let (block, name) = (kind.block().0, kind.name());
            if !length.is_multiple_of(block) {
                return Err(EngineError::Unfit(format!(
                    "{option} {name} needs a {what} length that is a multiple of {block}, but this model has \
                     {length}; use f16, bf16 or f32"
                )));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_that_do_not_divide_into_blocks_are_refused() {
        let shape = ModelShape {
            context_length: 2_048,
            key_length: 64,
            value_length: 80,
            heads: 10,
            recurrent_bytes: 0,
            rewinds: true,
            sliding_window: false,
        };
        let with = |cache_type_k, cache_type_v| {
            shape.check(&EngineSettings { cache_type_k, cache_type_v, ..EngineSettings::default() })
        };
        assert!(with(CacheType::Q8_0, CacheType::Bf16).is_ok());
        let error = with(CacheType::F16, CacheType::Q4_0).unwrap_err().to_string();
        assert!(error.contains("-ctv q4_0") && error.contains("80") && error.contains("f16"), "{error}");
    }

    #[test]
    fn hostile_sizes_do_not_overflow() {
        let shape = ModelShape {
            context_length: 0,
            key_length: u64::MAX,
            value_length: u64::MAX,
            heads: u64::MAX,
            recurrent_bytes: 0,
            rewinds: true,
            sliding_window: false,
        };
        assert_eq!(shape.kv_bytes_per_token(CacheType::F16, CacheType::Q4_1), u64::MAX);
    }
}
