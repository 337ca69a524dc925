//! Relations between metadata and tensors that every valid language model fulfils.
//!
//! llama.cpp checks types and most shapes itself and rejects the file. Relations that it only asserts would
//! abort the process, so they are checked here first. Missing keys, and keys with a type that llama.cpp
//! rejects, are left to llama.cpp.

use std::collections::HashSet;

use super::architectures::{
    ENCODERS, EQUAL_HEADS, EVERY_LAYER_ATTENDS, HEADS_FILL_EMBEDDING, NOT_CAUSAL, ROTATES_WHOLE_HEADS,
    SOME_LAYERS_SLIDE,
};
use super::error::GgufError;
use super::header::Header;
use super::kinds;
use super::value::Value;

/// llama.cpp's limits: blocks of a model, experts of a block.
pub const MAX_BLOCKS: u64 = 512;
const MAX_EXPERTS: u64 = 1024;

/// Largest sliding window. A larger one overflows llama.cpp's sums.
const MAX_WINDOW: u64 = 1 << 30;

/// Architectures for which an expert count of 1 means no experts.
const ONE_EXPERT_IS_NONE: [&str; 2] = ["hunyuan-dense", "hunyuan_vl"];

/// Checks the metadata and the tensors, if the file names an architecture.
pub fn check(header: &Header) -> Result<(), GgufError> {
    let Some(name) = header.architecture() else { return Ok(()) };
    if ENCODERS.contains(&name) {
        return unsound("general.architecture", format!("{name:?}"), "an architecture that generates text");
    }
    if NOT_CAUSAL.contains(&name) {
        let expected = "an architecture that generates one token after the other";
        return unsound("general.architecture", format!("{name:?}"), expected);
    }
    let model = Model { header, name };
    model.blocks()?;
    model.experts()?;
    model.heads()?;
    model.attention_weights()?;
    model.rotation()?;
    model.windows()?;
    model.epsilons()?;
    tensor_types(header)
}

/// Returns an error about a part of the file with its found and its expected value.
pub fn unsound<T>(part: &str, found: impl std::fmt::Display, expected: &str) -> Result<T, GgufError> {
    Err(GgufError::Unsound { what: format!("{part} is {found}, expected {expected}") })
}

struct Model<'a> {
    header: &'a Header,
    name: &'a str,
}

