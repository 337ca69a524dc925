//! Recurrent state of a model, from its header: which layers have one, and its size.
//!
//! The sizes are those of llama.cpp's memory (`llama_hparams::n_embd_r` and `n_embd_s`), which keeps 32-bit floats.

use crate::model::gguf::Header;
use crate::model::gguf::sanity::MAX_BLOCKS;

/// Bytes of an element.
const ELEMENT: u64 = 4;

/// Architectures in which every layer but each `full_attention_interval`-th has a state, by default the fourth.
const INTERVALS: [&str; 4] = ["qwen3next", "qwen35", "qwen35moe", "qwen4exp"];

/// Architectures without attention.
const NO_ATTENTION: [&str; 6] = ["mamba", "mamba2", "rwkv6", "rwkv6qwen2", "rwkv7", "arwkv7"];

/// Architectures in which every layer attends and has a state too.
const BOTH: [&str; 1] = ["falcon-h1"];

/// What a layer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Layer {
    attends: bool,
    has_state: bool,
}

/// Layers of a model, and the elements of one layer's state.
#[derive(Clone, Debug)]
pub struct Recurrent {
    layers: Vec<Layer>,
    elements: u64,
}

impl Recurrent {
    /// Reads layers and sizes from a header; without the keys of a state, every layer attends.
    #[must_use]
    pub fn of(header: &Header) -> Self {
        let number = |key: &str| header.of_architecture(key);
        let blocks = number("block_count").and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        let elements = elements(header).filter(|&elements| elements > 0);
        let layers = match elements {
            None => vec![Layer { attends: true, has_state: false }; blocks.min(MAX_BLOCKS as usize)],
            Some(_) => layers(header, blocks.min(MAX_BLOCKS as usize)),
        };
        Self { layers, elements: elements.unwrap_or(0) }
    }

    /// Returns whether a layer attends; true for a layer that the header does not have.
    #[must_use]
    pub fn attends(&self, layer: usize) -> bool {
        self.layers.get(layer).is_none_or(|layer| layer.attends)
    }

    /// Returns the bytes of a sequence's state.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let layers = self.layers.iter().filter(|layer| layer.has_state).count() as u64;
        layers.saturating_mul(self.elements).saturating_mul(ELEMENT)
    }
}

fn layers(header: &Header, blocks: usize) -> Vec<Layer> {
    let name = header.architecture().unwrap_or_default();
    let kv_heads = header.per_block("attention.head_count_kv", blocks);
    let feed_forward = header.per_block("feed_forward_length", blocks);
    let interval = header.of_architecture("full_attention_interval").unwrap_or(4).max(1) as usize;
    let layer = |block: usize| {
        let heads = kv_heads.get(block).copied().unwrap_or(0);
        let (attends, has_state) = if NO_ATTENTION.contains(&name) {
            (false, true)
        } else if BOTH.contains(&name) {
            (true, true)
        } else if INTERVALS.contains(&name) {
            let attends = (block + 1).is_multiple_of(interval);
            (attends, !attends)
        } else if name.starts_with("nemotron_h") {
            // A layer is attention, a state or a feed-forward part.
            (heads > 0, heads == 0 && feed_forward.get(block).is_none_or(|&length| length == 0))
        } else {
            (heads > 0, heads == 0)
        };
        Layer { attends, has_state }
    };
    (0..blocks).map(layer).collect()
}

/// Returns the elements of a layer's state: the last inputs of its convolution, and the state itself.
fn elements(header: &Header) -> Option<u64> {
    let number = |key: &str| header.of_architecture(key);
    let product =
        |factors: &[u64]| factors.iter().try_fold(1_u64, |product, &factor| product.checked_mul(factor));
    let width = number("embedding_length")?;
    if let Some(head) = number("wkv.head_size").filter(|&head| head > 0) {
        let shifts = number("token_shift_count").unwrap_or(2);
        return product(&[width, shifts.checked_add(head)?]);
    }
    if let Some(length) = number("shortconv.l_cache").filter(|&length| length > 0) {
        return product(&[width, length - 1]);
    }
    let (inner, state) = (number("ssm.inner_size")?, number("ssm.state_size")?);
    let groups = number("ssm.group_count").unwrap_or(0);
    let channels = inner.checked_add(product(&[2, groups, state])?)?;
    let convolution = product(&[number("ssm.conv_kernel").unwrap_or(0).saturating_sub(1), channels])?;
    convolution.checked_add(product(&[inner, state])?)
}
