//! Sizes of a model from its header.

use crate::engine::EngineError;
use crate::model::gguf::Header;
use crate::record::engine::CacheType;
use crate::record::engine_settings::EngineSettings;

/// Sizes that determine the KV cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModelShape {
    /// Context length of the training, in tokens; 0 if unknown.
    pub context_length: usize,
    /// Number of elements of a head's key; 0 if unknown.
    pub key_length: u64,
    /// Number of elements of a head's value; 0 if unknown.
    pub value_length: u64,
    /// Number of KV heads of all layers together; 0 if unknown.
    pub heads: u64,
    /// Whether some layers attend only to a window and drop the cells before it.
    pub sliding_window: bool,
}

impl ModelShape {
    /// Reads the shape from a header.
    #[must_use]
    pub fn of(header: &Header) -> Self {
        let number = |key: &str| header.of_architecture(key);
        let context_length = number("context_length").and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        let sizes = || {
            let heads = number("attention.head_count")?;
            let default = number("embedding_length")?.checked_div(heads)?;
            Some(Self {
                context_length,
                sliding_window: number("attention.sliding_window").is_some_and(|window| window > 0),
                key_length: number("attention.key_length").unwrap_or(default),
                value_length: number("attention.value_length").unwrap_or(default),
                heads: number("block_count")?
                    .checked_mul(number("attention.head_count_kv").unwrap_or(heads))?,
            })
        };
        sizes().unwrap_or(Self { context_length, ..Self::default() })
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
            sliding_window: false,
        };
        assert_eq!(shape.kv_bytes_per_token(CacheType::F16, CacheType::Q4_1), u64::MAX);
    }
}
