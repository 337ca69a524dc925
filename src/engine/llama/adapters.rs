//! LoRA adapters and control vectors of a loaded model, applied to every context.

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::model::{LlamaLoraAdapter, LlamaModel};

use super::raw;
use crate::engine::EngineError;
use crate::model::ModelFile;
use crate::model::adapters::control_vector::{self, Directions};
use crate::record::adapters::AdapterKind;

/// Adapters in memory.
#[derive(Debug, Default)]
pub struct Adapters {
    loras: Vec<(LlamaLoraAdapter, f32)>,
    vectors: Option<ControlVectors>,
}

/// The sum of all control vectors, and the layers to apply it to.
#[derive(Debug)]
struct ControlVectors {
    sum: Directions,
    layers: [i32; 2],
}

impl Adapters {
    /// Loads the adapters of a checked file. Those with a factor of 0 are left out.
    ///
    /// # Errors
    /// [`EngineError::Load`] with the adapter's path.
    pub fn load(model: &mut LlamaModel, file: &ModelFile) -> Result<Self, EngineError> {
        let number =
            |key| file.header.of_architecture(key).and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        let (layers, length) = (number("block_count"), number("embedding_length"));
        let mut adapters = Self::default();
        for adapter in file.adapters.iter().filter(|adapter| adapter.facts.scale != 0.0) {
            let failed =
                |reason: String| EngineError::Load { path: adapter.path.display().to_string(), reason };
            let scale = adapter.facts.scale;
            match adapter.facts.kind {
                AdapterKind::Lora => {
                    let lora = model.lora_adapter_init(&adapter.path);
                    let lora = lora.map_err(|error| {
                        failed(format!("{error}; run again with -vv to see llama.cpp's log"))
                    })?;
                    adapters.loras.push((lora, scale));
                }
                AdapterKind::ControlVector => {
                    let vectors = adapters.vectors.get_or_insert_with(|| ControlVectors {
                        sum: Directions { length, values: vec![0.0; length * layers.saturating_sub(1)] },
                        layers: adapter
                            .facts
                            .layers
                            .map_or([1, layers as i32], |range| range.map(|at| at as i32)),
                    });
                    control_vector::add(&adapter.path, scale, &mut vectors.sum)
                        .map_err(|error| failed(error.to_string()))?;
                }
            }
        }
        Ok(adapters)
    }

    /// Applies all adapters to a context.
    ///
    /// # Errors
    /// [`EngineError::Other`] if llama.cpp refuses them.
    pub fn apply(&self, context: &mut LlamaContext<'_>) -> Result<(), EngineError> {
        let failed = |what: &str| EngineError::Other(format!("llama.cpp could not apply {what}"));
        if !self.loras.is_empty() && !raw::set_loras(context, &self.loras) {
            return Err(failed("the LoRA adapters"));
        }
        if let Some(ControlVectors { sum, layers }) = &self.vectors
            && !raw::set_control_vector(context, &sum.values, sum.length, *layers)
        {
            return Err(failed("the control vectors"));
        }
        Ok(())
    }

    /// Returns why results may differ between processes; `None` if they do not.
    pub fn note(&self) -> Option<String> {
        (self.loras.len() > 1).then(|| {
            "llama.cpp adds several LoRA adapters in an order that depends on memory addresses: results may differ \
             in the last bits between processes"
                .to_owned()
        })
    }
}
