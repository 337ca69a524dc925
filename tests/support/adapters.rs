//! LoRA adapters and control vectors for the demo model.

use std::path::{Path, PathBuf};

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

use super::gguf_split::Whole;
use super::gguf_writer::{GgufFile, Meta};

pub const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/models/demo-qwen3-3m-F16.gguf");

/// Rank of the adapters, and their alpha: a factor of alpha / rank.
const RANK: usize = 4;
const ALPHA: f32 = 8.0;

/// The matrices that are adapted: name, length of a row, rows.
const MATRICES: [(&str, usize, usize); 3] = [
    ("blk.0.attn_q.weight", 256, 256),
    ("blk.1.ffn_down.weight", 768, 256),
    ("blk.3.attn_output.weight", 256, 256),
];

/// A and B of each matrix, row by row.
pub struct Lora {
    pub pairs: Vec<(&'static str, Vec<f32>, Vec<f32>)>,
}

fn random(random: &mut ChaCha8Rng, count: usize, size: f32) -> Vec<f32> {
    (0..count).map(|_| (random.next_u32() as f32 / u32::MAX as f32 - 0.5) * 2.0 * size).collect()
}

impl Lora {
    /// Random matrices, of which the product is as large as the model's weights.
    pub fn random(seed: u64) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        let mut pair = |&(name, length, rows): &(&'static str, usize, usize)| {
            let a = random(&mut generator, RANK * length, 0.08);
            let b = random(&mut generator, rows * RANK, 0.3);
            (name, a, b)
        };
        Self { pairs: MATRICES.iter().map(&mut pair).collect() }
    }

    /// The adapter as a file, which may be made wrong before it is written.
    pub fn file(&self) -> GgufFile {
        let text = |text: &str| Meta::Text(text.to_owned());
        let mut file = GgufFile::empty()
            .with("general.architecture", text("qwen3"))
            .with("general.type", text("adapter"))
            .with("adapter.type", text("lora"))
            .with("adapter.lora.alpha", Meta::F32(ALPHA));
        for ((name, a, b), (_, length, rows)) in self.pairs.iter().zip(MATRICES) {
            file.add_values(&format!("{name}.lora_a"), &[length as u64, RANK as u64], a);
            file.add_values(&format!("{name}.lora_b"), &[RANK as u64, rows as u64], b);
        }
        file
    }

    /// Adds the products to the weights of a model: W + scale · alpha / rank · B A.
    pub fn merge_into(&self, model: &mut Whole, scale: f32) {
        for ((name, a, b), (_, length, rows)) in self.pairs.iter().zip(MATRICES) {
            let mut weights = model.f16(name);
            for row in 0..rows {
                for rank in 0..RANK {
                    let factor = scale * ALPHA / RANK as f32 * b[row * RANK + rank];
                    for at in 0..length {
                        weights[row * length + at] += factor * a[rank * length + at];
                    }
                }
            }
            model.set_f16(name, &weights);
        }
    }
}

/// A control vector with random directions for some layers of the demo model.
pub fn control_vector(layers: &[u32], seed: u64) -> GgufFile {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    let mut file = GgufFile::empty().with("general.architecture", Meta::Text("controlvector".to_owned()));
    for layer in layers {
        file.add_values(&format!("direction.{layer}"), &[256], &random(&mut generator, 256, 1.0));
    }
    file
}

/// Writes a file under a name.
pub fn write(folder: &Path, name: &str, file: &GgufFile) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, file.bytes()).unwrap();
    path
}
