//! How many layers fit in the free memory of GPUs. Pure functions.
//!
//! An estimate from the file's header: weights, and a KV cache that keeps a GPU busy. llama.cpp's own estimate
//! (`common_fit_params`) builds the model's graph several times for one exact number; a margin takes its place here.

use super::devices::Device;
use super::shape::ModelShape;
use crate::model::gguf::Header;
use crate::record::engine_settings::EngineSettings;

/// Bytes of each GPU left to buffers of computation and to other programs.
const MARGIN: u64 = 1 << 30;

/// Sequences for whose cells there must be room beside the weights.
const SEQUENCES: u64 = 8;

/// Tokens of each of them.
const TOKENS: u64 = 1_024;

/// Bytes of a model's layers on a GPU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerBytes {
    /// Weights and cells of each block, first to last.
    blocks: Vec<u64>,
    /// Weights of the output layer.
    output: u64,
}

impl LayerBytes {
    /// Reads the sizes from a header. `on_cpu` tells which tensors stay on the CPU by their names.
    pub fn of(
        header: &Header,
        shape: &ModelShape,
        settings: &EngineSettings,
        on_cpu: impl Fn(&str) -> bool,
    ) -> Self {
        let count = header.of_architecture("block_count").unwrap_or(0).min(1 << 16);
        let mut blocks = vec![0_u64; count as usize];
        let (mut output, mut embedding, mut has_output) = (0_u64, 0, false);
        for tensor in &header.tensors {
            let name = tensor.name.as_str();
            let block = name.strip_prefix("blk.").and_then(|rest| rest.split('.').next()?.parse().ok());
            if let Some(bytes) = block.and_then(|block: usize| blocks.get_mut(block)) {
                *bytes = bytes.saturating_add(if on_cpu(name) { 0 } else { tensor.bytes });
            } else if name == "token_embd.weight" {
                embedding = tensor.bytes;
            } else if name.starts_with("output") {
                has_output |= name == "output.weight";
                output = output.saturating_add(tensor.bytes);
            }
        }
        if !has_output {
            // The embedding is the output's matrix too, and is copied.
            output = output.saturating_add(embedding);
        }
        let of_token = shape.kv_bytes_per_token(settings.cache_type_k, settings.cache_type_v);
        let cells = of_token.saturating_mul(TOKENS).saturating_add(shape.recurrent_bytes);
        let cells = cells.saturating_mul(SEQUENCES) / count.max(1);
        blocks.iter_mut().for_each(|bytes| *bytes = bytes.saturating_add(cells));
        Self { blocks, output }
    }

    /// Returns the number of layers, the output layer included.
    pub fn layers(&self) -> u32 {
        self.blocks.len() as u32 + 1
    }

    /// Returns the number of layers that fit in the free memory of these GPUs. As in llama.cpp, the last layers go
    /// first, the output layer before all.
    pub fn fit(&self, devices: &[Device]) -> u32 {
        let room = |device: &Device| device.free.saturating_sub(MARGIN);
        let largest = self.blocks.iter().copied().max().unwrap_or(0);
        let free = devices.iter().fold(0_u64, |sum, device| sum.saturating_add(room(device)));
        // A layer is on one GPU: each further one may leave room of less than a layer.
        let mut left = free.saturating_sub(largest.saturating_mul(devices.len().saturating_sub(1) as u64));
        let mut layers = 0;
        for bytes in std::iter::once(&self.output).chain(self.blocks.iter().rev()) {
            match left.checked_sub(*bytes) {
                Some(rest) => left = rest,
                None => break,
            }
            layers += 1;
        }
        layers
    }
}

#[cfg(test)]
mod tests {
    use super::super::devices::DeviceKind;
    use super::*;

    fn gpu(free: u64) -> Device {
        Device {
            index: 0,
            name: "GPU0".to_owned(),
            description: String::new(),
            memory: free,
            free,
            kind: DeviceKind::Gpu,
        }
    }

    #[test]
    fn the_last_layers_go_first() {
        let bytes = LayerBytes { blocks: vec![100, 100, 100], output: 50 };
        let fits = |room: u64| bytes.fit(&[gpu(MARGIN + room)]);
        assert_eq!(bytes.layers(), 4);
        assert_eq!([0, 49, 50, 149, 150, 349, 350, u64::MAX / 2].map(fits), [0, 0, 1, 1, 2, 3, 4, 4]);
        assert_eq!(bytes.fit(&[]), 0);
        // Two GPUs hold whole layers each.
        assert_eq!(bytes.fit(&[gpu(MARGIN + 100), gpu(MARGIN + 100)]), 1);
        assert_eq!(bytes.fit(&[gpu(MARGIN + 225), gpu(MARGIN + 225)]), 4);
        assert_eq!(bytes.fit(&[gpu(MARGIN - 1), gpu(MARGIN / 2)]), 0);
    }

    #[test]
    fn the_demo_s_layers_are_its_weights_and_cells() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("models/demo-qwen3-3m-F16.gguf");
        let header = Header::read(&path).unwrap();
        let (shape, settings) = (ModelShape::of(&header), EngineSettings::default());
        let all = LayerBytes::of(&header, &shape, &settings, |_| false);
        assert_eq!(all.layers(), 5);
        let weights: u64 = header.tensors.iter().map(|tensor| tensor.bytes).sum();
        let cells = 8 * 1_024 * shape.kv_bytes_per_token(settings.cache_type_k, settings.cache_type_v);
        let sum = all.blocks.iter().sum::<u64>() + all.output;
        let embedding = header.tensors.iter().find(|one| one.name == "token_embd.weight").unwrap().bytes;
        let tied = header.tensors.iter().all(|one| one.name != "output.weight");
        assert_eq!(sum, weights + cells - if tied { 0 } else { embedding });
        let without = LayerBytes::of(&header, &shape, &settings, |name| name.contains("ffn"));
        assert!(without.blocks[0] < all.blocks[0] && without.output == all.output);
    }
}
