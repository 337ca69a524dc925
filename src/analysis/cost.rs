//! Cost of a run.

use serde::{Deserialize, Serialize};

use super::overall::Overall;
use crate::record::manifest::{EngineFacts, ModelFacts, ProcessFacts};

/// Size, memory, speed and energy of a run. Rates and times are those of the process that ended the run, the
/// last one if the run was resumed. They depend on the machine and its other load.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Size of the model file, bytes.
    pub file_bytes: u64,
    /// Peak memory including mapped weights, bytes.
    pub peak_memory: Option<u64>,
    /// Size of the KV cache, bytes.
    pub kv_bytes: Option<u64>,
    /// Prompt tokens per second of prompt evaluation.
    pub prefill_rate: Option<f64>,
    /// Trace tokens per second of all other engine time.
    pub decode_rate: Option<f64>,
    /// Seconds in the engine.
    pub seconds: Option<f64>,
    /// Seconds in the engine per instance.
    pub seconds_per_instance: Option<f64>,
    /// Tokens of used traces per instance.
    pub tokens_per_instance: Option<f64>,
    /// Joules of the processor packages per instance, including other load.
    pub joules_per_instance: Option<f64>,
}

/// Returns the cost of a run as far as its manifest records it.
#[must_use]
pub fn cost(
    model: &ModelFacts,
    engine: Option<&EngineFacts>,
    process: Option<&ProcessFacts>,
    overall: &Overall,
) -> Cost {
    let rate = |amount: f64, per: f64| (per > 0.0).then(|| amount / per);
    let instances = process.map_or(0.0, |process| process.instances as f64);
    Cost {
        file_bytes: model.size,
        peak_memory: process.and_then(|process| process.peak_memory),
        kv_bytes: engine.map(|engine| engine.kv_bytes).filter(|&bytes| bytes > 0),
        prefill_rate: engine.and_then(EngineFacts::prefill_rate),
        decode_rate: engine.and_then(EngineFacts::decode_rate),
        seconds: engine.map(|engine| engine.seconds),
        seconds_per_instance: engine.and_then(|engine| rate(engine.seconds, instances)),
        tokens_per_instance: overall.avg_tokens_per_instance,
        joules_per_instance: process.and_then(|process| rate(process.energy?, instances)),
    }
}