impl Model<'_> {
    fn key(&self, key: &str) -> String {
        format!("{}.{key}", self.name)
    }

    /// Returns a number as llama.cpp reads it: unsigned, not an array.
    fn number(&self, key: &str) -> Option<u64> {
        match self.header.metadata.get(&self.key(key)) {
            Some(&Value::Unsigned(number)) => Some(number),
            _ => None,
        }
    }

    /// Returns a number per block: an array, or one number for all blocks.
    fn per_block(&self, key: &str) -> Option<PerBlock> {
        match self.number(key) {
            Some(number) => Some(PerBlock::Same(number)),
            None => {
                self.header.short_arrays.get(&self.key(key)).map(|numbers| PerBlock::Each(numbers.clone()))
            }
        }
    }

    fn blocks(&self) -> Result<(), GgufError> {
        let Some(blocks) = self.number("block_count") else { return Ok(()) };
        if !(1..=MAX_BLOCKS).contains(&blocks) {
            return unsound(&self.key("block_count"), blocks, &format!("1 to {MAX_BLOCKS}"));
        }
        match self.number("nextn_predict_layers") {
            Some(next) if next > blocks => {
                unsound(&self.key("nextn_predict_layers"), next, &format!("at most block_count, {blocks}"))
            }
            _ => Ok(()),
        }
    }

    fn experts(&self) -> Result<(), GgufError> {
        let experts = self.number("expert_count").unwrap_or(0);
        if experts <= 1 && ONE_EXPERT_IS_NONE.contains(&self.name) {
            return Ok(());
        }
        if experts > MAX_EXPERTS {
            return unsound(&self.key("expert_count"), experts, &format!("at most {MAX_EXPERTS}"));
        }
        let per_block = self.per_block("expert_used_count");
        if let Some(PerBlock::Each(numbers)) = &per_block {
            for (block, _) in numbers.iter().enumerate().filter(|(_, number)| **number == 0) {
                let router = format!("blk.{block}.ffn_gate_inp.weight");
                if self.header.tensors.iter().any(|tensor| tensor.name == router) {
                    let part = format!("{} of block {block}", self.key("expert_used_count"));
                    return unsound(&part, 0, &format!("at least 1, because there is a tensor {router:?}"));
                }
            }
        }
        let used = per_block.map_or(0, |used| used.most());
        if used > experts || (experts > 0 && used == 0) {
            let least = experts.min(1);
            let expected = format!("{least} to expert_count, {experts}");
            return unsound(&self.key("expert_used_count"), used, &expected);
        }
        let groups = self.number("expert_group_count").unwrap_or(0);
        if groups == 0 {
            return Ok(());
        }
        if groups >= experts || !experts.is_multiple_of(groups) {
            let expected = format!("a proper divisor of expert_count, {experts}");
            return unsound(&self.key("expert_group_count"), groups, &expected);
        }
        let used = self.number("expert_group_used_count").unwrap_or(0);
        if groups > 1 && !(1..groups).contains(&used) {
            let expected = format!("1 to {}, less than expert_group_count", groups - 1);
            return unsound(&self.key("expert_group_used_count"), used, &expected);
        }
        Ok(())
    }

    /// Checks that queries share the key-value heads evenly. A block without attention has 0 heads.
    fn heads(&self) -> Result<(), GgufError> {
        let Some(heads) = self.per_block("attention.head_count") else { return Ok(()) };
        let kv_heads = self.per_block("attention.head_count_kv").unwrap_or_else(|| heads.clone());
        for block in 0..heads.len().max(kv_heads.len()) {
            let (queries, keys) = (heads.of(block), kv_heads.of(block));
            if keys > 0 && queries % keys != 0 {
                let part = format!("{} of block {block}", self.key("attention.head_count_kv"));
                return unsound(&part, keys, &format!("a divisor of attention.head_count, {queries}"));
            }
            if (queries == 0 || keys == 0) && EVERY_LAYER_ATTENDS.contains(&self.name) {
                let (key, found) = match queries {
                    0 => ("attention.head_count", queries),
                    _ => ("attention.head_count_kv", keys),
                };
                return unsound(&format!("{} of block {block}", self.key(key)), found, "at least 1");
            }
        }
        Ok(())
    }

    /// Checks for the query weights, which some graphs require. Those of one part of a model may be in
    /// another; [`Header::joined`] has no `split.count`.
    fn attention_weights(&self) -> Result<(), GgufError> {
        let is_split = self.header.metadata.contains_key("split.count");
        if is_split || !EVERY_LAYER_ATTENDS.contains(&self.name) {
            return Ok(());
        }
        let blocks = self.number("block_count").unwrap_or(0);
        let names: HashSet<&str> = self.header.tensors.iter().map(|tensor| tensor.name.as_str()).collect();
        for block in 0..blocks.saturating_sub(self.number("nextn_predict_layers").unwrap_or(0)) {
            let has = |name: &str| names.contains(format!("blk.{block}.{name}.weight").as_str());
            if !has("attn_q") && !has("attn_qkv") {
                return unsound(&format!("block {block}"), "without query weights", "attn_q or attn_qkv");
            }
        }
        Ok(())
    }

    /// Checks the rotary positions, which rotate pairs of a head's elements.
    fn rotation(&self) -> Result<(), GgufError> {
        let first_heads = self.per_block("attention.head_count").map_or(0, |heads| heads.of(0));
        let Some(default) =
            self.number("embedding_length").and_then(|length| length.checked_div(first_heads))
        else {
            return Ok(());
        };
        let key_length = self.number("attention.key_length").unwrap_or(default);
        let value_length = self.number("attention.value_length").unwrap_or(default);
        let rotated = self.number("rope.dimension_count").unwrap_or(key_length);
        self.rotated("rope.dimension_count", rotated, "attention.key_length", key_length)?;
        let whole = ROTATES_WHOLE_HEADS.contains(&self.name);
        let mut equal = Vec::new();
        if whole || EQUAL_HEADS.contains(&self.name) {
            equal.push(("attention.value_length", value_length));
        }
        if whole {
            equal.push(("rope.dimension_count", rotated));
            let swa = ["attention.key_length_swa", "attention.value_length_swa", "rope.dimension_count_swa"];
            equal.extend(swa.into_iter().filter_map(|key| Some((key, self.number(key)?))));
        }
        for (key, found) in equal {
            if found != key_length {
                let expected = format!("{key_length}, equal to attention.key_length, for this architecture");
                return unsound(&self.key(key), found, &expected);
            }
        }
        if HEADS_FILL_EMBEDDING.contains(&self.name)
            && key_length.checked_mul(first_heads) != self.number("embedding_length")
        {
            let found = format!("{first_heads} of length {key_length}");
            return unsound(&self.key("attention.head_count"), found, "embedding_length elements in total");
        }
        // Blocks with a sliding window may have other head lengths.
        let key_length = self.number("attention.key_length_swa").unwrap_or(key_length);
        let rotated = self.number("rope.dimension_count_swa").unwrap_or(rotated);
        self.rotated("rope.dimension_count_swa", rotated, "attention.key_length_swa", key_length)
    }

    fn rotated(&self, key: &str, rotated: u64, of: &str, length: u64) -> Result<(), GgufError> {
        let least = if EVERY_LAYER_ATTENDS.contains(&self.name) { 2 } else { 0 };
        if rotated.is_multiple_of(2) && (least..=length).contains(&rotated) {
            return Ok(());
        }
        unsound(&self.key(key), rotated, &format!("an even number from {least} to {of}, {length}"))
    }

    /// Checks the sliding windows. Some architectures mix blocks with and without one.
    fn windows(&self) -> Result<(), GgufError> {
        let Some(window) = self.number("attention.sliding_window").filter(|&window| window > 0) else {
            return Ok(());
        };
        if window > MAX_WINDOW {
            return unsound(&self.key("attention.sliding_window"), window, &format!("at most {MAX_WINDOW}"));
        }
        let key = "attention.sliding_window_pattern";
        let none_slides = match self.header.metadata.get(&self.key(key)) {
            Some(Value::Array(0)) => true,
            // The last block of each period does not slide.
            Some(Value::Unsigned(period)) => *period == 1,
            _ => matches!(self.per_block(key), Some(each @ PerBlock::Each(_)) if each.most() == 0),
        };
        if none_slides && SOME_LAYERS_SLIDE.contains(&self.name) {
            return unsound(&self.key(key), "without a sliding block", "at least one");
        }
        Ok(())
    }

    fn epsilons(&self) -> Result<(), GgufError> {
        const KEYS: [&str; 3] = [
            "attention.layer_norm_rms_epsilon",
            "attention.layer_norm_epsilon",
            "attention.group_norm_epsilon",
        ];
        for key in KEYS {
            match self.header.metadata.get(&self.key(key)) {
                Some(&Value::Float(epsilon)) if !epsilon.is_finite() || epsilon < 0.0 => {
                    return unsound(&self.key(key), epsilon, "a finite number of at least 0");
                }
                _ => {}
            }
        }
        match self.header.string(&self.key("rope.scaling.type")) {
            Some(kind) if !["none", "linear", "yarn", "longrope"].contains(&kind) => {
                let expected = "none, linear, yarn or longrope";
                unsound(&self.key("rope.scaling.type"), format!("{kind:?}"), expected)
            }
            _ => Ok(()),
        }
    }
}

