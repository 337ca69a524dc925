//! Conversion of this crate's number formats and modes to llama.cpp's.

use llama_cpp_2::context::params::KvCacheType;
use llama_cpp_sys_2::{
    LLAMA_FLASH_ATTN_TYPE_AUTO, LLAMA_FLASH_ATTN_TYPE_DISABLED, LLAMA_FLASH_ATTN_TYPE_ENABLED,
    LLAMA_SPLIT_MODE_LAYER, LLAMA_SPLIT_MODE_NONE, LLAMA_SPLIT_MODE_ROW, LLAMA_SPLIT_MODE_TENSOR,
    llama_flash_attn_type, llama_split_mode,
};

use crate::record::engine::{CacheType, FlashAttention};
use crate::record::placement::SplitMode;

/// Converts a number format of the cache.
pub fn cache_type(kind: CacheType) -> KvCacheType {
    match kind {
        CacheType::F32 => KvCacheType::F32,
        CacheType::F16 => KvCacheType::F16,
        CacheType::Bf16 => KvCacheType::BF16,
        CacheType::Q8_0 => KvCacheType::Q8_0,
        CacheType::Q4_0 => KvCacheType::Q4_0,
        CacheType::Q4_1 => KvCacheType::Q4_1,
        CacheType::Iq4Nl => KvCacheType::IQ4_NL,
        CacheType::Q5_0 => KvCacheType::Q5_0,
        CacheType::Q5_1 => KvCacheType::Q5_1,
    }
}

/// Converts a mode of flash attention.
pub fn flash_attention(mode: FlashAttention) -> llama_flash_attn_type {
    match mode {
        FlashAttention::Auto => LLAMA_FLASH_ATTN_TYPE_AUTO,
        FlashAttention::On => LLAMA_FLASH_ATTN_TYPE_ENABLED,
        FlashAttention::Off => LLAMA_FLASH_ATTN_TYPE_DISABLED,
    }
}

/// Converts a split between GPUs.
pub fn split_mode(mode: SplitMode) -> llama_split_mode {
    match mode {
        SplitMode::None => LLAMA_SPLIT_MODE_NONE,
        SplitMode::Layer => LLAMA_SPLIT_MODE_LAYER,
        SplitMode::Row => LLAMA_SPLIT_MODE_ROW,
        SplitMode::Tensor => LLAMA_SPLIT_MODE_TENSOR,
    }
}