/// A number for each block.
#[derive(Clone)]
enum PerBlock {
    Same(u64),
    Each(Vec<u64>),
}

impl PerBlock {
    fn of(&self, block: usize) -> u64 {
        match self {
            Self::Same(number) => *number,
            Self::Each(numbers) => numbers.get(block).copied().unwrap_or(0),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Same(_) => 1,
            Self::Each(numbers) => numbers.len(),
        }
    }

    fn most(&self) -> u64 {
        (0..self.len()).map(|block| self.of(block)).max().unwrap_or(0)
    }
}

/// Suffixes of tensors that ggml's CPU kernels add or multiply element by element. They are F32 in every file
/// converted for llama.cpp, whatever the quantization.
const F32_SUFFIXES: [&str; 6] = [
    "norm.weight",
    ".bias",
    "attn_sinks.weight",
    "rope_freqs.weight",
    "rope_factors_long.weight",
    "rope_factors_short.weight",
];

/// Checks the tensor types. No kernel multiplies by a matrix of integers, of doubles or of ggml's types of
/// intermediate results. Tables of ids may be integers.
fn tensor_types(header: &Header) -> Result<(), GgufError> {
    for tensor in &header.tensors {
        let part = || format!("the type of tensor {:?}", tensor.name);
        let found = || kinds::tensor_type_name(tensor.kind);
        if F32_SUFFIXES.iter().any(|suffix| tensor.name.ends_with(suffix)) && !kinds::is_f32(tensor.kind) {
            return unsound(&part(), found(), "F32");
        }
        let is_table = tensor.name.contains("tid2eid") || tensor.name.starts_with("d2t");
        if tensor.name.ends_with(".weight") && !is_table && !kinds::holds_weights(tensor.kind) {
            return unsound(&part(), found(), "F32, F16, BF16 or a quantized type");
        }
    }
    Ok(())
}
